#include "apps/synth.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <thread>

#include "base/json_text.h"
#include "benchmarks/population/generate.h"

namespace gmpi {
namespace {

using population::SynthSummary;

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

void print_text(const SynthSummary& made, const std::string& out_dir) {
  fmt::print("{} people, {} records ({:.2f} a person), {} households, {} later events in {}\n",
             with_thousands(made.people), with_thousands(made.records), made.records_per_person,
             with_thousands(made.households), with_thousands(made.events), out_dir);
  fmt::print("\n{:<24}{:>10}{:>12}{:>12}{:>12}{:>12}\n", "source", "records", "NHS valid", "dob wrong",
             "name differs", "postcode d.");
  for (std::size_t i = 0; i < made.by_source.size(); ++i) {
    const auto& s = made.by_source[i];
    fmt::print("{:<24}{:>10}{:>10.1f} %{:>10.1f} %{:>10.1f} %{:>10.1f} %\n", population::kSourceKindNames[i],
               with_thousands(s.records), 100 * share(s.nhs_valid, s.records),
               100 * share(s.dob_wrong, s.records), 100 * share(s.name_differs, s.records),
               100 * share(s.postcode_differs, s.records));
  }
  fmt::print("\n{:<24}{:>10}{:>12}\n", "locality", "people", "records");
  for (std::size_t i = 0; i < made.people_by_locality.size(); ++i) {
    fmt::print("{:<24}{:>10}{:>12}\n", population::kLocalityNames[i],
               with_thousands(made.people_by_locality[i]), with_thousands(made.records_by_locality[i]));
  }
  fmt::print("\nhard cases\n");
  for (std::size_t i = 0; i < made.hard_cases.size(); ++i) {
    fmt::print("{:<34}{:>8}\n", population::kHardCaseQuotas[i].kind, with_thousands(made.hard_cases[i]));
  }
}

void print_json(const SynthSummary& made, const population::SynthOptions& options) {
  std::string out = fmt::format(R"({{"people":{},"seed":{},"records":{},"records_per_person":{:.4f},)",
                                made.people, options.seed, made.records, made.records_per_person);
  out +=
      fmt::format(R"("households":{},"events":{},"maternities":{},"multiple_maternities":{},"hard_cases":{{)",
                  made.households, made.events, made.maternities, made.multiple_maternities);
  for (std::size_t i = 0; i < made.hard_cases.size(); ++i) {
    out += fmt::format(R"({}"{}":{})", i == 0 ? "" : ",", population::kHardCaseQuotas[i].kind,
                       made.hard_cases[i]);
  }
  out += "},\"sha256\":{";
  for (std::size_t i = 0; i < made.sha256.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, made.sha256[i].first);
    out += ':';
    append_json_string(out, made.sha256[i].second);
  }
  fmt::print("{}}}}}\n", out);
}

ExitCode run(const Invocation& invocation, population::SynthOptions options) {
  const auto threads = invocation.config.threads;
  options.threads =
      threads > 0 ? static_cast<int>(threads) : static_cast<int>(std::thread::hardware_concurrency());
  Progress progress(
      {.task = "synth", .unit = "people", .total = options.people, .style = invocation.progress_style()});
  const auto made = population::generate(
      options, [&](std::uint64_t done, std::uint64_t total) { progress.set(done, total); });
  progress.finish();
  if (!made) return fail(made.error());
  if (invocation.json) {
    print_json(*made, options);
  } else {
    print_text(*made, options.out_dir);
  }
  return ExitCode::kOk;
}

}  // namespace

void add_synth(CLI::App& program, Invocation& invocation) {
  CLI::App* command =
      program.add_subcommand("synth",
                             "Make a synthetic Greater Manchester, with its truth"
                             "\n\nWrites records.csv (what ten kinds of systems hold, with their gaps and "
                             "errors), truth.csv (which record is "
                             "whose), people.csv, households.csv, events.csv, sources.csv, hard_cases.csv "
                             "and manifest.json. The same people, "
                             "seed and tables give the same bytes on every machine. Nobody in it is real.");
  command->footer(
      "gmpi synth --people 30000 --seed 1 --out population\n"
      "gmpi synth --people 1000000 --seed 7 --out big --tables my-name-tables");
  auto options = std::make_shared<population::SynthOptions>();
  command->add_option("--people", options->people, "How many people")
      ->type_name("N")
      ->default_str("30000")
      ->check(CLI::Range(std::uint64_t{1}, population::kPeopleMax));
  command->add_option("--seed", options->seed, "Another seed, other people")
      ->type_name("S")
      ->default_str("1");
  command->add_option("--out", options->out_dir, "Folder to write to; made when missing")
      ->type_name("DIR")
      ->required();
  command
      ->add_option("--tables", options->tables_dir,
                   "Larger tables of names and places; else the built-in ones")
      ->type_name("DIR");
  add_setting(*command, invocation, "threads");
  command->callback([&invocation, options] {
    invocation.run = [&invocation, options] { return run(invocation, *options); };
  });
}

}  // namespace gmpi
