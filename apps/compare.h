// apps/compare.h - adds the command `gmpi compare`.
#pragma once

namespace CLI {
class App;
}

namespace gmpi {

struct Invocation;
void add_compare(CLI::App& program, Invocation& invocation);

}  // namespace gmpi
