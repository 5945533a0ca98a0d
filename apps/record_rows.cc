#include "apps/record_rows.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/fhir/patient.h"
#include "api/records/flat_json.h"
#include "base/csv.h"
#include "base/lines.h"

namespace gmpi {

namespace {

constexpr std::size_t kLineBytesMax = 4 << 20;
constexpr std::size_t kFirstLookBytes = 64 << 10;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\n";

class CsvRows final : public RecordRows {
 public:
  static Result<std::unique_ptr<RecordRows>> open(InputBytes bytes, const RecordRowsOptions& options,
                                                  RejectSink on_reject) {
    const std::string name = bytes.name();
    auto reader = CsvReader::read(std::move(bytes), {});
    if (!reader) return reader.error();
    PersonTableOptions table = options.table;
    if (table.default_source.empty()) table.default_source = options.default_source;
    auto plan = PersonTable::plan(reader->header(), table);
    if (!plan) return make_error(plan.error().code, name + ":1: " + plan.error().message);
    if (!plan->has_source() && table.default_source.empty())
      return make_error(ErrorCode::kConflict, name + ":1: no column names the source system; say which it is with "
                                                     "--source NAME, or which column does with --source-column NAME");
    return std::unique_ptr<RecordRows>(new CsvRows(std::move(*reader), std::move(*plan), std::move(on_reject)));
  }

  bool next(RecordRow& row) override {
    const CsvRow* found = reader_.next();
    if (found == nullptr) return false;
    // Of files that were put together from several.
    const bool header = std::ranges::equal(found->fields, reader_.header());
    row = {found->line, header ? Result<SourceRecord>(make_error(ErrorCode::kInvalidInput, "the header once more"))
                               : table_.record(*found)};
    return true;
  }
  Status status() const override { return reader_.status(); }

 private:
  CsvRows(CsvReader reader, PersonTable table, RejectSink on_reject)
      : reader_(std::move(reader)), table_(std::move(table)) {
    reader_.on_reject([told = std::move(on_reject)](const CsvReject& bad) { told(bad.line, bad.reason); });
  }

  CsvReader reader_;
  PersonTable table_;
};

class JsonRows final : public RecordRows {
 public:
  JsonRows(InputBytes bytes, bool fhir, const RecordRowsOptions& options)
      : reader_(LineReader::read(std::move(bytes), kLineBytesMax)),
        fhir_(fhir),
        default_source_(options.default_source),
        as_of_ms_(options.as_of_ms) {}

  bool next(RecordRow& row) override {
    for (;;) {
      const Line* line = reader_.next();
      if (line == nullptr) return false;
      row.line = line->number;
      std::string_view text = line->text;
      if (line->number == 1 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
      if (line->too_long) {
        row.record = make_error(ErrorCode::kLimit, fmt::format("line longer than {} bytes", kLineBytesMax));
      } else if (text.find_first_not_of(kBlanks) == std::string_view::npos) {
        continue;
      } else {
        row.record = fhir_ ? fhir::source_record_from_fhir(text, default_source_, as_of_ms_)
                           : source_record_from_flat_json(text, default_source_);
      }
      return true;
    }
  }
  Status status() const override { return reader_.status(); }

 private:
  LineReader reader_;
  bool fhir_;
  std::string default_source_;
  UnixMillis as_of_ms_;
};

Error no_records(const InputBytes& bytes, std::string_view reason) {
  return make_error(ErrorCode::kInvalidInput, fmt::format("{}: {}", bytes.name(), reason));
}

/// Where the first line with anything on it begins, in what was peeked at.
std::size_t first_text(std::string_view seen) {
  return seen.find_first_not_of(kBlanks, seen.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
}

bool is_named_csv(std::string_view name) {
  if (name.ends_with(".gz")) name.remove_suffix(3);
  return name.ends_with(".csv");
}

}  // namespace

Result<ImportFormat> detect_format(InputBytes& bytes) {
  auto seen = bytes.peek(kFirstLookBytes);
  if (!seen) return seen.error();
  if (seen->empty()) return no_records(bytes, "the file is empty");
  std::size_t begin = first_text(*seen);
  if (begin == std::string_view::npos || ((*seen)[begin] != '{' && (*seen)[begin] != '[')) return ImportFormat::kCsv;
  if ((*seen)[begin] == '[')
    return no_records(bytes, "a JSON array; write one object a line (NDJSON), without brackets around them");
  if (seen->find('\n', begin) == std::string_view::npos) seen = bytes.peek(kLineBytesMax);
  if (!seen) return seen.error();
  const std::string_view line = seen->substr(begin, seen->find('\n', begin) - begin);
  return line.find("\"resourceType\"") != std::string_view::npos ? ImportFormat::kFhir : ImportFormat::kNdjson;
}

Result<std::unique_ptr<RecordRows>> open_record_rows(InputBytes bytes, const RecordRowsOptions& options,
                                                     RejectSink on_reject) {
  ImportFormat format = options.format;
  if (format == ImportFormat::kAuto && is_named_csv(bytes.name())) format = ImportFormat::kCsv;
  if (format == ImportFormat::kAuto) {
    const auto detected = detect_format(bytes);
    if (!detected) return detected.error();
    format = *detected;
  }
  if (format == ImportFormat::kCsv) return CsvRows::open(std::move(bytes), options, std::move(on_reject));
  return std::unique_ptr<RecordRows>(
      new JsonRows(std::move(bytes), format == ImportFormat::kFhir, options));
}

}  // namespace gmpi
