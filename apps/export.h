// apps/export.h - adds the command `gmpi export`.
#pragma once

namespace CLI {
class App;
}

namespace gmpi {

struct Invocation;
void add_export(CLI::App& program, Invocation& invocation);

}  // namespace gmpi
