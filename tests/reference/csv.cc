#include "tests/reference/csv.h"

#include <algorithm>
#include <set>

namespace gmpi::reference {
namespace {

/// One row as far as it could be read, and where it ended.
struct Attempt {
  std::string problem;  // of its shape; then `end` means nothing
  std::size_t column = 0;
  std::vector<std::string> fields;
  std::vector<std::size_t> field_begins;
  std::size_t end = 0;   // of its text, line end excluded
  std::size_t next = 0;  // where the row after it begins
};

std::string too_long(std::string_view text, std::size_t begin, std::size_t max, std::size_t column,
                     Attempt& row) {
  const std::size_t feed = text.find('\n', begin);
  if (feed == std::string_view::npos || feed - begin > max) {
    row.column = 0;
    return "line longer than " + std::to_string(max) + " bytes";
  }
  row.column = column;
  return "row longer than " + std::to_string(max) + " bytes: quote not closed?";
}

Attempt read_row(std::string_view text, std::size_t begin, const CsvLimits& limits,
                 std::size_t columns_expected) {
  Attempt row;
  std::size_t i = begin;
  for (;;) {
    row.field_begins.push_back(i);
    std::string field;
    const std::size_t column = row.fields.size() + 1;
    auto beyond = [&] { return i - begin > limits.line_bytes_max; };
    if (i < text.size() && text[i] == '"') {
      for (++i;; ++i) {
        if (beyond()) return row.problem = too_long(text, begin, limits.line_bytes_max, column, row), row;
        if (i == text.size()) return row.column = column, row.problem = "quote not closed", row;
        if (text[i] == '\n' && row.fields.size() >= columns_expected) {
          return row.column = column, row.problem = "quote not closed", row;
        }
        if (text[i] == '"') {
          const bool next_in_limit = i + 1 < text.size() && i + 1 - begin <= limits.line_bytes_max;
          if (!next_in_limit || text[i + 1] != '"') break;
          ++i;
        }
        field += text[i];
      }
      ++i;
      const bool return_in_limit = i < text.size() && i - begin <= limits.line_bytes_max;
      if (return_in_limit && text[i] == '\r') {
        const bool after_in_limit = i + 1 < text.size() && i + 1 - begin <= limits.line_bytes_max;
        if (!after_in_limit || text[i + 1] == '\n') ++i;
      }
      if (beyond()) return row.problem = too_long(text, begin, limits.line_bytes_max, column, row), row;
      if (i < text.size() && text[i] != ',' && text[i] != '\n') {
        return row.column = column, row.problem = "text after a closing quote", row;
      }
    } else {
      while (!beyond() && i < text.size() && text[i] != ',' && text[i] != '\n') field += text[i++];
      if (beyond()) return row.problem = too_long(text, begin, limits.line_bytes_max, column, row), row;
      if ((i == text.size() || text[i] == '\n') && field.ends_with('\r')) field.pop_back();
    }
    row.fields.push_back(field);
    if (i == text.size() || text[i] == '\n') break;
    if (row.fields.size() >= limits.columns_max) {
      row.problem = "more than " + std::to_string(limits.columns_max) + " fields";
      return row;
    }
    ++i;
  }
  row.end = i;
  row.next = std::min(i + 1, text.size());
  return row;
}

std::string problem_of_bytes(std::string_view row_text, const Attempt& row, std::size_t begin,
                             std::size_t& column) {
  std::size_t bad = row_text.find('\0');
  std::string problem = "NUL byte";
  if (bad == std::string_view::npos) {
    bad = find_invalid_utf8(row_text);
    problem = "invalid UTF-8";
  }
  if (bad == std::string_view::npos) return "";
  column = static_cast<std::size_t>(std::count_if(row.field_begins.begin(), row.field_begins.end(),
                                                  [&](auto b) { return b <= begin + bad; }));
  return problem;
}

bool accept_header(const Attempt& row, ParsedCsv& parsed) {
  std::set<std::string> seen;
  for (const auto& name : row.fields) {
    if (name.empty() || name.find('\r') != std::string::npos || !seen.insert(name).second) return false;
  }
  parsed.header = row.fields;
  parsed.header_ok = true;
  return true;
}

}  // namespace

ParsedCsv parse_csv(std::string_view text, const CsvLimits& limits) {
  ParsedCsv parsed;
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return parsed;
  std::size_t begin = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  std::uint64_t line = 1;
  while (begin < text.size()) {
    const std::size_t feed = std::min(text.find('\n', begin), text.size());
    const auto first_line = text.substr(begin, feed - begin);
    if (first_line.empty() || (first_line == "\r" && limits.line_bytes_max >= 1)) {
      begin = std::min(feed + 1, text.size());
      ++line;
      continue;
    }
    Attempt row = read_row(text, begin, limits, parsed.header_ok ? parsed.header.size() : limits.columns_max);
    std::size_t column = row.column;
    std::string problem = row.problem;
    const bool has_shape = problem.empty();
    if (has_shape) problem = problem_of_bytes(text.substr(begin, row.end - begin), row, begin, column);
    if (!parsed.header_ok) {
      if (!problem.empty() || !accept_header(row, parsed)) return parsed;
    } else {
      if (problem.empty() && row.fields.size() != parsed.header.size()) {
        problem = std::to_string(row.fields.size()) + " fields where the header has " +
                  std::to_string(parsed.header.size());
      }
      if (problem.empty()) {
        parsed.rows.push_back({line, begin, row.fields});
      } else {
        parsed.rejects.push_back({line, column, problem});
      }
    }
    const std::size_t next = has_shape ? row.next : std::min(feed + 1, text.size());
    line += static_cast<std::uint64_t>(std::count(text.begin() + begin, text.begin() + next, '\n'));
    begin = next;
  }
  return parsed;
}

std::size_t find_invalid_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    std::size_t bytes = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
    if (bytes == 0 || i + bytes > text.size()) return i;
    char32_t point = bytes == 1 ? lead : lead & (0xFFu >> (bytes + 1));
    for (std::size_t k = 1; k < bytes; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if (next >> 6 != 2) return i;
      point = point << 6 | (next & 0x3Fu);
    }
    const char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < smallest[bytes] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return i;
    i += bytes;
  }
  return std::string_view::npos;
}

}  // namespace gmpi::reference
