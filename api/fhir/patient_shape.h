// api/fhir/patient_shape.h - is this JSON a FHIR R4 Patient? Elements, cardinality, primitive forms, by one
// table.
//
// Unknown elements are refused: a misspelt one would lose evidence in silence. Extensions are let through,
// modifier extensions are reported apart, because no reader may ignore them. Codes of required bindings are checked, and
// that a narrative holds nothing that acts (narrative.h). Not checked: other bindings, contained resources, slices of
// profiles.
//
// Source: HL7 FHIR R4 4.0.1, StructureDefinition Patient and the data types it uses. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/http/message.h"
#include "api/json/value.h"

namespace gmpi::fhir {

struct ShapeReport {
  std::vector<http::FieldFault> faults;  // at most 20; pointers are FHIRPath
  std::vector<std::string> modifiers;    // where modifierExtension or implicitRules stand
  std::vector<http::FieldFault> broken_rules;  // invariants of FHIR that well-formed elements break; at most 20
};

ShapeReport check_patient_shape(const JsonValue& patient);

/// Names of elements that errors may repeat (api/json/sayable_name.h): the table's, those of
/// Parameters, and the fields of the flat form.
const std::vector<std::string>& element_names();

}  // namespace gmpi::fhir
