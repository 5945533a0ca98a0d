#include "apps/import_file.h"

#include <charconv>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "api/fhir/patient.h"
#include "api/records/flat_json.h"
#include "apps/csv_output.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/lines.h"
#include "base/sha256.h"

namespace gmpi {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLineBytesMax = 4 << 20;
constexpr std::string_view kRejectsHeader = "file,line,reason\n";
constexpr std::size_t kRejectColumns = 3;

/// A record on its way in, with the line it came from; or why there is none.
struct Row {
  std::uint64_t line = 0;
  Result<SourceRecord> record;
};

/// Told of each row that is none: its line and what is wrong. Never kept: a file may hold nothing else.
using RejectSink = std::function<void(std::uint64_t line, std::string_view reason)>;

/// Rows of a file, whatever its format.
class RowSource {
 public:
  virtual ~RowSource() = default;
  /// False at the end.
  virtual bool next(Row& row) = 0;
  virtual Status status() const = 0;
};

class CsvRows final : public RowSource {
 public:
  static Result<std::unique_ptr<RowSource>> open(const std::string& path, const ImportOptions& options,
                                                 RejectSink on_reject) {
    auto reader = CsvReader::open(path, {});
    if (!reader) return reader.error();
    PersonTableOptions table = options.table;
    if (table.default_source.empty()) table.default_source = options.default_source;
    auto plan = PersonTable::plan(reader->header(), table);
    if (!plan) return make_error(plan.error().code, path + ":1: " + plan.error().message);
    return std::unique_ptr<RowSource>(new CsvRows(std::move(*reader), std::move(*plan), std::move(on_reject)));
  }

