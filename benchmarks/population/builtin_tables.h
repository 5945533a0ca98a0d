// benchmarks/population/builtin_tables.h - the project's own name and place lists, as text.
//
// A list is words between blanks, most frequent first; '_' inside a word stands for a blank. The reader gives
// falling weights by rank (see tables.cc), so a list needs no numbers.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "benchmarks/population/origin.h"

namespace gmpi::population {

/// British forenames of those born from `first_decade` until the next entry's.
struct EraNames {
  int first_decade;
  std::string_view male;
  std::string_view female;
};
inline constexpr std::size_t kBuiltinEras = 7;
extern const std::array<EraNames, kBuiltinEras> kBritishForenames;

extern const std::string_view kBritishSurnames;    // rank order: weight falls with the square root of rank
extern const std::string_view kSurnameBeginnings;  // Lancashire tail: beginning + ending
extern const std::string_view kSurnameEndings;

/// Names of the other origins. `last_male` and `last_female` are last names that go with the sex, not the
/// family.
struct OriginNames {
  Origin origin;
  std::string_view male;
  std::string_view female;
  std::string_view family;
  std::string_view last_male;
  std::string_view last_female;
};
extern const std::array<OriginNames, 10> kOriginNames;

extern const std::string_view kNicknames;  // "Name=Nick,Nick" entries
extern const std::string_view kSpellings;  // "Name=Name=Name": ways to write one name; any may stand for any
extern const std::string_view kStreetWords;
extern const std::string_view kStreetEndings;

/// A postcode district inside one locality; `units` is its number of unit postcodes, rounded.
struct District {
  Locality locality;
  std::string_view district;
  std::string_view town;
  std::uint32_t units;
};
extern const std::array<District, 109> kDistricts;

}  // namespace gmpi::population
