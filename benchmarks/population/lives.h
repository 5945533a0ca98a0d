// benchmarks/population/lives.h - what happens to the people of a block: names, weddings, moves, practices,
// deaths.
#pragma once

#include "benchmarks/population/person.h"

namespace gmpi::population {

/// Gives every person of `block` its spells. Draws from seeds of the block's own.
void live(const World& world, Block& block);

/// Known-as name and e-mail follow the names; call once those are final.
void settle_contacts(const World& world, Block& block);

/// Practices follow the homes; call once those are final.
void settle_practices(const World& world, Block& block);

}  // namespace gmpi::population
