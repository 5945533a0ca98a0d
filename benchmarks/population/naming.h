// benchmarks/population/naming.h - names given at birth, by the customs of each origin.
#pragma once

#include <string>

#include "benchmarks/population/person.h"

namespace gmpi::population {

/// A family name of `origin`, as the first of a family carries it.
std::string draw_family_name(const Tables& tables, Origin origin, Random& random);

/// Names at birth of one person whose family goes by `family_name`: last names that go with the sex, Singh
/// and Kaur, Polish -ska, a leading Mohammed, a second given name.
NameSpell draw_birth_name(const Tables& tables, const Person& person, const std::string& family_name,
                          Random& random);

/// A forename close to `name`: one of its spellings, a name that begins alike, or with its ending exchanged.
std::string near_forename(const Tables& tables, const std::string& name, Sex sex, Random& random);

/// What the person is called at home, or empty.
std::string draw_known_as(const Tables& tables, const Person& person, Random& random);

}  // namespace gmpi::population
