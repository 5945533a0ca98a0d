// models/rule_cut.h - what a blocking rule left out because keys were too common: counts, never values.
#pragma once

#include <cstdint>

namespace gmpi {

/// Of one record, or one query, under one rule of the model.
struct RuleCut {
  std::uint16_t rule = 0;      // its place in the model
  std::uint32_t keys = 0;      // of the record that are too common
  std::uint64_t records = 0;   // others under those keys
  std::uint64_t compared = 0;  // of them, those met through a part of the key that few enough share

  bool operator==(const RuleCut&) const = default;
};

}  // namespace gmpi
