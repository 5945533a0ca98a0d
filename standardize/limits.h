// standardize/limits.h - every bound of this room in one place.
//
// What lies beyond a bound is refused by check_person() and, should it come all the same, left out by
// standardize_person() with a reason. Nothing is cut in the middle: half a name is not a name.
#pragma once

#include <cstddef>

namespace gmpi {

inline constexpr std::size_t kFieldsPerRecordMax = 256;
inline constexpr std::size_t kValueBytesMax = 1024;     // one field value, UTF-8
inline constexpr std::size_t kRecordBytesMax = 16384;   // all values: 0.3 s of transliteration at worst
inline constexpr std::size_t kValuesPerColumnMax = 64;  // of one list column
inline constexpr std::size_t kWordsPerValueMax = 64;    // words looked at in one name or address

}  // namespace gmpi
