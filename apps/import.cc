// gmpi import: files into a data directory.
#include "apps/import.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli.h"
#include "apps/csv_output.h"
#include "apps/import_file.h"
#include "apps/open_index.h"
#include "apps/rejects_file.h"
#include "apps/repeated_ids.h"
#include "base/json_text.h"

namespace gmpi {

namespace {

struct ImportCommand {
  std::vector<std::string> files;
  std::string format = "auto";
  std::string id_column, source_column;
  std::vector<std::string> maps;
  std::string rejects;
  bool relink = false;
  bool dry_run = false;
  ImportOptions options;
};

const std::map<std::string, ImportFormat> kFormats = {{"auto", ImportFormat::kAuto},
                                                      {"csv", ImportFormat::kCsv},
                                                      {"ndjson", ImportFormat::kNdjson},
                                                      {"fhir", ImportFormat::kFhir}};

// Refused NHS numbers of the test range are a forgotten flag rather than single bad entries from here on.
constexpr std::string_view kTestRange = "nhs_number: NHS number is in the test range";
constexpr std::uint64_t kTestNumbersMany = 10;
constexpr double kTestNumbersShare = 0.1;

void print_json(const std::string& path, const ImportResult& result) {
  const ImportCounts& c = result.counts;
  std::string not_evidence;
  for (const auto& [reason, count] : c.not_evidence)
    not_evidence += fmt::format("{}{}:{}", not_evidence.empty() ? "" : ",", json_string(reason), count);
  fmt::print("{{\"file\":{},\"finished\":{},\"records\":{},\"new\":{},\"linked\":{},\"review\":{},\"updated\":{},"
             "\"unchanged\":{},\"superseded\":{},\"asked\":{},\"rejected\":{},\"skipped\":{},\"rejects\":{},"
             "\"not_evidence\":{{{}}}}}\n",
             json_string(path), result.finished, c.records, c.fresh, c.linked, c.review, c.updated, c.unchanged,
             c.superseded, c.asked, c.rejected, c.skipped, json_string(result.rejects_path), not_evidence);
}

void print_not_evidence(const ImportCounts& counts) {
  if (counts.not_evidence.empty()) return;
  std::vector<std::pair<std::uint64_t, std::string>> by_count;
  for (const auto& [reason, count] : counts.not_evidence) by_count.emplace_back(count, reason);
  std::sort(by_count.begin(), by_count.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  fmt::print("values kept but not compared, by column and reason:\n");
  for (const auto& [count, reason] : by_count) fmt::print("{:>12}  {}\n", with_thousands(count), reason);
}

void print_text(const std::string& path, const ImportResult& result, bool dry_run) {
  const ImportCounts& c = result.counts;
  if (dry_run) {
    fmt::print("{}: {} records could be registered, {} rows rejected; nothing was registered\n", path, c.records,
               c.rejected);
  } else {
    fmt::print("{}: {} records: {} new people, {} linked, {} alone for review, {} updated, {} unchanged, "
               "{} older than what is held\n",
               path, c.records, c.fresh, c.linked, c.review, c.updated, c.unchanged, c.superseded);
    if (c.asked > 0) fmt::print("{}: {} of them raised a question for a steward\n", path, c.asked);
  }
  if (c.unchecked > 0)
    fmt::print("{}: {} rows came behind {} ids and were not looked through for ids that stand there twice\n", path,
               c.unchecked, with_thousands(RepeatedIds::kIdsMax));
  if (c.skipped > 0) fmt::print("{}: {} rows were imported before (--restart imports them again)\n", path, c.skipped);
  print_not_evidence(c);
}

ImportOptions import_options(const ImportCommand& command, const Config& config) {
  ImportOptions options = command.options;
  options.rows.format = kFormats.at(command.format);
  options.rows.table.id_column = command.id_column;
  options.rows.table.prefer_local_id = true;
  options.rows.table.source_column = command.source_column;
  options.rows.table.column_map = column_map_of(command.maps);
  options.rows.table.configured_map = config.column_map;
  options.rows.as_of_ms = SystemClock().now_ms();
  options.sources = source_register(config);
  return options;
}

/// The files of one command, one after the other.
class ImportRun {
 public:
  ImportRun(const ImportCommand& command, Invocation& invocation)
      : command_(command), invocation_(invocation), options_(import_options(command, invocation.config)) {}

  ExitCode run() {
    const bool report_rejects = command_.dry_run || !command_.rejects.empty();
    if (Status apart = check_outputs(command_.files, {command_.rejects}); !apart) return fail_reading(apart.error());
    for (const auto& path : command_.files)  // before anything is made or begun
      if (Status there = check_import_input(path); !there) return fail(there.error());
    if (Status ready = prepare(); !ready) return fail(ready.error());
    if (report_rejects)
      options_.on_reject = [this](std::uint64_t line, std::string_view reason) { report_->add(path_, line, reason); };
    if (invocation_.stop != nullptr) invocation_.stop->take_over([this] { end_stream(); });
    ExitCode code = ExitCode::kOk;
    for (const auto& path : command_.files) {
      const ExitCode of_file = import(path);
      if (of_file != ExitCode::kOk) code = of_file;
      if (of_file != ExitCode::kOk && of_file != ExitCode::kRejectedRows) break;
    }
    if (invocation_.stop != nullptr) invocation_.stop->take_over(nullptr);
    if (report_rejects)
      if (Status done = report_->finish(); !done) return fail(done.error());
    return code;
  }

 private:
  Status prepare() {
    if (command_.dry_run) {
      const auto test_numbers = takes_test_nhs_numbers(invocation_.config);
      if (!test_numbers) return test_numbers.error();
      test_numbers_ = *test_numbers;
    } else {
      auto index = open_index(invocation_.config, {.create = true, .relink = command_.relink});
      if (!index) return index.error();
      index_ = std::move(*index);
      test_numbers_ = index_->test_nhs_numbers;
    }
    auto report = RejectReport::open(command_.rejects);
    if (!report) return report.error();
    report_.emplace(std::move(*report));
    return Done{};
  }

  ExitCode import(const std::string& path) {
    path_ = path;
    reading_stream_ = is_stream(path);
    Progress progress(
        {.task = command_.dry_run ? "check" : "import", .unit = "records", .style = invocation_.progress_style()});
    const auto stop = [this] { return invocation_.stop != nullptr && invocation_.stop->requested(); };
    const auto result = command_.dry_run
                            ? check_import_file(path, options_, standardize_options(), stop, progress)
                            : import_file(path, options_, index_->data_dir, *index_->linker, stop, progress);
    progress.finish();
    reading_stream_ = false;
    if (!result) return fail_reading(result.error());
    return tell(path, *result);
  }

  ExitCode tell(const std::string& path, const ImportResult& result) {
    if (invocation_.json) {
      print_json(path, result);
    } else if (!invocation_.quiet) {
      print_text(path, result, command_.dry_run);
    }
    if (!test_numbers_) warn_of_test_numbers(result.counts);
    if (result.counts.rejected > 0 && !result.rejects_path.empty())
      fmt::print(stderr, "{}: {} rows rejected, listed in {}\n", path, result.counts.rejected, result.rejects_path);
    if (!result.finished) {
      fmt::print(stderr, "stopped; {}\n",
                 result.resumable ? "the same command goes on where this one was" : kSendAgain);
      return ExitCode::kInterrupted;
    }
    return result.counts.rejected > 0 ? ExitCode::kRejectedRows : ExitCode::kOk;
  }

  /// Once a command: what is nearly always a forgotten flag.
  void warn_of_test_numbers(const ImportCounts& counts) {
    const auto found = counts.not_evidence.find(std::string(kTestRange));
    if (warned_ || found == counts.not_evidence.end()) return;
    const auto refused = static_cast<double>(found->second);
    if (found->second < kTestNumbersMany || refused < kTestNumbersShare * static_cast<double>(counts.records)) return;
    warned_ = true;
    fmt::print(stderr,
               "gmpi: {} NHS numbers are of the test range (900-999), which belongs to nobody, and were not used. If "
               "these people are synthetic, import them into a new data directory with --test-nhs-numbers\n",
               with_thousands(found->second));
  }

  /// A wait for a pipe cannot be interrupted, and nothing would be gained: what is registered is on disk.
  void end_stream() {
    if (!reading_stream_) return;
    fmt::print(stderr, "\nstopped; {}\n", kSendAgain);
    std::_Exit(static_cast<int>(ExitCode::kInterrupted));
  }

  StandardizeOptions standardize_options() const {
    const std::chrono::sys_days today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    return {.as_of_date = Date(today), .test_nhs_numbers = test_numbers_};
  }

  static constexpr std::string_view kSendAgain = "what is sent again and was registered is counted as unchanged";

  const ImportCommand& command_;
  Invocation& invocation_;
  ImportOptions options_;
  std::unique_ptr<OpenIndex> index_;  // none in a dry run
  std::optional<RejectReport> report_;
  std::string path_;
  std::atomic<bool> reading_stream_{false};
  bool test_numbers_ = false;
  bool warned_ = false;
};

}  // namespace

void add_import(CLI::App& program, Invocation& invocation) {
  auto command = std::make_shared<ImportCommand>();
  auto* app = program.add_subcommand("import", "Load files of records into a data directory");
  app->footer(
      "gmpi import --data-dir data records.csv\n"
      "gmpi import --data-dir data --source pas-salford extract.csv --id-column MRN\n"
      "zcat extract.csv.gz | gmpi import --data-dir data --source pas-salford -\n"
      "gmpi import --data-dir synthetic --test-nhs-numbers population/records.csv");
  app->add_option("files", command->files, "CSV, NDJSON or FHIR NDJSON, plain or gzip; - is standard input")->required()->type_name("FILE...");
  add_setting(*app, invocation, "data_dir");
  add_setting(*app, invocation, "model");
  add_setting(*app, invocation, "witness_path");
  add_setting(*app, invocation, "test_nhs_numbers");
  app->add_option("--format", command->format, "What the files are; auto tells by the first bytes")
      ->check(CLI::IsMember({"auto", "csv", "ndjson", "fhir"}))
      ->default_str("auto");
  app->add_option("--source", command->options.rows.default_source, "Source system of rows that name none")->type_name("NAME");
  app->add_option("--id-column", command->id_column, "Column of local ids")->type_name("NAME");
  app->add_option("--source-column", command->source_column, "Column that names the source system")->type_name("NAME");
  app->add_option("--batch", command->options.batch_records, "Records made durable together")
      ->check(CLI::Range(1, 100'000));
  app->add_option("--map", command->maps, "Take a column for a person field; may be repeated")
      ->type_name("COLUMN=FIELD")
      ->check(CLI::Validator(check_column_map, ""));
  app->add_option("--rejects", command->rejects, "Also list rejected rows here, as file,line,reason")->type_name("FILE");
  app->add_flag("--relink", command->relink, "Decide every record anew if the index was linked by another model");
  app->add_flag("--restart", command->options.restart, "Begin at the first row even if an earlier run was stopped");
  app->add_flag("--dry-run", command->dry_run, "Read and check the files, register nothing and write nothing");
  app->callback(
      [command, &invocation] { invocation.run = [command, &invocation] { return ImportRun(*command, invocation).run(); }; });
}

}  // namespace gmpi
