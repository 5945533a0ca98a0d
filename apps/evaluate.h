// apps/evaluate.h - `gmpi evaluate`: how good a linkage is, given the truth.
#pragma once

#include "apps/cli.h"

namespace gmpi {

void add_evaluate(CLI::App& program, Invocation& invocation);

}  // namespace gmpi
