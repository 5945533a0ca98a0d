// api/json/sayable_name.h - how much of a sender's member name an error may repeat.
//
// A name that is none of ours may be a value in the wrong place ({"Ada Okafor": "surname"}), so it is repeated only
// when it is plainly a slip of one we know. Pure: any thread. Tested by tests/api/sayable_name_test.cc.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "api/json/read.h"

namespace gmpi {

/// What stands for a name that is not repeated.
inline constexpr std::string_view kUnsayable = "?";

/// `name` when it is an ASCII identifier (letters, digits, '_') that is one of `known` or a typing slip away from one;
/// else kUnsayable.
std::string sayable_name(std::string_view name, std::span<const std::string> known);

/// describe() with each member name of the pointer made sayable; indexes stay.
std::string describe(const JsonFault& fault, std::span<const std::string> known);
/// The pointer alone.
std::string sayable_pointer(std::string_view pointer, std::span<const std::string> known);

}  // namespace gmpi
