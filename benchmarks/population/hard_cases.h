// benchmarks/population/hard_cases.h - the cases that must be there, however small the chance that they
// arise.
#pragma once

#include "benchmarks/population/person.h"

namespace gmpi::population {

/// How many of a kind a block owes: the quota, scaled to the population, spread evenly over the blocks.
std::uint64_t quota_of_block(const World& world, HardCase kind, std::uint64_t block,
                             std::uint64_t block_people);

/// Changes lives until the block's quotas are met, as far as it has suitable people, and notes each case in
/// `block.hard_cases`. A person takes part in at most one case, natural twins apart.
void make_hard_cases(const World& world, Block& block);

}  // namespace gmpi::population
