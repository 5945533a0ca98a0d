// standardize/emails.h - e-mail addresses of comparable form. Tested by tests/standardize/contact_test.cc.
#pragma once

#include <string_view>

#include "standardize/reading.h"

namespace gmpi {

/// Lower-case address of ordinary shape: local@label.label, at most 254 characters, no quoted local part, no
/// address literal. Dots and "+tag" are kept: providers differ on what they mean. Addresses typed to fill a
/// mandatory field ("none@none.com", "noemail@...") are missing.
Reading parse_email(std::string_view text);

}  // namespace gmpi
