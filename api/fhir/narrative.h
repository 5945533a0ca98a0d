// api/fhir/narrative.h - whether a Narrative's XHTML is what FHIR lets into one: text that can be shown, and
// nothing that acts.
//
// FHIR R4 (Narrative, txt-1): the basic formatting elements of HTML, and of attributes those that format. So
// no scripts, forms, frames, objects or event attributes, and no link that is a program. What we hold goes
// out again as it came, so what a browser could run is refused at the door instead of being cleaned. A tag
// that cannot be read counts as one that is not allowed. Pure: any thread. Cost: linear. Tested by
// tests/api/narrative_test.cc.
#pragma once

#include <string_view>

namespace gmpi::fhir {

/// Null: may be kept. Else the rule it breaks; holds nothing of the text.
const char* narrative_fault(std::string_view xhtml);

}  // namespace gmpi::fhir
