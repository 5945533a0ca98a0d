// apps/import.h - adds the command `gmpi import`.
#pragma once

namespace CLI {
class App;
}

namespace gmpi {

struct Invocation;
void add_import(CLI::App& program, Invocation& invocation);

}  // namespace gmpi
