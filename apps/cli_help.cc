// Help, completion and the words of usage errors, all read from the same definitions that parse the line.
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "apps/cli.h"
#include "base/nearest_name.h"

namespace gmpi {
namespace {

constexpr std::size_t kWidthMax = 100;
constexpr std::size_t kLabelWidthMax = 30;

constexpr std::string_view kExitCodes =
    "0 done; 1 failed; 2 wrong flags or configuration; 3 done, but rows of the input were rejected; "
    "4 not ready or not reachable; 130 interrupted.";

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); });
}

std::vector<const CLI::Option*> options_of(const CLI::App& app, bool positional) {
  return app.get_options([=](const CLI::Option* option) {
    return !option->get_group().empty() && option->get_positional() == positional;
  });
}

/// The words of "{a,b}" in a type name made by CLI::IsMember, or none.
std::vector<std::string> choices_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t open = type.find('{'), close = type.rfind('}');
  if (open == std::string::npos || close == std::string::npos) return {};
  return CLI::detail::split(type.substr(open + 1, close - open - 1), ',');
}

/// False for a switch.
bool takes_value(const CLI::Option& option) {
  return option.get_type_size_max() > 0 && option.get_items_expected_max() > 0;
}

/// What a flag's value is called: the name it was given, or a plain one for CLI11's own type names. CLI11
/// appends the description of a range check (":INT in [1 - 9]"), which has no place in a name.
std::string value_name(const CLI::Option& option) {
  if (!takes_value(option)) return "";
  if (const auto choices = choices_of(option); !choices.empty())
    return fmt::format("{}", fmt::join(choices, "|"));
  std::string type = option.get_type_name();
  if (const std::size_t range = type.find(" in ["); range != std::string::npos)
    type.resize(type.rfind(':', range));
  return type == "UINT" || type == "INT" || type == "FLOAT" ? "N" : type;
}

std::string positional_label(const CLI::Option& option) {
  std::string label = option.get_name(true);
  std::transform(label.begin(), label.end(), label.begin(), [](unsigned char c) { return std::toupper(c); });
  if (option.get_items_expected_max() > 1) label += "...";
  return option.get_required() ? label : "[" + label + "]";
}

std::string label_of(const CLI::Option& option) {
  if (option.get_positional()) return positional_label(option);
  std::string label;
  for (const auto& name : option.get_snames()) label += "-" + name + ", ";
  for (const auto& name : option.get_lnames()) label += "--" + name + ", ";
  label.resize(label.size() - 2);
  const std::string value = value_name(option);
  return value.empty() ? label : label + " " + value;
}

/// The table row behind a flag, if the flag sets one.
const Setting* setting_of(const CLI::Option& option) {
  return option.get_lnames().empty() ? nullptr : find_setting_of_flag("--" + option.get_lnames().front());
}

std::string describe(const CLI::Option& option, bool full) {
  std::string text = option.get_description();
  if (option.get_required()) text += " (required)";
  if (!full) return text;
  if (!option.get_default_str().empty()) text += fmt::format(" [default: {}]", option.get_default_str());
  if (const Setting* setting = setting_of(option))
    text += fmt::format(" [env: {}]", environment_name(*setting));
  return text;
}

using Rows = std::vector<std::pair<std::string, std::string>>;

/// Two columns, the second wrapped.
std::string table(const Rows& rows) {
  std::size_t label_width = 0;
  for (const auto& [label, text] : rows) {
    if (label.size() <= kLabelWidthMax) label_width = std::max(label_width, label.size());
  }
  std::string out;
  for (const auto& [label, text] : rows) {
    const std::size_t indent = label_width + 4;
    out += "  " + label;
    out += label.size() > label_width ? "\n" + std::string(indent, ' ')
                                      : std::string(indent - 2 - label.size(), ' ');
    out += wrap(text, text_width(), indent) + "\n";
  }
  return out;
}

std::string heading(const std::string& text) {
  return may_colour() ? "\033[1m" + text + "\033[0m\n" : text + "\n";
}

std::string section(const std::string& title, const Rows& rows) {
  return rows.empty() ? "" : "\n" + heading(title) + table(rows);
}

Rows option_rows(const CLI::App& app, bool full) {
  Rows rows;
  for (const bool positional : {true, false}) {
    for (const CLI::Option* option : options_of(app, positional)) {
      rows.emplace_back(label_of(*option), describe(*option, full));
    }
  }
  return rows;
}

std::string path_of(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : path_of(*app.get_parent()) + " " + app.get_name();
}

std::string usage_of(const CLI::App& app) {
  std::string usage = "Usage: " + path_of(app);
  if (!commands_of(app).empty()) usage += " COMMAND";
  usage += " [OPTIONS]";
  for (const CLI::Option* option : options_of(app, true)) usage += " " + positional_label(*option);
  return usage + "\n";
}

std::string first_paragraph(const std::string& text) {
  return text.substr(0, text.find("\n\n"));
}

const CLI::App& root_of(const CLI::App& app) {
  return app.get_parent() == nullptr ? app : root_of(*app.get_parent());
}

/// Of this command or, for shared flags, of one above it.
const CLI::Option* find_option(const CLI::App& app, const std::string& name) {
  if (const CLI::Option* option = app.get_option_no_throw(name)) return option;
  return app.get_parent() == nullptr ? nullptr : find_option(*app.get_parent(), name);
}

