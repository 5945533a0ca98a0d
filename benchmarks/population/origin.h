// benchmarks/population/origin.h - the ten localities and the name pools, and how the second live in the
// first.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gmpi::population {

enum class Locality : std::uint8_t {
  kBolton,
  kBury,
  kManchester,
  kOldham,
  kRochdale,
  kSalford,
  kStockport,
  kTameside,
  kTrafford,
  kWigan
};
inline constexpr std::size_t kLocalities = 10;
inline constexpr std::array<std::string_view, kLocalities> kLocalityNames = {
    "Bolton",  "Bury",      "Manchester", "Oldham",   "Rochdale",
    "Salford", "Stockport", "Tameside",   "Trafford", "Wigan"};

/// Share of Greater Manchester's people, per 10,000. Source: Census 2021.
inline constexpr std::array<std::uint32_t, kLocalities> kLocalityWeights = {1032, 676,  1925, 844, 780,
                                                                            941,  1028, 806,  820, 1148};

/// Where somebody's names come from; a property of names, not of people.
enum class Origin : std::uint8_t {
  kBritish,
  kPakistani,
  kMixed,
  kAfrican,
  kOtherWhite,
  kEastEuropean,
  kIndian,
  kBangladeshi,
  kArab,
  kChinese,
  kCaribbean,
  kOrthodoxJewish,
  kOther
};
inline constexpr std::size_t kOrigins = 13;
inline constexpr std::array<std::string_view, kOrigins> kOriginPoolNames = {
    "british",     "pakistani", "mixed",   "african",   "other_white",     "east_european", "indian",
    "bangladeshi", "arab",      "chinese", "caribbean", "orthodox_jewish", "other"};

/// Per 1,000 people of a locality, in the order of Origin. Fitted to the ten White/Asian/Black rows of Census
/// 2021.
inline constexpr std::array<std::array<std::uint32_t, kOrigins>, kLocalities> kOriginWeights = {{
    // British Pak Mix Afr OthW East Ind Bang Arab Chin Carib Jew Other
    {671, 90, 25, 35, 20, 25, 85, 8, 22, 7, 4, 0, 8},       // Bolton
    {707, 75, 28, 15, 25, 20, 10, 3, 10, 6, 4, 90, 7},      // Bury
    {465, 115, 50, 90, 65, 30, 27, 17, 47, 27, 25, 6, 36},  // Manchester
    {632, 135, 25, 25, 18, 20, 8, 90, 10, 5, 5, 0, 27},     // Oldham
    {684, 136, 22, 33, 20, 25, 8, 25, 15, 5, 4, 0, 23},     // Rochdale
    {671, 14, 32, 50, 40, 42, 14, 5, 25, 16, 8, 75, 8},     // Salford
    {848, 28, 25, 8, 30, 12, 14, 3, 16, 10, 3, 0, 3},       // Stockport
    {842, 38, 20, 14, 18, 18, 22, 20, 3, 5, 3, 0, 0},       // Tameside
    {722, 55, 38, 18, 45, 18, 40, 4, 20, 16, 14, 2, 8},     // Trafford
    {906, 6, 13, 12, 16, 25, 8, 1, 5, 4, 2, 0, 2},          // Wigan
}};

constexpr bool is_south_asian(Origin o) {
  return o == Origin::kPakistani || o == Origin::kIndian || o == Origin::kBangladeshi;
}
/// Origins whose family name is often written first, or which have none in the British sense.
constexpr bool has_other_name_order(Origin o) {
  return o == Origin::kPakistani || o == Origin::kBangladeshi || o == Origin::kChinese || o == Origin::kArab;
}

}  // namespace gmpi::population
