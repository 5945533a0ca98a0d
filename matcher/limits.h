// matcher/limits.h - how large a model, a policy and their conditions may be.
//
// More is refused when the file is read, with the place (kLimit; kInvalidInput in a policy), so that what runs for each
// pair is bounded by what was compiled.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gmpi {

/// Of a model file and its bundle.
struct ModelLimits {
  std::size_t file_bytes_max = 16 << 20;
  std::size_t comparisons_max = 200;
  std::size_t levels_max = 100;  // of one comparison
  std::size_t blocking_rules_max = 500;
  std::size_t names_max = 1000;  // columns to retain, arrays to explode
  std::size_t tf_file_bytes_max = std::size_t{1} << 30;
};
inline constexpr std::size_t kModelTextBytesMost = 10'000;  // labels, descriptions, names

// Of one condition: its text, and the tree that is made of it, in which each node is walked by recursion.
inline constexpr std::size_t kSqlBytesMost = 64 << 10;
inline constexpr std::size_t kSqlTokensMost = 16'000;
inline constexpr std::size_t kTreeNodesMost = 32'000;
inline constexpr int kTreeHeightMost = 200;
/// Counts and distances that a compiled condition keeps as integers. Beyond: the condition runs as it is written.
inline constexpr double kConditionCountMax = 1e9;

// Of a policy.
inline constexpr std::size_t kPolicyBytesMost = 1 << 20;
inline constexpr double kRecordsMost = 1e9;          // of a limit on records
inline constexpr std::size_t kConditionsMost = 64;   // named ones
inline constexpr std::size_t kSplitByMost = 8;       // columns a too common key is split by

}  // namespace gmpi
