// apps/check.h - adds the command `gmpi check`.
#pragma once

namespace CLI {
class App;
}

namespace gmpi {

struct Invocation;
void add_check(CLI::App& program, Invocation& invocation);

}  // namespace gmpi
