// apps/cli.h - what all commands of `gmpi` share: flags, help, errors, exit codes, completion.
//
// A command is one file apps/<command>.cc with `void add_<command>(CLI::App& program, Invocation&
// invocation)`: it adds its subcommand, and in the subcommand's callback sets invocation.run. The work begins
// after the whole line is parsed and the configuration is loaded. Data go to standard output, everything else
// to standard error.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "apps/config.h"
#include "apps/exit_code.h"
#include "apps/stop_signal.h"
#include "base/progress.h"
#include "base/result.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace gmpi {

struct Invocation {
  // From the command line:
  bool json = false;  // machine-readable result on standard output
  bool quiet = false;
  std::string progress = "auto";                     // "auto", "json", "off"
  std::string config_path;                           // --config or a command's own [CONFIG]
  std::map<std::string, std::string> setting_flags;  // setting name -> value

  // Ready when `run` is called:
  Config config;
  ConfigInput config_input;
  StopSignal* stop = nullptr;

  /// The chosen command. Set by its callback.
  std::function<ExitCode()> run;

  ProgressStyle progress_style() const;
};

/// Adds the flag of a setting ("--data-dir DIR") with the help, name of value and environment variable of its
/// row in the table.
CLI::Option* add_setting(CLI::App& command, Invocation& invocation, std::string_view setting_name);

/// Adds --json, --progress, --quiet, --config, --version to the program.
void add_shared_flags(CLI::App& program, Invocation& invocation);

/// Parses, loads the configuration, runs the command. Returns the process's exit code.
int run_program(CLI::App& program, Invocation& invocation, int argc, char** argv);

/// One line on standard error, "gmpi: reason", and the exit code.
ExitCode fail(ExitCode code, std::string_view reason);
/// The same, with the code that fits the error: kUnavailable is kNotReady, the others kFailed.
ExitCode fail(const Error& error);
/// The same for what was read by flags that name columns, fields or models: kConflict (a flag and what it speaks of do
/// not fit) is kUsage.
ExitCode fail_reading(const Error& error);

/// Columns to write to: the terminal's, at most 100; 80 when there is no terminal.
std::size_t text_width();
/// True when standard output is a terminal that may be coloured (NO_COLOR unset, TERM not "dumb").
bool may_colour();

/// `text` broken at blanks into lines of at most `width` columns, each but the first indented.
std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

/// One screen: examples first, then the flags by name. `full`: everything.
std::string help_text(const CLI::App& command, bool full);

/// The innermost command that `words` name.
const CLI::App* command_of(const CLI::App& program, const std::vector<std::string>& words);

/// What can follow `words` (the last one perhaps unfinished), as "word\tdescription".
std::vector<std::string> complete(const CLI::App& program, const std::vector<std::string>& words);

/// What is wrong with a line that did not parse, with the nearest known name.
std::string describe_usage_error(const CLI::App& program, const std::vector<std::string>& words,
                                 const std::string& parser_message);

}  // namespace gmpi
