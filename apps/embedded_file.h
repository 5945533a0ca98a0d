// apps/embedded_file.h - files that travel inside the program (cmake/embed.cmake puts them there).
#pragma once

namespace gmpi {

struct EmbeddedFile {
  const char* name;   // relative to the embedded folder; null ends the array
  const char* begin;
  const char* end;
};

/// models/default/person
extern const EmbeddedFile kShippedPersonModel[];

}  // namespace gmpi
