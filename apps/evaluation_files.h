// apps/evaluation_files.h - reads the files that `gmpi evaluate` compares into the numbers of evaluation.h.
//
//     truth     record_id,entity_id[,...]          clusters  record_id,cluster_id[,...]
//     pairs     id_l,id_r,match_weight[,...]       groups    record_id or entity_id, and the group column
//     cases     kind,entity_a,entity_b,expected    expected is "same" or "different"
//     records   record_id,source,local_id[,...]    translates the truth when clusters name records as
//                                                  "source/local id", as `gmpi export` does
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "apps/evaluation.h"
#include "base/result.h"

namespace gmpi {

struct EvaluationFiles {
  std::string truth;
  std::string clusters;
  std::string pairs;         // "" none
  std::string groups;        // "" none: the group column is the truth's
  std::string group_column;  // "" none
  std::string records;       // "" none
  std::string cases;         // "" none
};

struct EvaluationInput {
  // By record of the truth:
  std::vector<std::uint32_t> entity_of;
  std::vector<std::uint32_t> cluster_of;  // a record missing from the clusters is alone in one of its own
  std::vector<std::uint32_t> group_of;    // empty without groups
  std::vector<std::string> group_names;   // sorted; "" holds the records without a group

  std::vector<WeighedPair> pairs;
  bool has_pairs = false;

  std::vector<HardCase> cases;
  std::vector<std::string> case_kinds;      // by HardCase::kind, in order of arrival
  std::uint64_t cases_without_records = 0;  // one of the two has no record: not counted

  std::uint64_t not_clustered = 0;        // in the truth, not in the clusters
  std::uint64_t without_truth = 0;        // in the clusters, not in the truth: not counted
  std::uint64_t pairs_without_truth = 0;  // listed pairs with such a record: not counted
  std::uint64_t repeated_keys = 0;        // rows of `records` whose source and local id stand further up
  std::uint64_t rejected_rows = 0;
};

inline constexpr std::size_t kGroupsMax = 10'000;

/// `on_reject` gets "file:line: reason" for each row that cannot be read; the rest counts.
/// Errors: kIo, kCorrupt, kInvalidInput ("file:line: reason": no such column, a record listed twice, a weight
/// that is no number, a pair of one record, an unknown expectation), kLimit (more than kGroupsMax groups, or
/// 2^32 - 1 records).
Result<EvaluationInput> read_evaluation(const EvaluationFiles& files,
                                        const std::function<void(const std::string&)>& on_reject);

}  // namespace gmpi
