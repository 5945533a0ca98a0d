// benchmarks/population/sources.h - the systems that send records: which organisation, where, serving whom.
//
// Every system belongs to one organisation (ODS code), one of ten localities and one of five sectors.
// Hospitals, trusts and councils are real; practices are invented and scale with the population.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"
#include "benchmarks/population/origin.h"
#include "benchmarks/population/rates.h"

namespace gmpi::population {

struct SourceSystem {
  std::string id;  // "gp-p84012", "pas-bolton"
  SourceKind kind;
  std::string ods_code;
  Locality locality;
  std::string sector;  // primary, community, mental health, social, acute
  double care;         // how good its data are; mean 1 over the systems of a kind, larger is worse
};

class SourceSystems {
 public:
  SourceSystems(std::uint64_t seed, std::uint64_t people);

  const std::vector<SourceSystem>& all() const { return all_; }
  const SourceSystem& at(std::uint32_t index) const { return all_[index]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(all_.size()); }

  /// A system of `kind` that somebody living in `locality` uses: mostly the local one.
  std::uint32_t draw(SourceKind kind, Locality locality, Random& random) const;
  /// The practice for a part of a locality (`area`, any number); one of three near ones.
  std::uint32_t draw_practice(Locality locality, std::uint64_t area, Random& random) const;
  std::size_t practices_in(Locality locality) const {
    return practices_[static_cast<std::size_t>(locality)].size();
  }

 private:
  void add(SourceKind kind, std::string id, std::string ods, Locality locality, std::string sector);
  void add_practices(std::uint64_t people);
  void add_hospitals();
  void add_trusts_and_councils();

  std::uint64_t seed_;
  std::vector<SourceSystem> all_;
  std::array<std::vector<std::uint32_t>, kLocalities> practices_;
  std::array<std::vector<std::uint32_t>, kSourceKinds> of_kind_;
};

}  // namespace gmpi::population
