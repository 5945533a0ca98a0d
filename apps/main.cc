// gmpi: the master patient index of Greater Manchester, as one program with a command for each task.
#include <CLI/CLI.hpp>

#include "apps/blocking_analyse.h"
#include "apps/check.h"
#include "apps/cli.h"
#include "apps/compare.h"
#include "apps/completion.h"
#include "apps/config_show.h"
#include "apps/evaluate.h"
#include "apps/explain.h"
#include "apps/export.h"
#include "apps/import.h"
#include "apps/link.h"
#include "apps/model_suggest.h"
#include "apps/serve.h"
#include "apps/synth.h"
#include "apps/train.h"

int main(int argc, char** argv) {
  CLI::App program(
      "gmpi links person records from many systems to people, and answers who somebody is."
      "\n\nEvery setting can be given as a flag, as a GMPI_ environment variable or in a TOML file, in that "
      "order of"
      " precedence; `gmpi config show --origin` prints each with its source.",
      "gmpi");
  program.footer(
      "gmpi synth --people 30000 --seed 1 --out population\n"
      "gmpi import --data-dir data --test-nhs-numbers population/records.csv\n"
      "gmpi serve --data-dir data");
  gmpi::Invocation invocation;
  gmpi::add_shared_flags(program, invocation);
  // In the order of a day's work, which is the order of the help.
  for (auto* add_command : {
           gmpi::add_serve,
           gmpi::add_import,
           gmpi::add_link,
           gmpi::add_blocking,
           gmpi::add_model,
           gmpi::add_train,
           gmpi::add_compare,
           gmpi::add_evaluate,
           gmpi::add_explain,
           gmpi::add_export,
           gmpi::add_check,
           gmpi::add_synth,
           gmpi::add_config,
           gmpi::add_completion,
       }) {
    add_command(program, invocation);
  }
  return gmpi::run_program(program, invocation, argc, argv);
}
