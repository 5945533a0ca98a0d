// gmpi export: who is who, as a table.
#include "apps/export.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli.h"
#include "apps/csv_output.h"
#include "apps/open_index.h"
#include "base/csv.h"

namespace gmpi {

namespace {

ExitCode run_export(const std::string& clusters_out, Invocation& invocation) {
  auto index = open_index(invocation.config);
  if (!index) return fail(index.error());
  auto out = CsvOutput::create(clusters_out, "record_id,cluster_id", 1);
  if (!out) return fail(out.error());
  const Status read = (*index)->linker->for_each_record([&](const RecordKey& key, EnterpriseId id) {
    append_csv_row(out->buffer(0), {to_string(key), to_string(id)});
    out->written(0);
  });
  if (!read) return fail(read.error());
  if (Status done = out->finish(); !done) return fail(done.error());
  const LinkerStats stats = (*index)->linker->stats();
  if (invocation.json && clusters_out != "-")
    fmt::print("{{\"records\":{},\"people\":{}}}\n", stats.records, stats.identities);
  return ExitCode::kOk;
}

}  // namespace

void add_export(CLI::App& program, Invocation& invocation) {
  auto clusters_out = std::make_shared<std::string>();
  auto* app = program.add_subcommand("export", "Write which record belongs to which person");
  app->footer("gmpi export --data-dir data --clusters-out clusters.csv");
  add_setting(*app, invocation, "data_dir");
  add_setting(*app, invocation, "model");
  add_setting(*app, invocation, "witness_path");
  app->add_option("--clusters-out", *clusters_out, "record_id (source/local id) and cluster_id (enterprise id)")
      ->type_name("FILE")
      ->required();
  app->callback([clusters_out, &invocation] {
    invocation.run = [clusters_out, &invocation] { return run_export(*clusters_out, invocation); };
  });
}

}  // namespace gmpi
