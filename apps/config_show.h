// apps/config_show.h - `gmpi config show`: every setting, its value and where that came from.
#pragma once

#include "apps/cli.h"

namespace gmpi {

void add_config(CLI::App& program, Invocation& invocation);

}  // namespace gmpi
