// models/record_key.h - the name a record has in the world: which system, and which id inside it.
#pragma once

#include <compare>
#include <string>

namespace gmpi {

/// (source system, local id). Both are opaque text, compared byte for byte; written "source/local id".
struct RecordKey {
  std::string source;
  std::string local_id;

  auto operator<=>(const RecordKey&) const = default;
};

inline std::string to_string(const RecordKey& key) { return key.source + "/" + key.local_id; }

}  // namespace gmpi
