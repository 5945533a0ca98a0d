// apps/link.h - adds the command `gmpi link`.
#pragma once

namespace CLI {
class App;
}

namespace gmpi {

struct Invocation;
void add_link(CLI::App& program, Invocation& invocation);

}  // namespace gmpi
