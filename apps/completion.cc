#include "apps/completion.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

namespace gmpi {
namespace {

// Each asks `gmpi __complete` with the words so far and takes its lines "word<TAB>description"; where there
// are none, the shell completes file names.
constexpr std::string_view kBash = R"(_gmpi() {
  local words=("${COMP_WORDS[@]:1:COMP_CWORD}") line
  COMPREPLY=()
  while IFS= read -r line; do COMPREPLY+=("${line%%$'\t'*}"); done < <(gmpi __complete "${words[@]}")
}
complete -o default -F _gmpi gmpi
)";

constexpr std::string_view kZsh = R"(#compdef gmpi
_gmpi() {
  local -a found
  local line
  while IFS= read -r line; do found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}"); done \
    < <(gmpi __complete "${(@)words[2,CURRENT]}")
  if (( ${#found} )); then _describe gmpi found; else _files; fi
}
compdef _gmpi gmpi
)";

constexpr std::string_view kFish = R"(function __gmpi_complete
  set -l words (commandline -opc) (commandline -ct)
  gmpi __complete $words[2..-1]
end
complete -c gmpi -a '(__gmpi_complete)'
)";

}  // namespace

void add_completion(CLI::App& program, Invocation& invocation) {
  CLI::App* command =
      program.add_subcommand("completion", "Print shell code that completes gmpi's commands and flags");
  command->footer(
      "source <(gmpi completion bash)\n"
      "source <(gmpi completion zsh)\n"
      "gmpi completion fish > ~/.config/fish/completions/gmpi.fish");
  auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "Which shell")
      ->check(CLI::IsMember(std::vector<std::string>{"bash", "zsh", "fish"}))
      ->required();
  command->callback([&invocation, shell] {
    invocation.run = [shell] {
      fmt::print("{}", *shell == "bash" ? kBash : *shell == "zsh" ? kZsh : kFish);
      return ExitCode::kOk;
    };
  });
}

}  // namespace gmpi
