// base/version.h - which gmpi this is.
#pragma once

#include <string_view>

namespace gmpi {

/// "0.1.0", from the project's CMakeLists.txt.
std::string_view version();

}  // namespace gmpi
