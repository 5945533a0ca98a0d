#include <algorithm>

#include <fmt/format.h>

#include "models/person_fields.h"
#include "standardize/fold.h"
#include "standardize/limits.h"
#include "standardize/person.h"

namespace gmpi {
namespace {

/// The field's name when it is one of ours; a stranger's own words do not go into messages.
std::string_view shown_name(std::string_view name) {
  const auto known = std::ranges::find(kPersonFields, name, &PersonField::name);
  return known == kPersonFields.end() ? std::string_view("unknown field") : known->name;
}

bool is_after(std::string_view text, const std::optional<Date>& as_of) {
  if (!as_of) return false;
  const auto reading = read_date(text);
  if (reading.date) return *reading.date > *as_of;
  return reading.year > static_cast<int>(as_of->year());
}

/// Beyond tomorrow, in whatever zone the source counts its days. Such a date would stand above all that is sent
/// afterwards, so that the truth could not come in any more.
bool is_far_ahead(UnixMillis event_ms, const std::optional<Date>& as_of) {
  using namespace std::chrono;
  return as_of && sys_time<milliseconds>(milliseconds(event_ms)) >= sys_days(*as_of) + days(2);
}

}  // namespace

Status check_person(const SourceRecord& record, const StandardizeOptions& options) {
  if (record.fields.size() > kFieldsPerRecordMax)
    return make_error(ErrorCode::kLimit, fmt::format("more than {} fields", kFieldsPerRecordMax));
  if (is_far_ahead(record.event_ms, options.as_of_date))
    return make_error(ErrorCode::kInvalidInput, "event_date: more than a day in the future");
  std::size_t bytes = 0;
  for (const auto& field : record.fields) {
    bytes += field.value.size();
    const auto fault = text_fault(field.value);
    if (!fault.empty())
      return make_error(ErrorCode::kInvalidInput, fmt::format("{}: {}", shown_name(field.name), fault));
    if ((field.name == "dob" || field.name == "death_date") && is_after(field.value, options.as_of_date))
      return make_error(ErrorCode::kInvalidInput, fmt::format("{}: date in the future", field.name));
  }
  if (bytes > kRecordBytesMax)
    return make_error(ErrorCode::kLimit, fmt::format("more than {} bytes of values", kRecordBytesMax));
  return Done{};
}

}  // namespace gmpi
