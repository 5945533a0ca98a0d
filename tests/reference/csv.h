// tests/reference/csv.h - the plain CSV reader that base/csv.h is compared with: one byte at a time, the
// whole text in memory, every rule written out once more and no trick.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/csv.h"

namespace gmpi::reference {

struct ParsedCsv {
  struct Row {
    std::uint64_t line = 0;
    std::uint64_t byte_offset = 0;
    std::vector<std::string> fields;
    bool operator==(const Row&) const = default;
  };
  bool header_ok = false;
  std::vector<std::string> header;
  std::vector<Row> rows;
  std::vector<CsvReject> rejects;
};

ParsedCsv parse_csv(std::string_view text, const CsvLimits& limits);

/// First ill-formed byte by decoding each code point and checking its value, or npos.
std::size_t find_invalid_utf8(std::string_view text);

}  // namespace gmpi::reference
