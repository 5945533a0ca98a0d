// apps/completion.h - prints the shell code that completes gmpi's commands, flags and choices.
#pragma once

#include "apps/cli.h"

namespace gmpi {

void add_completion(CLI::App& program, Invocation& invocation);

}  // namespace gmpi
