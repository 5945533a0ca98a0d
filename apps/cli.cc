#include "apps/cli.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>

#include "base/log.h"
#include "base/version.h"

namespace gmpi {
namespace {

constexpr const char* kDefaultConfigFile = "gmpi.toml";

std::string config_file_of(const Invocation& invocation) {
  if (!invocation.config_path.empty()) return invocation.config_path;
  const auto& environment = invocation.config_input.environment;
  if (const auto named = environment.find("GMPI_CONFIG"); named != environment.end()) return named->second;
  return ::access(kDefaultConfigFile, F_OK) == 0 ? kDefaultConfigFile : "";
}

log::Level log_level_of(const Invocation& invocation) {
  static const std::map<std::string, log::Level> kLevels = {{"debug", log::Level::kDebug},
                                                            {"info", log::Level::kInfo},
                                                            {"warning", log::Level::kWarning},
                                                            {"error", log::Level::kError},
                                                            {"off", log::Level::kOff}};
  const log::Level level = kLevels.at(invocation.config.log_level);
  return invocation.quiet ? std::max(level, log::Level::kWarning) : level;
}

Status load(Invocation& invocation) {
  invocation.config_input.environment = gmpi_environment();
  invocation.config_input.file = config_file_of(invocation);
  invocation.config_input.flags = invocation.setting_flags;
  auto config = load_config(invocation.config_input);
  if (!config) return config.error();
  invocation.config = std::move(*config);
  log::start(log_level_of(invocation), invocation.config.log_json);
  return Done{};
}

/// A model that is named and not there is a slip of the line or the configuration, not of the model.
Status check_model(const CLI::App& command, const Config& config) {
  const CLI::Option* option = command.get_option_no_throw("--model");
  if (option == nullptr || !option->get_type_name().starts_with("DIR")) return Done{};
  if (config.model.empty() || ::access(config.model.c_str(), F_OK) == 0) return Done{};
  return make_error(ErrorCode::kNotFound, fmt::format("{}: model {}: no such file or folder",
                                                      config.origins.at("model"), config.model));
}

ExitCode run_command(Invocation& invocation) {
  try {
    const ExitCode code = invocation.run();
    // A full disk behind `gmpi ... > file` shows only now.
    if (std::fflush(stdout) != 0) return fail(ExitCode::kFailed, "standard output cannot be written");
    return code;
  } catch (const std::bad_alloc&) {
    return fail(ExitCode::kFailed, "out of memory");
  } catch (const std::exception& error) {
    return fail(ExitCode::kFailed, fmt::format("internal error: {}", error.what()));
  }
}

bool asks_for_help(const std::vector<std::string>& words, std::string_view flag) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return std::find(words.begin(), end, flag) != end;
}

void put(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace

ProgressStyle Invocation::progress_style() const {
  if (progress == "json") return ProgressStyle::kJson;
  if (progress == "off" || quiet) return ProgressStyle::kOff;
  return progress_style_for(stderr);
}

CLI::Option* add_setting(CLI::App& command, Invocation& invocation, std::string_view setting_name) {
  const Setting* setting = find_setting(setting_name);
  assert(setting != nullptr);
  const std::string name(setting->name), help(setting->help);
  const auto keep = [&invocation, name](const std::string& value) { invocation.setting_flags[name] = value; };
  if (std::holds_alternative<bool Config::*>(setting->member)) {
    return command.add_flag_callback(
        flag_name(*setting), [keep] { keep("true"); }, help);
  }
  return command.add_option_function<std::string>(flag_name(*setting), keep, help)
      ->type_name(std::string(setting->value_name))
      ->default_str(std::string(setting->fallback));
}

void add_shared_flags(CLI::App& program, Invocation& invocation) {
  program.set_help_flag();  // help has two lengths here; run_program() answers it before parsing
  program.fallthrough();    // shared flags may follow the command
  program.require_subcommand(1);
  program.add_flag("--json", invocation.json, "Print the result as JSON");
  program.add_option("--progress", invocation.progress, "How progress is shown on standard error")
      ->check(CLI::IsMember(std::vector<std::string>{"auto", "json", "off"}))
      ->default_str("auto");
  program.add_flag("-q,--quiet", invocation.quiet, "No progress, and of the log only warnings and errors");
  program
      .add_option("--config", invocation.config_path,
                  fmt::format("Configuration file; else GMPI_CONFIG, else {} here, if there is one",
                              kDefaultConfigFile))
      ->type_name("FILE");
  program.set_version_flag("--version", fmt::format("gmpi {}", version()), "Print the version");
}

ExitCode fail(ExitCode code, std::string_view reason) {
  std::fflush(stdout);
  fmt::print(stderr, "gmpi: {}\n", reason);
  return code;
}

ExitCode fail(const Error& error) {
  return fail(error.code == ErrorCode::kUnavailable ? ExitCode::kNotReady : ExitCode::kFailed, error.message);
}

ExitCode fail_reading(const Error& error) {
  return error.code == ErrorCode::kConflict ? fail(ExitCode::kUsage, error.message) : fail(error);
}

int run_program(CLI::App& program, Invocation& invocation, int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto code = [](ExitCode exit_code) { return static_cast<int>(exit_code); };
  if (!words.empty() && words.front() == "__complete") {
    for (const auto& line : complete(program, {words.begin() + 1, words.end()})) put(line + "\n");
    return code(ExitCode::kOk);
  }
  if (words.empty()) {
    fmt::print(stderr, "{}", help_text(program, false));
    return code(ExitCode::kUsage);
  }
  const bool full = asks_for_help(words, "--help");
  if (full || asks_for_help(words, "-h")) {
    put(help_text(*command_of(program, words), full));
    return code(ExitCode::kOk);
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForVersion& asked) {
    put(std::string(asked.what()) + "\n");
    return code(ExitCode::kOk);
  } catch (const CLI::ParseError& error) {
    return code(fail(ExitCode::kUsage, describe_usage_error(program, words, error.what())));
  }
  StopSignal stop;  // before any other thread starts
  invocation.stop = &stop;
  if (auto loaded = load(invocation); !loaded) return code(fail(ExitCode::kUsage, loaded.error().message));
  if (auto there = check_model(*command_of(program, words), invocation.config); !there)
    return code(fail(ExitCode::kUsage, there.error().message));
  return code(run_command(invocation));
}

}  // namespace gmpi
