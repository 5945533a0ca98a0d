// Any bytes as a Patient and as a flat person: accepted ones keep their bytes, give bounded fields, and what
// is made from those fields is a Patient again; refused ones have a 4xx and a reason.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "api/fhir/patient.h"
#include "api/fhir/patient_shape.h"
#include "api/json/write.h"

namespace {

void require(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "fuzz_fhir: %s\n", claim);
  std::abort();
}

void check_refusal(const gmpi::RecordReading& reading) {
  require(reading.problem.status == 400 || reading.problem.status == 422, "a refusal without its status");
  require(!reading.problem.detail.empty(), "a refusal without a reason");
  require(reading.problem.faults.size() <= 64, "faults without bound");
}

void check_patient(std::string_view text) {
  gmpi::fhir::PatientContext context;
  context.key = {"fhir", "1"};
  context.as_of_ms = 1'750'000'000'000;
  const auto reading = gmpi::fhir::read_patient(text, context);
  if (!reading.record) return check_refusal(reading);
  require(reading.record->verbatim == text, "the bytes were not kept");
  require(reading.record->fields.size() <= context.limits.fields_max, "fields without bound");
  for (const auto& field : reading.record->fields) require(!field.value.empty(), "an empty value");
  const auto kept = gmpi::fhir::patient_from(*reading.record);
  require(gmpi::to_json(kept) == gmpi::to_json(*gmpi::parse_json(text, context.limits.json).value),
          "not as it was written");
  const auto made = gmpi::fhir::patient_from_fields(reading.record->fields);
  require(gmpi::fhir::check_patient_shape(made).faults.empty(), "what was made from fields is no Patient");
}

void check_flat(std::string_view text) {
  const auto reading = gmpi::read_flat_json(text, std::nullopt);
  if (!reading.record) return check_refusal(reading);
  const auto again = gmpi::read_flat_json(gmpi::flat_json_from(*reading.record), std::nullopt);
  require(again.record.has_value(), "what was written is refused");
  require(gmpi::flat_json_from(*again.record) == gmpi::flat_json_from(*reading.record),
          "another text after reading back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_patient(text);
  check_flat(text);
  return 0;
}
