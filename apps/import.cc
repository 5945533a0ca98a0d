// gmpi import: files into a data directory.
#include "apps/import.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli.h"
#include "apps/import_file.h"
#include "apps/open_index.h"
#include "base/json_text.h"

namespace gmpi {

namespace {

struct ImportCommand {
  std::vector<std::string> files;
  std::string format = "auto";
  std::string id_column, source_column;
  std::vector<std::string> maps;
  bool relink = false;
  ImportOptions options;
};

const std::map<std::string, ImportFormat> kFormats = {{"auto", ImportFormat::kAuto},
                                                      {"csv", ImportFormat::kCsv},
                                                      {"ndjson", ImportFormat::kNdjson},
                                                      {"fhir", ImportFormat::kFhir}};

void print_result(const std::string& path, const ImportResult& result, bool json) {
  const ImportCounts& c = result.counts;
  if (json) {
    fmt::print("{{\"file\":{},\"finished\":{},\"records\":{},\"new\":{},\"linked\":{},\"review\":{},\"unchanged\":{},"
               "\"superseded\":{},\"rejected\":{},\"skipped\":{}}}\n",
               json_string(path), result.finished, c.read, c.fresh, c.linked, c.review, c.unchanged, c.superseded,
               c.rejected, c.skipped);
    return;
  }
  fmt::print("{}: {} records: {} new people, {} linked, {} for review, {} unchanged, {} older than what is held\n", path,
             c.read, c.fresh, c.linked, c.review, c.unchanged, c.superseded);
  if (c.skipped > 0) fmt::print("{}: {} rows were imported before (--restart imports them again)\n", path, c.skipped);
}

ExitCode run_import(const ImportCommand& command, Invocation& invocation) {
  auto index = open_index(invocation.config, {.create = true, .relink = command.relink});
  if (!index) return fail(index.error());
  ImportOptions options = command.options;
  options.format = kFormats.at(command.format);
  options.table.id_column = command.id_column;
  options.table.prefer_local_id = true;
  options.table.source_column = command.source_column;
  options.table.column_map = column_map_of(command.maps);
  options.table.configured_map = invocation.config.column_map;

  if (invocation.stop != nullptr) invocation.stop->take_over();
  ExitCode code = ExitCode::kOk;
  for (const auto& path : command.files) {
    Progress progress({.task = "import", .unit = "records", .style = invocation.progress_style()});
    const auto result = import_file(
        path, options, (*index)->data_dir, *(*index)->linker,
        [&] { return invocation.stop != nullptr && invocation.stop->requested(); }, progress);
    progress.finish();
    if (!result) return fail(result.error());
    if (!invocation.quiet) print_result(path, *result, invocation.json);
    if (result->counts.rejected > 0) {
      fmt::print(stderr, "{}: {} rows rejected, listed in {}\n", path, result->counts.rejected, result->rejects_path);
      code = ExitCode::kRejectedRows;
    }
    if (!result->finished) {
      fmt::print(stderr, "stopped; the same command goes on where this one was\n");
      return ExitCode::kInterrupted;
    }
  }
  return code;
}

}  // namespace

void add_import(CLI::App& program, Invocation& invocation) {
  auto command = std::make_shared<ImportCommand>();
  auto* app = program.add_subcommand("import", "Load files of records into a data directory");
  app->footer(
      "gmpi import --data-dir data records.csv\n"
      "gmpi import --data-dir data --source pas-salford extract.csv --id-column MRN\n"
      "gmpi import --data-dir data patients.ndjson");
  app->add_option("files", command->files, "CSV, NDJSON or FHIR NDJSON, plain or gzip")->required()->type_name("FILE...");
  add_setting(*app, invocation, "data_dir");
  add_setting(*app, invocation, "model");
  add_setting(*app, invocation, "witness_path");
  add_setting(*app, invocation, "test_nhs_numbers");
  app->add_option("--format", command->format, "What the files are")
      ->check(CLI::IsMember({"auto", "csv", "ndjson", "fhir"}))
      ->default_str("auto");
  app->add_option("--source", command->options.default_source, "Source system of rows that name none")->type_name("NAME");
  app->add_option("--id-column", command->id_column, "Column of local ids")->type_name("NAME");
  app->add_option("--source-column", command->source_column, "Column that names the source system")->type_name("NAME");
  app->add_option("--batch", command->options.batch_records, "Records made durable together")
      ->check(CLI::Range(1, 100'000));
  app->add_option("--map", command->maps, "Take a column for a person field; may be repeated")
      ->type_name("COLUMN=FIELD")
      ->check(CLI::Validator(check_column_map, ""));
  app->add_flag("--relink", command->relink, "Decide every record anew if the index was linked by another model");
  app->add_flag("--restart", command->options.restart, "Begin at the first row even if an earlier run was stopped");
  app->add_flag("--dry-run", command->options.dry_run, "Read and check the files, register nothing");
  app->callback(
      [command, &invocation] { invocation.run = [command, &invocation] { return run_import(*command, invocation); }; });
}

}  // namespace gmpi
