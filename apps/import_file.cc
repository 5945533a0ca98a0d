#include "apps/import_file.h"

#include <charconv>
#include <chrono>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "api/records/flat_json.h"
#include "apps/rejects_file.h"
#include "apps/repeated_ids.h"
#include "base/file.h"
#include "base/sha256.h"

namespace gmpi {

namespace {

namespace fs = std::filesystem;

/// Every door has the same keys: what is imported can be read and retracted over HTTP, and "source/local id" is one key.
Status check_key(const RecordKey& key, const SourceRegister& sources) {
  if (!is_valid_source(key.source))
    return make_error(ErrorCode::kInvalidInput, "source: must be 1 to 64 of A-Z a-z 0-9 . _ -");
  if (!sources.accepts(key.source))
    return make_error(ErrorCode::kInvalidInput, "source: not declared in the configuration ([[source]])");
  if (!is_valid_local_id(key.local_id))
    return make_error(ErrorCode::kInvalidInput,
                      "local_id: must be 1 to 256 bytes of UTF-8 without control characters, not . or ..");
  return Done{};
}

/// Names a file, by its content, and the way it is read: what the position of an import belongs to. Two extracts may
/// differ in one row alone, and the same file read with other columns or for another source is another import.
Result<std::string> fingerprint(const std::string& path, const RecordRowsOptions& options) {
  auto digest = sha256_hex_of_file(path);
  if (!digest) return digest.error();
  std::string how = fmt::format("{}/{}/{}/{}/{}", *digest, static_cast<int>(options.format), options.default_source,
                                options.table.id_column, options.table.source_column);
  for (const auto* map : {&options.table.column_map, &options.table.configured_map})
    for (const auto& [column, field] : *map) how += fmt::format("/{}={}", column, field);
  return sha256_hex(how).substr(0, 24);
}

/// 0: no day is known.
std::optional<Date> day_of(UnixMillis at_ms) {
  using namespace std::chrono;
  if (at_ms == 0) return std::nullopt;
  return Date(floor<days>(sys_time<milliseconds>(milliseconds(at_ms))));
}

/// Why a row cannot be taken. Rows come in order, those before the position of an earlier run too.
Status check_row(const RecordRow& row, const SourceRegister& sources, const StandardizeOptions& standardize,
                 RepeatedIds& repeated) {
  if (!row.record) return row.record.error();
  if (Status good = check_key(row.record->key, sources); !good) return good;
  if (Status good = check_person(*row.record, standardize); !good) return good;
  return repeated.check(*row.record, row.line);
}

void count_removals(const std::vector<Removal>& removals, ImportCounts& counts) {
  for (const Removal& removal : removals) ++counts.not_evidence[removal.column + ": " + removal.reason];
}

/// Where an import stands, between its runs. A stream has none.
class Position {
 public:
  Position() = default;
  explicit Position(std::string path) : path_(std::move(path)) {}

  std::uint64_t read() const {
    std::uint64_t line = 0;
    if (const auto text = path_.empty() ? Result<std::string>("") : read_file(path_, 64))
      std::from_chars(text->data(), text->data() + text->size(), line);
    return line;
  }
  Status write(std::uint64_t line) const {
    return path_.empty() || line == 0 ? Status(Done{}) : write_file_atomically(path_, std::to_string(line));
  }
  /// A finished import has none: the file may be imported again, and what is known already stays as it is.
  void remove() const {
    std::error_code error;
    if (!path_.empty()) fs::remove(path_, error);
  }

 private:
  std::string path_;
};

class Import {
 public:
  Import(const std::string& path, const ImportOptions& options, Linker& linker, Progress& progress)
      : path_(path),
        options_(options),
        standardize_{.as_of_date = day_of(options.rows.as_of_ms)},
        linker_(linker),
        progress_(progress) {}

  Status prepare(const std::string& data_dir) {
    if (Status good = check_import_input(path_); !good) return good;
    result_.resumable = !is_stream(path_);
    auto name = result_.resumable ? fingerprint(path_, options_.rows) : Result<std::string>(stream_name());
    if (!name) return name.error();
    const fs::path dir = fs::path(data_dir) / "imports";
    std::error_code error;
    fs::create_directories(dir, error);
    if (error) return make_error(ErrorCode::kIo, dir.string() + ": " + error.message());
    if (result_.resumable) position_ = Position((dir / (*name + ".position")).string());
    if (!options_.restart) done_line_ = position_.read();
    // What an earlier run listed is told again: who asked for a list gets the whole of it.
    const auto tell = [this](std::uint64_t line, std::string_view reason) {
      if (options_.on_reject) options_.on_reject(line, reason);
    };
    auto rejects = RejectsFile::resume((dir / (*name + ".rejects.csv")).string(), done_line_, tell);
    if (!rejects) return rejects.error();
    rejects_.emplace(std::move(*rejects));
    return Done{};
  }

