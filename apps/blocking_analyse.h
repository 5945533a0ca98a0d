// apps/blocking_analyse.h - gmpi blocking analyse: what a model's blocking rules cost on given files.
#pragma once

namespace CLI {
class App;
}

namespace gmpi {

struct Invocation;

void add_blocking(CLI::App& program, Invocation& invocation);

}  // namespace gmpi
