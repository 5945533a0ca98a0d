// apps/model_suggest.h - gmpi model suggest: a bundle made from files, for a person to edit before linking.
#pragma once

namespace CLI {
class App;
}

namespace gmpi {

struct Invocation;

void add_model(CLI::App& program, Invocation& invocation);

}  // namespace gmpi
