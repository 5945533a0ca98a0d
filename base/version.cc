#include "base/version.h"

namespace gmpi {

std::string_view version() {
  return GMPI_VERSION;
}

}  // namespace gmpi
