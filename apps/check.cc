// gmpi check: is the data directory what it should be?
#include "apps/check.h"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli.h"
#include "apps/open_index.h"
#include "base/json_text.h"

namespace gmpi {

namespace {

constexpr std::size_t kFaultLinesMax = 20;

ExitCode run_check(Invocation& invocation) {
  auto index = open_index(invocation.config);
  if (!index) return fail(index.error());
  const CheckReport report = (*index)->linker->check();
  const std::uint64_t open_reviews = (*index)->linker->stats().open_reviews;
  if (invocation.json) {
    std::string faults;
    for (const auto& fault : report.faults) faults += (faults.empty() ? "" : ",") + json_string(fault);
    fmt::print("{{\"clean\":{},\"records\":{},\"identities\":{},\"log_entries\":{},\"open_reviews\":{},"
               "\"faults\":[{}]}}\n",
               report.faults.empty(), report.records, report.identities, report.log_entries, open_reviews, faults);
  } else {
    for (std::size_t i = 0; i < std::min(report.faults.size(), kFaultLinesMax); ++i)
      fmt::print("fault: {}\n", report.faults[i]);
    if (report.faults.size() > kFaultLinesMax)
      fmt::print("... and {} more faults; --json prints all\n", report.faults.size() - kFaultLinesMax);
    fmt::print("{} records, {} people, {} log entries, {} open reviews: {}\n", report.records, report.identities,
               report.log_entries, open_reviews, report.faults.empty() ? "clean" : fmt::format("{} faults", report.faults.size()));
  }
  return report.faults.empty() ? ExitCode::kOk : ExitCode::kFailed;
}

}  // namespace

void add_check(CLI::App& program, Invocation& invocation) {
  auto* app = program.add_subcommand("check", "Check configuration, model, store and index against each other");
  app->footer("gmpi check --data-dir data");
  add_setting(*app, invocation, "data_dir");
  add_setting(*app, invocation, "model");
  add_setting(*app, invocation, "witness_path");
  app->callback([&invocation] { invocation.run = [&invocation] { return run_check(invocation); }; });
}

}  // namespace gmpi
