#include "apps/person_table.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "models/person_fields.h"
#include "standardize/headers.h"

namespace gmpi {

namespace {

constexpr std::array<std::string_view, 4> kIdColumns = {"record_id", "unique_id", "id", "local_id"};
constexpr std::array<std::string_view, 2> kSourceColumns = {"source", "source_dataset"};

std::optional<std::size_t> position(const std::vector<std::string>& header, std::string_view name) {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

template <std::size_t N>
std::optional<std::size_t> first_of(const std::vector<std::string>& header,
                                    const std::array<std::string_view, N>& names) {
  for (const auto name : names)
    if (const auto at = position(header, name)) return at;
  return std::nullopt;
}

const PersonField* find_field(std::string_view name) {
  const auto* found = std::find_if(kPersonFields.begin(), kPersonFields.end(),
                                   [&](const PersonField& field) { return field.name == name; });
  return found == kPersonFields.end() ? nullptr : found;
}

Error bad_header(std::string message) { return make_error(ErrorCode::kInvalidInput, std::move(message)); }

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Result<PersonTable> PersonTable::plan(const std::vector<std::string>& header, const PersonTableOptions& options) {
  PersonTable table;
  auto column_map = options.configured_map;
  for (const auto& [column, field] : options.column_map) {
    column_map[column] = field;
    if (!position(header, column)) return bad_header("the column map names '" + column + "', which the file lacks");
    if (!field.empty() && find_field(field) == nullptr)
      return bad_header("the column map gives '" + column + "' the unknown field '" + field + "'");
  }
  auto id = options.id_column.empty() ? first_of(header, kIdColumns) : position(header, options.id_column);
  if (options.id_column.empty() && options.prefer_local_id)
    if (const auto local = position(header, "local_id")) id = local;
  if (!id)
    return bad_header(options.id_column.empty() ? "no id column: one of record_id, unique_id, id, local_id is needed"
                                                : "no column '" + options.id_column + "' to take ids from");
  table.id_ = *id;
  table.id_column_ = header[*id];
  table.source_ =
      options.source_column.empty() ? first_of(header, kSourceColumns) : position(header, options.source_column);
  if (!options.source_column.empty() && !table.source_)
    return bad_header("no column '" + options.source_column + "' to take sources from");
  table.default_source_ = options.default_source;
  table.version_ = position(header, "version");
  table.event_date_ = position(header, "event_date");

  for (std::size_t i = 0; i < header.size(); ++i) {
    const auto mapped = column_map.find(header[i]);
    const bool key_column = i == table.id_ || i == table.source_ || i == table.version_ || i == table.event_date_;
    if (key_column && (mapped == column_map.end() || mapped->second.empty())) continue;
    const auto field = mapped != column_map.end() ? std::optional<std::string_view>(mapped->second)
                                                          : person_field_for(header[i]);
    const PersonField* known = field ? find_field(*field) : nullptr;
    if (known == nullptr) {
      table.ignored_.push_back(header[i]);
      continue;
    }
    const bool identifier = known->name == "identifier" && header[i] != "identifier";
    table.fields_.push_back({i, std::string(known->name), known->is_list, identifier ? header[i] : std::string()});
    table.recognised_.emplace_back(header[i], known->name);
  }
  if (table.fields_.empty()) return bad_header("no column of a person is recognised; name some with --map column=field");
  return table;
}

Result<SourceRecord> PersonTable::record(const CsvRow& row) const {
  SourceRecord record;
  record.key.source = source_ ? std::string(row.fields[*source_]) : default_source_;
  record.key.local_id = row.fields[id_];
  if (record.key.local_id.empty()) return make_error(ErrorCode::kInvalidInput, "no id in column '" + id_column_ + "'");
  if (version_) record.version = row.fields[*version_];
  if (event_date_ && !row.fields[*event_date_].empty()) {
    const auto at = parse_event_date(row.fields[*event_date_]);
    if (!at) return make_error(ErrorCode::kInvalidInput, "event_date is not a date (YYYY-MM-DD)");
    record.event_ms = *at;
  }
  for (const FieldColumn& column : fields_) {
    std::string_view cell = row.fields[column.index];
    while (!cell.empty()) {
      const auto end = column.is_list ? std::min(cell.find('|'), cell.size()) : cell.size();
      if (end > 0)
        record.fields.push_back({column.field, column.identifier_system.empty()
                                                   ? std::string(cell.substr(0, end))
                                                   : column.identifier_system + ":" + std::string(cell.substr(0, end))});
      cell.remove_prefix(std::min(end + 1, cell.size()));
    }
  }
  return record;
}

std::map<std::string, std::string> column_map_of(const std::vector<std::string>& flags) {
  std::map<std::string, std::string> map;
  for (const auto& flag : flags) map[flag.substr(0, flag.find('='))] = flag.substr(flag.find('=') + 1);
  return map;
}

std::string check_column_map(const std::string& flag) {
  return flag.find('=') == std::string::npos ? "write --map COLUMN=FIELD (an empty field ignores the column)" : "";
}

std::optional<UnixMillis> parse_event_date(std::string_view text) {
  using namespace std::chrono;
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  unsigned y = 0, m = 0, d = 0;
  if (!read_number(text.substr(0, 4), y) || !read_number(text.substr(5, 2), m) || !read_number(text.substr(8, 2), d))
    return std::nullopt;
  const year_month_day date{year{static_cast<int>(y)}, month{m}, day{d}};
  if (!date.ok()) return std::nullopt;
  auto at = duration_cast<milliseconds>(sys_days{date}.time_since_epoch()).count();
  if (text.size() == 10) return at;
  unsigned hour = 0, minute = 0, second = 0;
  if (text.size() < 19 || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':') return std::nullopt;
  if (!read_number(text.substr(11, 2), hour) || !read_number(text.substr(14, 2), minute) ||
      !read_number(text.substr(17, 2), second) || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  if (const auto rest = text.substr(19); !rest.empty() && rest != "Z") return std::nullopt;
  return at + (hour * 3600 + minute * 60 + second) * 1000LL;
}

}  // namespace gmpi
