// blocking/limits.h - how much one record, or one key, may ask of blocking; and what happens then.
//
// How many records may share a key is the policy's (`[blocking] records_max`); see block_split.h for what is done
// with a key of more.
#pragma once

#include <cstddef>

namespace gmpi {

/// Keys one record may have under one rule. A record whose lists give more has none under that rule, and the rule
/// holds for no pair with it: which keys to keep would depend on the order of arrival.
inline constexpr std::size_t kKeysPerRuleMax = 256;

/// Columns a too common key is split by. More are refused when the policy is read: each costs a posting for every
/// record under such a key.
inline constexpr std::size_t kSplitFieldsMax = 8;

}  // namespace gmpi
