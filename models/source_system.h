// models/source_system.h - the systems that may send records, and where in the region each of them belongs.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gmpi {

struct SourceSystem {
  std::string name;      // as in RecordKey::source
  std::string ods_code;  // of the organisation that runs it
  std::string locality;  // one of the ten boroughs of Greater Manchester
  std::string sector;    // primary, community, mental health, social or acute

  bool operator==(const SourceSystem&) const = default;
};

/// The declared systems by name. Immutable: any thread.
class SourceRegister {
 public:
  SourceRegister() = default;
  /// `strict`: once any system is declared, records of others are refused. Requires: names are unique.
  SourceRegister(std::vector<SourceSystem> systems, bool strict) : strict_(strict) {
    for (auto& system : systems) systems_.emplace(system.name, std::move(system));
  }

  /// Null for a system that is not declared.
  const SourceSystem* find(std::string_view name) const {
    const auto found = systems_.find(name);
    return found == systems_.end() ? nullptr : &found->second;
  }
  bool accepts(std::string_view name) const { return !strict_ || systems_.empty() || find(name) != nullptr; }
  bool empty() const { return systems_.empty(); }

 private:
  std::map<std::string, SourceSystem, std::less<>> systems_;
  bool strict_ = false;
};

}  // namespace gmpi
