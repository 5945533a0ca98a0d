// apps/serve.h - adds the command `gmpi serve`.
#pragma once

namespace CLI {
class App;
}

namespace gmpi {

struct Invocation;
void add_serve(CLI::App& program, Invocation& invocation);

}  // namespace gmpi
