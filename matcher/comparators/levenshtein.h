// matcher/comparators/levenshtein.h - edits (insert, delete, replace) that turn one text into the other, on
// bytes.
//
// é against e is 2, as in DuckDB. Threads: pure. Cost: up to 64 bytes (after cutting common ends) one step a
// byte and no allocation; beyond, O(n * m / 64). Source: Levenshtein (1966); Myers, JACM 46 (1999), in the
// block form of Hyyrö (2003).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gmpi {

std::int64_t levenshtein(std::string_view a, std::string_view b);

/// levenshtein(a, b) <= most, stopping as soon as that is settled.
bool levenshtein_at_most(std::string_view a, std::string_view b, std::size_t most);

}  // namespace gmpi
