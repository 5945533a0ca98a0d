#include "apps/model_suggest.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "apps/cli.h"
#include "apps/learn_bundle.h"
#include "apps/write_bundle.h"
#include "base/file.h"

namespace gmpi {
namespace {

struct SuggestCommand {
  LearnOptions learn;
  std::string out, report;
  bool link_only = false;
};

/// Input in which there is nothing to learn from is the caller's to mend.
ExitCode fail_learning(const Error& error) {
  return error.code == ErrorCode::kInvalidInput ? fail(ExitCode::kUsage, error.message) : fail(error);
}

ExitCode run_suggest(SuggestCommand command, Invocation& invocation) {
  if (command.link_only) command.learn.set_up.link_type = LinkType::kLinkOnly;
  std::error_code error;
  if (std::filesystem::exists(command.out, error) && !std::filesystem::is_empty(command.out, error))
    return fail(ExitCode::kUsage, "--out " + command.out + " is there already and not empty");
  auto profile = profile_files(command.learn);
  if (!profile) return fail_learning(profile.error());
  auto learned = learn_bundle(command.learn, std::move(*profile), invocation.progress_style());
  if (!learned) return fail_learning(learned.error());
  if (Status written = write_bundle(learned->model.bundle, command.out); !written) return fail(written.error());
  if (!command.report.empty())
    if (Status written = write_file_atomically(command.report, report_text(*learned)); !written) return fail(written.error());
  if (invocation.json) {
    fmt::print("{}\n", report_json(*learned));
  } else if (!invocation.quiet && command.report != "-") {
    fmt::print("{}\nThe bundle is in {}: edit policy.toml and model.json, then gmpi link --model {}\n", report_text(*learned),
               command.out, command.out);
  }
  return ExitCode::kOk;
}

}  // namespace

void add_model(CLI::App& program, Invocation& invocation) {
  auto command = std::make_shared<SuggestCommand>();
  auto* model = program.add_subcommand("model", "Make models");
  model->require_subcommand(1);
  auto* app = model->add_subcommand("suggest", "Learn a model from files, without truth, and write it as a bundle");
  app->footer(
      "gmpi model suggest people.csv --out bundle\n"
      "gmpi link people.csv --model bundle --clusters-out clusters.csv");
  app->add_option("files", command->learn.files, "CSV files, plain or gzip")->required()->type_name("FILE...");
  app->add_option("--out", command->out, "Folder to write the bundle to; made when missing")->required()->type_name("BUNDLE");
  app->add_option("--report", command->report, "Write the one-page report here")->type_name("FILE");
  app->add_option("--id-column", command->learn.id_column, "Column of record ids (default: found by content)")->type_name("NAME");
  app->add_option("--source-column", command->learn.source_column, "Column that names the source system")->type_name("NAME");
  app->add_option("--pairs-per-record", command->learn.set_up.pairs_per_record, "Budget of pairs to compare, a record")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
  add_without(*app, command->learn.without);
  app->add_flag("--link-only", command->link_only, "Never pair two records of one source");
  app->callback([command, &invocation] { invocation.run = [command, &invocation] { return run_suggest(*command, invocation); }; });
}

}  // namespace gmpi
