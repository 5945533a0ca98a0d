// benchmarks/population/households.h - who lives with whom: roles, sexes, births, origins. No names yet.
#pragma once

#include "benchmarks/population/person.h"

namespace gmpi::population {

/// A block that owes care-home or hostel neighbours begins with such a household.
/// A block of exactly `people` people in households of the census' kinds, with twins at the natural rate.
Block draw_households(const World& world, std::uint64_t index, std::uint64_t people);

/// A home in `locality`, in the kind of ward where `origin` lives.
Home draw_home(const World& world, Locality locality, Origin origin, Random& random);

}  // namespace gmpi::population
