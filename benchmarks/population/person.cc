#include "benchmarks/population/person.h"

namespace gmpi::population {
namespace {

template <class Spell>
const Spell& spell_on(const std::vector<Spell>& spells, Day day) {
  std::size_t i = spells.size() - 1;
  while (i > 0 && spells[i].from > day) --i;
  return spells[i];
}

}  // namespace

const NameSpell& Person::name_on(Day day) const {
  return spell_on(names, day);
}

const Home& Person::home_on(Day day) const {
  return spell_on(homes, day).home;
}

}  // namespace gmpi::population
