// apps/synth.h - `gmpi synth`: a synthetic Greater Manchester, with its truth.
#pragma once

#include "apps/cli.h"

namespace gmpi {

void add_synth(CLI::App& program, Invocation& invocation);

}  // namespace gmpi