  Result<ImportResult> run(const std::function<bool()>& stop_requested) {
    auto bytes = InputBytes::open(path_);
    if (!bytes) return bytes.error();
    auto rows = open_record_rows(std::move(*bytes), options_.rows, [this](std::uint64_t line, std::string_view reason) {
      if (!done_before(line)) reject(line, reason);
    });
    if (!rows) return rows.error();
    RecordRow row;
    bool stopped = false;
    while (!(stopped = stop_requested()) && (*rows)->next(row)) {
      const Status good = check_row(row, options_.sources, standardize_, repeated_);
      if (done_before(row.line)) continue;
      if (good) {
        take(row);
      } else {
        reject(row.line, good.error().message);
      }
      if (records_.size() >= options_.batch_records)
        if (Status done = flush(); !done) return done.error();
    }
    if (Status done = flush(); !done) return done.error();
    if (Status read = (*rows)->status(); !read) return read.error();
    result_.finished = !stopped;
    if (result_.finished) position_.remove();
    result_.counts.rejected = rejects_->count();
    result_.counts.unchecked = repeated_.unchecked();
    if (rejects_->count() > 0) result_.rejects_path = rejects_->path();
    return result_;
  }

 private:
  /// Of the rejects of what has no content that could be read twice.
  std::string stream_name() const { return path_ == "-" ? "stdin" : "pipe"; }

  /// Lines come in rising order. True: an earlier run took this one.
  bool done_before(std::uint64_t line) {
    if (line <= done_line_) {
      ++result_.counts.skipped;
      return true;
    }
    last_line_ = line;
    return false;
  }

  void take(RecordRow& row) {
    records_.push_back(std::move(*row.record));
    lines_.push_back(row.line);
  }

  void reject(std::uint64_t line, std::string_view reason) {
    rejects_->add(path_, line, reason);
    if (options_.on_reject) options_.on_reject(line, reason);
    progress_.reject(1);
  }

  void count(const RegisterAnswer& answer) {
    ImportCounts& counts = result_.counts;
    ++counts.records;
    if (!answer.reasons.empty()) ++counts.asked;
    count_removals(answer.notes, counts);
    if (answer.outcome == RegisterOutcome::kUnchanged) {
      ++counts.unchanged;
    } else if (answer.outcome == RegisterOutcome::kSuperseded) {
      ++counts.superseded;
    } else if (!answer.created) {
      ++counts.updated;
    } else if (answer.outcome == RegisterOutcome::kLinked) {
      ++counts.linked;
    } else if (answer.outcome == RegisterOutcome::kReview) {
      ++counts.review;
    } else {
      ++counts.fresh;
    }
  }

  /// Registers what is gathered, then moves the position past it: in this order nothing is lost.
  Status flush() {
    if (!records_.empty()) {
      const auto answers = linker_.register_records(records_);
      for (std::size_t i = 0; i < answers.size(); ++i) {
        if (answers[i]) {
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
    if (Status listed = rejects_->sync(); !listed) return listed;
    return position_.write(last_line_);
  }

  const std::string path_;
  const ImportOptions& options_;
  const StandardizeOptions standardize_;  // as far as check_person() reads it
  Linker& linker_;
  Progress& progress_;
  Position position_;
  std::optional<RejectsFile> rejects_;
  std::uint64_t done_line_ = 0;
  std::uint64_t last_line_ = 0;
  RepeatedIds repeated_;
  std::vector<SourceRecord> records_;
  std::vector<std::uint64_t> lines_;
  ImportResult result_;
};

}  // namespace

Status check_import_input(const std::string& path) {
  if (path == "-") return Done{};
  std::error_code error;
  const auto type = fs::status(path, error).type();
  if (type == fs::file_type::not_found) return make_error(ErrorCode::kNotFound, path + ": no such file");
  if (type == fs::file_type::directory) return make_error(ErrorCode::kInvalidInput, path + ": is a directory");
  if (error) return make_error(ErrorCode::kIo, path + ": " + error.message());
  return Done{};
}

bool is_stream(const std::string& path) {
  std::error_code error;
  return path == "-" || !fs::is_regular_file(path, error);
}

Result<ImportResult> import_file(const std::string& path, const ImportOptions& options, const std::string& data_dir,
                                 Linker& linker, const std::function<bool()>& stop_requested, Progress& progress) {
  Import import(path, options, linker, progress);
  if (Status ready = import.prepare(data_dir); !ready) return ready.error();
  return import.run(stop_requested);
}

Result<ImportResult> check_import_file(const std::string& path, const ImportOptions& options,
                                       const StandardizeOptions& standardize,
                                       const std::function<bool()>& stop_requested, Progress& progress) {
  if (Status good = check_import_input(path); !good) return good.error();
  auto bytes = InputBytes::open(path);
  if (!bytes) return bytes.error();
  ImportResult result;
  RepeatedIds repeated;
  const auto reject = [&](std::uint64_t line, std::string_view reason) {
    if (options.on_reject) options.on_reject(line, reason);
    ++result.counts.rejected;
    progress.reject(1);
  };
  auto rows = open_record_rows(std::move(*bytes), options.rows, reject);
  if (!rows) return rows.error();
  RecordRow row;
  while (!stop_requested() && (*rows)->next(row)) {
    const Status good = check_row(row, options.sources, standardize, repeated);
    if (!good) {
      reject(row.line, good.error().message);
      continue;
    }
    ++result.counts.records;
    count_removals(standardize_person(*row.record, standardize).removals, result.counts);
    progress.add(1);
  }
  if (Status read = (*rows)->status(); !read) return read.error();
  result.finished = !stop_requested();
  result.counts.unchecked = repeated.unchecked();
  return result;
}

}  // namespace gmpi
