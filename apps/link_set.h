// apps/link_set.h - files of people -> a packed set that a model can be run over.
//
// Two ways. With the shipped person model, or any model over the same columns, each row is standardised first. With
// a model over the file's own columns (a Splink model trained elsewhere), the cells are used as they are: text, lists
// ('|' between elements) or numbers, by what the model does with the column. Tested by tests/apps/link_set_test.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "apps/person_table.h"
#include "apps/record_ids.h"
#include "base/progress.h"
#include "base/result.h"
#include "linkage/batch_link.h"
#include "models/model_bundle.h"
#include "models/packed_records.h"
#include "models/policy.h"

namespace gmpi {

struct LinkSetOptions {
  std::vector<std::string> files;
  PersonTableOptions table;
  bool count_frequencies = false;  // from the input, whatever the bundle brings
  /// P(two random records match). Nothing: the model's. 0: by the size of the input, as if each record had one other
  /// of its person: 1 / records. A model's own prior fits the population it was made for, not every file.
  std::optional<double> prior;
};

struct RejectedRow {
  std::string file;
  std::uint64_t line = 0;
  std::string reason;
};

/// Everything a batch run needs, compiled and ready. Not movable: its parts refer to each other.
struct LinkSet {
  std::unique_ptr<PackedRecords> records;
  RecordIds ids;                         // of each row, and the number of its source
  std::vector<std::string> source_names; // by number
  std::vector<std::uint32_t> rank;
  std::unique_ptr<BlockingPlan> plan;
  std::unique_ptr<CompiledModel> model;
  std::unique_ptr<CompiledPolicy> policy;
  std::vector<RejectedRow> rejects;
  std::vector<std::string> notes;        // recognised and ignored columns, skipped guards: for the report

  BatchInput input(bool link_only) const {
    return {*records, *plan, *model, *policy, rank, link_only ? std::span<const std::uint32_t>(ids.sources())
                                                              : std::span<const std::uint32_t>()};
  }
};

/// Rows are ranked by source and id; those of one source with the file's own columns as Splink ranks them, which is by
/// number when all ids are integers. Of several rows of one record that say a version or an event date the current one is taken (apps/row_versions.h); a
/// row without either whose id stands further up in its source is rejected. Errors: kIo, kInvalidInput (file
/// and header errors, a model whose columns are not there), kConflict (an option names a column that a file lacks).
Result<std::unique_ptr<LinkSet>> load_link_set(const ModelBundle& bundle, const Policy& policy,
                                               const LinkSetOptions& options, Progress& progress);

}  // namespace gmpi
