// apps/explain.h - adds the command `gmpi explain`.
#pragma once

namespace CLI {
class App;
}

namespace gmpi {

struct Invocation;
void add_explain(CLI::App& program, Invocation& invocation);

}  // namespace gmpi
