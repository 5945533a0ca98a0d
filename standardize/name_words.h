// standardize/name_words.h - the words around names: titles, suffixes, particles, and what is typed when
// there is no name. All take folded text.
#pragma once

#include <span>
#include <string_view>

#include "standardize/fold.h"

namespace gmpi {

/// Canonical title ("mr", "dr", "rev"), or empty when `word` is none. Words that are also given names
/// (Prince, Earl, Major) are not titles here.
std::string_view title_of(std::string_view word);

/// "jr", "sr", "ii", "iii", "iv" from their spellings; empty when `word` is none.
std::string_view suffix_of(std::string_view word);

/// Honours and degrees that trail a name and say nothing about who it is (OBE, MBE, PhD, Esq).
bool is_honour(std::string_view word);

/// A peer's rank that opens the style after a comma ("George Clarke, 1st Baron Sydenham of Combe").
bool is_rank(std::string_view word);

/// A word that belongs to the surname word after it: van, de la, al, mac, o ...
bool is_particle(std::string_view word);

/// The number a word counts to in "twin two", "baby b", "triplet III"; 0 when it is no such word.
int ordinal_of(std::string_view word);

/// What a name field holds when nobody knew the name.
struct PlaceholderName {
  bool found = false;
  int birth_order = 0;  // "TWIN 2" tells that much; 0: no
};

/// "baby", "baby boy", "twin 1", "infant of jane smith", "unknown male", "not known", "nfn", "xxx", "test",
/// "mr". "baby sarah" is none: somebody is called Sarah.
PlaceholderName placeholder_given_name(std::string_view folded, std::span<const std::string_view> words);

/// Narrower: people are really called Baby, Test, Male, Twin and Boy by surname.
bool is_placeholder_surname(std::string_view folded, std::span<const std::string_view> words);

/// Surnames that are placeholders only beside a placeholder given name ("TEST TEST", "BABY TWIN").
bool is_doubtful_surname(std::span<const std::string_view> words);

}  // namespace gmpi
