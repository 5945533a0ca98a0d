// apps/train.h - the command `gmpi train`.
#pragma once

namespace CLI {
class App;
}

namespace gmpi {

struct Invocation;

void add_train(CLI::App& program, Invocation& invocation);

}  // namespace gmpi