std::vector<std::string> flag_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* at = &app; at != nullptr; at = at->get_parent()) {
    for (const CLI::Option* option : options_of(*at, false)) {
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  names.emplace_back("--help");
  return names;
}

/// A line taken apart as far as it names commands and flags.
struct Walk {
  const CLI::App* command = nullptr;
  const CLI::Option* awaiting = nullptr;  // a flag whose value comes next
  std::string unknown_flag;
  std::string unknown_command;
};

Walk walk(const CLI::App& program, const std::vector<std::string>& words) {
  Walk at;
  at.command = &program;
  for (const std::string& word : words) {
    if (at.awaiting != nullptr) {
      at.awaiting = nullptr;
    } else if (word.starts_with("-") && word != "-") {
      if (word == "--") return at;
      const std::string name = word.substr(0, word.find('='));
      if (name == "-h" || name == "--help") continue;
      const CLI::Option* option = find_option(*at.command, name);
      if (option == nullptr && at.unknown_flag.empty()) at.unknown_flag = name;
      if (option != nullptr && name == word && takes_value(*option)) at.awaiting = option;
    } else if (const auto subs = commands_of(*at.command); !subs.empty()) {
      const auto found =
          std::find_if(subs.begin(), subs.end(), [&](const CLI::App* s) { return s->get_name() == word; });
      if (found != subs.end()) {
        at.command = *found;
      } else if (at.unknown_command.empty()) {
        at.unknown_command = word;
      }
    }
  }
  return at;
}

}  // namespace

std::size_t text_width() {
  struct winsize size = {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return std::clamp<std::size_t>(size.ws_col, 40, kWidthMax);
  }
  if (const char* columns = std::getenv("COLUMNS")) {
    return std::clamp<std::size_t>(std::strtoul(columns, nullptr, 10), 40, kWidthMax);
  }
  return 80;
}

bool may_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool refused = (no_colour != nullptr && *no_colour != '\0') || terminal == nullptr ||
                       std::string_view(terminal) == "dumb";
  return !refused && ::isatty(STDOUT_FILENO);
}

std::string wrap(std::string_view text, std::size_t width, std::size_t indent) {
  std::string out;
  std::size_t column = indent;
  for (const std::string& word : CLI::detail::split(std::string(text), ' ')) {
    if (word.empty()) continue;
    if (column > indent && column + 1 + word.size() > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out;
}

std::string help_text(const CLI::App& command, bool full) {
  const CLI::App& program = root_of(command);
  const bool is_program = &command == &program;
  std::string description = command.get_description();
  if (!full) description = first_paragraph(description);
  std::string out;
  for (std::string_view left = description; !left.empty();) {
    const std::size_t end = std::min(left.find("\n\n"), left.size());
    out += wrap(left.substr(0, end), text_width(), 0) + "\n";
    left.remove_prefix(std::min(end + 2, left.size()));
    if (!left.empty()) out += "\n";
  }
  if (!command.get_footer().empty()) {
    out += "\n" + heading("Examples");
    for (const auto& line : CLI::detail::split(command.get_footer(), '\n')) out += "  " + line + "\n";
  }
  out += "\n" + usage_of(command);
  Rows commands;
  for (const CLI::App* sub : commands_of(command)) {
    commands.emplace_back(sub->get_name(), first_paragraph(sub->get_description()));
  }
  out += section("Commands", commands);
  if (!is_program) out += section("Options", option_rows(command, full));
  if (full || is_program) out += section("Shared options", option_rows(program, full));
  if (full) {
    out += "\n" + heading("Exit codes") + "  " + wrap(kExitCodes, text_width(), 2) + "\n";
  } else {
    out += fmt::format("\n`{}{} --help` explains all.\n", path_of(command),
                       commands.empty() ? "" : " [COMMAND]");
  }
  return out;
}

const CLI::App* command_of(const CLI::App& program, const std::vector<std::string>& words) {
  return walk(program, words).command;
}

std::vector<std::string> complete(const CLI::App& program, const std::vector<std::string>& words) {
  const std::string unfinished = words.empty() ? "" : words.back();
  const Walk at = walk(program, words.empty() ? words : std::vector(words.begin(), words.end() - 1));
  std::vector<std::string> found;
  const auto offer = [&](const std::string& word, const std::string& description) {
    if (word.starts_with(unfinished)) found.push_back(word + "\t" + first_paragraph(description));
  };
  if (at.awaiting != nullptr) {
    for (const auto& choice : choices_of(*at.awaiting)) offer(choice, "");
    return found;
  }
  if (unfinished.starts_with("-")) {
    for (const CLI::App* app = at.command; app != nullptr; app = app->get_parent()) {
      for (const CLI::Option* option : options_of(*app, false)) {
        for (const auto& name : option->get_lnames()) offer("--" + name, option->get_description());
      }
    }
    offer("--help", "Explain all options");
    return found;
  }
  for (const CLI::App* sub : commands_of(*at.command)) offer(sub->get_name(), sub->get_description());
  for (const CLI::Option* option : options_of(*at.command, true)) {
    for (const auto& choice : choices_of(*option)) offer(choice, "");
  }
  return found;
}

std::string describe_usage_error(const CLI::App& program, const std::vector<std::string>& words,
                                 const std::string& parser_message) {
  const Walk at = walk(program, words);
  const std::string hint = fmt::format("\n`{} -h` shows how.", path_of(*at.command));
  if (!at.unknown_command.empty()) {
    std::vector<std::string> names;
    for (const CLI::App* sub : commands_of(*at.command)) names.push_back(sub->get_name());
    return fmt::format("unknown command '{}'{}{}", at.unknown_command,
                       did_you_mean(at.unknown_command, names), hint);
  }
  if (!at.unknown_flag.empty()) {
    return fmt::format("unknown option '{}'{}{}", at.unknown_flag,
                       did_you_mean(at.unknown_flag, flag_names(*at.command)), hint);
  }
  if (at.awaiting != nullptr) {
    return fmt::format("--{} needs a value{}", at.awaiting->get_lnames().front(), hint);
  }
  return parser_message + hint;
}

}  // namespace gmpi
