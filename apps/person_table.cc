#include "apps/person_table.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "api/json/sayable_name.h"
#include "base/nearest_name.h"
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

const PersonField* find_field(std::string_view name) {
  const auto* found = std::find_if(kPersonFields.begin(), kPersonFields.end(),
                                   [&](const PersonField& field) { return field.name == name; });
  return found == kPersonFields.end() ? nullptr : found;
}

Error bad_header(std::string message) { return make_error(ErrorCode::kInvalidInput, std::move(message)); }

/// A remark on a header that was cut at commas and seems to have other separators; "" for any other.
std::string separator_hint(const std::vector<std::string>& header) {
  struct Separator {
    char character;
    std::string_view name;
  };
  for (const auto& [character, name] : {Separator{';', "';'"}, {'\t', "a tab"}, {'|', "'|'"}})
    for (const std::string& cell : header)
      if (cell.find(character) != std::string::npos)
        return "; the columns seem to be separated by " + std::string(name) + ", and commas are read";
  return "";
}

/// What a flag says and what the file holds do not fit.
Error bad_flag(std::string message) { return make_error(ErrorCode::kConflict, std::move(message)); }

constexpr std::array<std::string_view, 5> kKeyFields = {"record_id", "local_id", "source", "version", "event_date"};

bool is_key_field(std::string_view name) {
  return std::find(kKeyFields.begin(), kKeyFields.end(), name) != kKeyFields.end();
}

std::vector<std::string> mappable_fields() {
  std::vector<std::string> names(kKeyFields.begin(), kKeyFields.end());
  for (const PersonField& field : kPersonFields) names.emplace_back(field.name);
  return names;
}

/// Headers as a table has them, to the fields they are taken for.
using ColumnMap = std::map<std::string, std::string>;

/// The maps of configuration and flags as one; a flag speaks of this table, so its columns must be there.
Result<ColumnMap> merge_maps(const std::vector<std::string>& header, const PersonTableOptions& options) {
  ColumnMap merged = options.configured_map;
  for (const auto& [column, field] : options.column_map) {
    if (!position(header, column))
      return bad_flag("the column map names '" + column + "', which the file lacks" + did_you_mean(column, header));
    if (!field.empty() && find_field(field) == nullptr && !is_key_field(field))
      return bad_flag("the column map gives '" + column + "' the unknown field '" + field + "'" +
                      did_you_mean(field, mappable_fields()));
    merged[column] = field;
  }
  return merged;
}

/// The column that is mapped to a field, else the one of that name unless it is mapped to something else.
std::optional<std::size_t> key_column(const std::vector<std::string>& header, const ColumnMap& map,
                                      std::string_view field) {
  for (std::size_t i = 0; i < header.size(); ++i)
    if (const auto mapped = map.find(header[i]); mapped != map.end() && mapped->second == field) return i;
  return position(header, field);
}

template <std::size_t N>
std::optional<std::size_t> first_key_column(const std::vector<std::string>& header, const ColumnMap& map,
                                            const std::array<std::string_view, N>& names) {
  for (const auto name : names)
    if (const auto at = key_column(header, map, name); at && map.contains(header[*at])) return at;
  for (const auto name : names)
    if (const auto at = position(header, name)) return at;
  return std::nullopt;
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Result<PersonTable> PersonTable::plan(const std::vector<std::string>& header, const PersonTableOptions& options) {
  PersonTable table;
  const auto unfit = [&header](const Error& error) {
    return make_error(error.code, error.message + separator_hint(header));
  };
  const auto map = merge_maps(header, options);
  if (!map) return unfit(map.error());
  if (Status found = table.find_key_columns(header, *map, options); !found) return unfit(found.error());
  table.find_fields(header, *map);
  if (table.fields_.empty())
    return unfit(bad_header("no column of a person is recognised; name some with --map column=field"));
  return table;
}

Status PersonTable::find_key_columns(const std::vector<std::string>& header, const ColumnMap& map,
                                     const PersonTableOptions& options) {
  const auto named = [&](const std::string& column, const char* what) -> Result<std::size_t> {
    if (const auto at = position(header, column)) return *at;
    return bad_flag("no column '" + column + "' to take " + what + " from" + did_you_mean(column, header));
  };
  if (!options.id_column.empty()) {
    const auto at = named(options.id_column, "ids");
    if (!at) return at.error();
    id_ = *at;
  } else {
    auto at = first_key_column(header, map, kIdColumns);
    if (const auto local = key_column(header, map, "local_id"); local && options.prefer_local_id) at = local;
    if (!at) return bad_header("no id column: one of record_id, unique_id, id, local_id is needed");
    id_ = *at;
  }
  id_column_ = header[id_];
  source_ = first_key_column(header, map, kSourceColumns);
  if (!options.source_column.empty()) {
    const auto at = named(options.source_column, "sources");
    if (!at) return at.error();
    source_ = *at;
  }
  default_source_ = options.default_source;
  version_ = key_column(header, map, "version");
  event_date_ = key_column(header, map, "event_date");
  return Done{};
}

void PersonTable::find_fields(const std::vector<std::string>& header, const ColumnMap& map) {
  for (std::size_t i = 0; i < header.size(); ++i) {
    const auto mapped = map.find(header[i]);
    const bool is_key = i == id_ || i == source_ || i == version_ || i == event_date_;
    if (is_key && (mapped == map.end() || mapped->second.empty() || is_key_field(mapped->second))) continue;
    const auto field =
        mapped != map.end() ? std::optional<std::string_view>(mapped->second) : person_field_for(header[i]);
    const PersonField* known = field ? find_field(*field) : nullptr;
    if (known == nullptr) {
      const std::string name = sayable_name(header[i], mappable_fields());
      ignored_.push_back(name == kUnsayable ? std::to_string(i + 1) : name);
      continue;
    }
    const bool identifier = known->name == "identifier" && header[i] != "identifier";
    fields_.push_back({i, std::string(known->name), known->is_list, identifier ? header[i] : std::string()});
    recognised_.emplace_back(header[i], known->name);
  }
}

Result<SourceRecord> PersonTable::record(const CsvRow& row) const {
  SourceRecord record;
  record.key.source = source_ && !row.fields[*source_].empty() ? std::string(row.fields[*source_]) : default_source_;
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
  const std::size_t equals = flag.find('=');
  if (equals == std::string::npos || equals == 0)
    return "write --map COLUMN=FIELD (an empty field ignores the column)";
  const std::string field = flag.substr(equals + 1);
  if (field.empty() || find_field(field) != nullptr || is_key_field(field)) return "";
  return "unknown field '" + field + "'" + did_you_mean(field, mappable_fields());
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
