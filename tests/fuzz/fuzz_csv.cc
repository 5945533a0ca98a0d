// The CSV reader agrees with the plain one on any bytes, from memory, and never crashes. The first byte
// chooses the limits.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/csv.h"
#include "tests/reference/csv.h"

namespace {

void require(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "fuzz_csv: %s\n", claim);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const gmpi::CsvLimits limits{.line_bytes_max = 1 + data[0] % 64u * 7u,
                               .columns_max = 1 + data[0] / 64u * 3u};
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto expected = gmpi::reference::parse_csv(text, limits);

  auto reader = gmpi::CsvReader::from_memory(text, limits);
  require(reader.ok() == expected.header_ok, "one takes the header, the other does not");
  if (!reader) return 0;
  require(reader->header() == expected.header, "headers differ");
  std::vector<gmpi::CsvReject> rejects;
  reader->on_reject([&](const gmpi::CsvReject& reject) { rejects.push_back(reject); });
  std::size_t rows = 0;
  while (const gmpi::CsvRow* row = reader->next()) {
    require(rows < expected.rows.size(), "more rows");
    const auto& wanted = expected.rows[rows++];
    require(row->line == wanted.line && row->byte_offset == wanted.byte_offset, "row at another place");
    require(std::equal(row->fields.begin(), row->fields.end(), wanted.fields.begin(), wanted.fields.end()),
            "fields differ");
  }
  require(rows == expected.rows.size(), "fewer rows");
  require(rejects.size() == expected.rejects.size(), "another number of rejects");
  for (std::size_t i = 0; i < rejects.size(); ++i) {
    require(rejects[i].line == expected.rejects[i].line && rejects[i].column == expected.rejects[i].column,
            "reject at another place");
    require(rejects[i].reason == expected.rejects[i].reason, "reject for another reason");
  }
  return 0;
}