  bool next(Row& row) override {
    const CsvRow* found = reader_.next();
    if (found != nullptr) row = {found->line, table_.record(*found)};
    return found != nullptr;
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

class JsonRows final : public RowSource {
 public:
  static Result<std::unique_ptr<RowSource>> open(const std::string& path, bool fhir, const ImportOptions& options) {
    auto reader = LineReader::open(path, kLineBytesMax);
    if (!reader) return reader.error();
    return std::unique_ptr<RowSource>(new JsonRows(std::move(*reader), fhir, options.default_source));
  }

  bool next(Row& row) override {
    const Line* line = reader_.next();
    while (line != nullptr && line->text.empty() && !line->too_long) line = reader_.next();  // blank lines
    if (line == nullptr) return false;
    row.line = line->number;
    if (line->too_long) {
      row.record = make_error(ErrorCode::kLimit, fmt::format("line of more than {} bytes", kLineBytesMax));
    } else {
      row.record = fhir_ ? fhir::source_record_from_fhir(line->text, default_source_, 0)
                         : source_record_from_flat_json(line->text);
    }
    return true;
  }
  Status status() const override { return reader_.status(); }

 private:
  JsonRows(LineReader reader, bool fhir, std::string default_source)
      : reader_(std::move(reader)), fhir_(fhir), default_source_(std::move(default_source)) {}

  LineReader reader_;
  bool fhir_;
  std::string default_source_;
};

Result<ImportFormat> detect_format(const std::string& path) {
  std::string name = fs::path(path).filename().string();
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  if (name.ends_with(".csv")) return ImportFormat::kCsv;
  auto reader = LineReader::open(path, kLineBytesMax);
  if (!reader) return reader.error();
  const Line* line = reader->next();
  if (line == nullptr) return make_error(ErrorCode::kInvalidInput, path + ": the file is empty");
  if (!line->text.starts_with("{")) return ImportFormat::kCsv;
  const bool fhir = line->text.find("\"resourceType\"") != std::string_view::npos;
  return fhir ? ImportFormat::kFhir : ImportFormat::kNdjson;
}

Result<std::unique_ptr<RowSource>> open_rows(const std::string& path, const ImportOptions& options,
                                             RejectSink on_reject) {
  auto format = options.format == ImportFormat::kAuto ? detect_format(path) : Result<ImportFormat>(options.format);
  if (!format) return format.error();
  if (*format == ImportFormat::kCsv) return CsvRows::open(path, options, std::move(on_reject));
  return JsonRows::open(path, *format == ImportFormat::kFhir, options);
}

/// Every door has the same keys: what is imported can be read and retracted over HTTP, and "source/local id" is one key.
Status check_key(const RecordKey& key) {
  if (!is_valid_source(key.source))
    return make_error(ErrorCode::kInvalidInput, "source: must be 1 to 64 of A-Z a-z 0-9 . _ -");
  if (!is_valid_local_id(key.local_id))
    return make_error(ErrorCode::kInvalidInput,
                      "local_id: must be 1 to 256 bytes of UTF-8 without control characters, not . or ..");
  return Done{};
}

/// Names a file, by its content, and the way it is read: what the position of an import belongs to. Two extracts may
/// differ in one row alone, and the same file read with other columns or for another source is another import.
Result<std::string> fingerprint(const std::string& path, const ImportOptions& options) {
  std::error_code error;
  const auto type = fs::status(path, error).type();
  if (type == fs::file_type::not_found) return make_error(ErrorCode::kNotFound, path + ": no such file");
  if (type == fs::file_type::directory) return make_error(ErrorCode::kInvalidInput, path + ": is a directory");
  if (error) return make_error(ErrorCode::kIo, path + ": " + error.message());
  auto digest = sha256_hex_of_file(path);
  if (!digest) return digest.error();
  std::string how = fmt::format("{}/{}/{}/{}/{}", *digest, static_cast<int>(options.format), options.default_source,
                                options.table.id_column, options.table.source_column);
  for (const auto* map : {&options.table.column_map, &options.table.configured_map})
    for (const auto& [column, field] : *map) how += fmt::format("/{}={}", column, field);
  return sha256_hex(how).substr(0, 24);
}

/// The rows of a rejects file that stand before `line`, as text: what came later is read, and listed, again.
struct EarlierRejects {
  std::string rows;
  std::uint64_t count = 0;
};

EarlierRejects earlier_rejects(const std::string& path, std::uint64_t done_line) {
  EarlierRejects earlier;
  auto reader = CsvReader::open(path, {});
  if (!reader) return earlier;  // none was written, or nothing of it arrived
  while (const CsvRow* row = reader->next()) {
    std::uint64_t line = 0;
    if (row->fields.size() != kRejectColumns) continue;
    std::from_chars(row->fields[1].data(), row->fields[1].data() + row->fields[1].size(), line);
    if (line == 0 || line > done_line) continue;
    append_csv_row(earlier.rows, row->fields);
    ++earlier.count;
  }
  return earlier;
}

class Import {
 public:
  Import(const std::string& path, const ImportOptions& options, Linker& linker, Progress& progress)
      : path_(path), options_(options), linker_(linker), progress_(progress) {}

  Status prepare(const std::string& data_dir) {
    auto id = fingerprint(path_, options_);
    if (!id) return id.error();
    const fs::path dir = fs::path(data_dir) / "imports";
    std::error_code error;
    fs::create_directories(dir, error);
    if (error) return make_error(ErrorCode::kIo, dir.string() + ": " + error.message());
    position_path_ = (dir / (*id + ".position")).string();
    rejects_path_ = (dir / (*id + (options_.dry_run ? ".dry-run.rejects.csv" : ".rejects.csv"))).string();
    if (!options_.restart && !options_.dry_run) read_position();
    const EarlierRejects earlier = earlier_rejects(rejects_path_, done_line_);
    result_.counts.rejected = earlier.count;
    if (Status kept = write_file_atomically(rejects_path_, std::string(kRejectsHeader) + earlier.rows); !kept)
      return kept;
    rejects_.open(rejects_path_, std::ios::app);
    return rejects_ ? Status(Done{}) : make_error(ErrorCode::kIo, rejects_path_ + ": cannot be written");
  }

  Result<ImportResult> run(const std::function<bool()>& stop_requested) {
    auto rows = open_rows(path_, options_, [this](std::uint64_t line, std::string_view reason) {
      if (!done_before(line)) reject(line, reason);
    });
    if (!rows) return rows.error();
    Row row{0, make_error(ErrorCode::kInternal, "")};
    bool stopped = false;
    while (!(stopped = stop_requested()) && (*rows)->next(row)) {
      if (done_before(row.line)) continue;
      const Status good = row.record ? check_key(row.record->key) : row.record.error();
      if (good) {
        records_.push_back(std::move(*row.record));
        lines_.push_back(row.line);
      } else {
        reject(row.line, good.error().message);
      }
      if (records_.size() >= options_.batch_records)
        if (Status done = flush(); !done) return done.error();
    }
    if (Status done = flush(); !done) return done.error();
    if (Status read = (*rows)->status(); !read) return read.error();
    result_.finished = !stopped;
    // A finished import has no position: the file may be imported again, and what is known already stays as it is.
    std::error_code error;
    if (result_.finished && !options_.dry_run) fs::remove(position_path_, error);
    if (result_.counts.rejected > 0) result_.rejects_path = rejects_path_;
    return result_;
  }

 private:
  void read_position() {
    const auto text = read_file(position_path_, 64);
    if (!text) return;
    std::from_chars(text->data(), text->data() + text->size(), done_line_);
  }

  /// Lines come in rising order. True: an earlier run took this one.
  bool done_before(std::uint64_t line) {
    if (line <= done_line_) {
      ++result_.counts.skipped;
      return true;
    }
    last_line_ = line;
    return false;
  }

  void reject(std::uint64_t line, std::string_view reason) {
    std::string row;
    append_csv_row(row, {path_, std::to_string(line), reason});
    rejects_ << row;
    ++result_.counts.rejected;
    progress_.reject(1);
  }

  void count(const RegisterAnswer& answer) {
    ImportCounts& counts = result_.counts;
    switch (answer.outcome) {
      case RegisterOutcome::kNew: ++counts.fresh; break;
      case RegisterOutcome::kLinked: ++counts.linked; break;
      case RegisterOutcome::kReview: ++counts.review; break;
      case RegisterOutcome::kUnchanged: ++counts.unchanged; break;
      case RegisterOutcome::kSuperseded: ++counts.superseded; break;
    }
  }

  /// Registers what is gathered, then moves the position past it: in this order nothing is lost.
  Status flush() {
    if (options_.dry_run) {
      result_.counts.read += records_.size();
    } else if (!records_.empty()) {
      const auto answers = linker_.register_records(records_);
      for (std::size_t i = 0; i < answers.size(); ++i) {
        if (answers[i]) {
          ++result_.counts.read;
          count(*answers[i]);
        } else if (answers[i].error().code == ErrorCode::kUnavailable || answers[i].error().code == ErrorCode::kIo) {
          return answers[i].error();
        } else {
          reject(lines_[i], answers[i].error().message);
        }
      }
    }
    progress_.add(records_.size());
    records_.clear();
    lines_.clear();
    rejects_.flush();
    if (!rejects_) return make_error(ErrorCode::kIo, rejects_path_ + ": cannot be written");
    if (options_.dry_run || last_line_ == 0) return Done{};
    return write_file_atomically(position_path_, std::to_string(last_line_));
  }

  const std::string path_;
  const ImportOptions& options_;
  Linker& linker_;
  Progress& progress_;
  std::string position_path_, rejects_path_;
  std::ofstream rejects_;
  std::uint64_t done_line_ = 0;
  std::uint64_t last_line_ = 0;
  std::vector<SourceRecord> records_;
  std::vector<std::uint64_t> lines_;
  ImportResult result_;
};

}  // namespace

Result<ImportResult> import_file(const std::string& path, const ImportOptions& options, const std::string& data_dir,
                                 Linker& linker, const std::function<bool()>& stop_requested, Progress& progress) {
  Import import(path, options, linker, progress);
  if (Status ready = import.prepare(data_dir); !ready) return ready.error();
  return import.run(stop_requested);
}

}  // namespace gmpi
