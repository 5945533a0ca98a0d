#include "standardize/name_words.h"

#include <algorithm>
#include <array>

#include "standardize/word_set.h"

namespace gmpi {
namespace {

struct Canonical {
  std::string_view from, to;
};

template <std::size_t N>
std::string_view canonical(std::string_view word, const std::array<Canonical, N>& table) {
  if (word.empty()) return {};
  for (const auto& row : table)
    if (row.from.front() == word.front() && row.from == word) return row.to;
  return {};
}

/// Words that announce a placeholder.
bool is_placeholder_head(std::string_view word) {
  constexpr std::array<std::string_view, 44> kHeads = {
      "baby",        "babe",    "babyboy", "babygirl",   "infant",     "newborn",      "neonate", "neonatal",
      "twin",        "twins",   "triplet", "quad",       "quadruplet", "foetus",       "fetus",   "stillborn",
      "stillbirth",  "unknown", "unk",     "unnamed",    "anon",       "anonymous",    "nfn",     "nln",
      "fnu",         "lnu",     "noname",  "notknown",   "notgiven",   "unidentified", "test",    "testing",
      "testpatient", "tester",  "dummy",   "donotuse",   "tbc",        "tba",          "nil",     "none",
      "zztest",      "xxtest",  "nka",     "placeholder"};
  return among(word, kHeads) ||
         (word.size() >= 2 && (word.front() == 'x' || word.front() == 'z') && all_same(word));
}

/// Words that may stand beside a head, or alone say no more than it.
bool is_placeholder_filler(std::string_view word) {
  constexpr std::array<std::string_view, 17> kFillers = {
      "boy", "girl", "male", "female",  "man",    "woman", "child", "lady", "gentleman",
      "of",  "the",  "name", "patient", "person", "given", "no",    "not"};
  return among(word, kFillers);
}

bool is_sex_word(std::string_view word) {
  constexpr std::array<std::string_view, 5> kSexes = {"boy", "girl", "male", "female", "child"};
  return among(word, kSexes);
}

bool is_placeholder_phrase(std::string_view folded) {
  constexpr std::array<std::string_view, 20> kPhrases = {
      "not known",     "not given",    "not stated",    "not recorded",   "not applicable",
      "not available", "no name",      "no forename",   "no first name",  "no given name",
      "no surname",    "no last name", "name unknown",  "name not known", "n/a",
      "n/k",           "n/s",          "not disclosed", "name withheld",  "do not use"};
  return among(folded, kPhrases);
}

/// "b/o jane", "baby of jane", "boy of jane", "infant son of jane": the rest is the mother's name.
bool names_the_mother(std::string_view folded, std::span<const std::string_view> words) {
  if (folded.starts_with("b/o") || folded.starts_with("s/o ") || folded.starts_with("d/o ")) return true;
  constexpr std::array<std::string_view, 2> kKin = {"son", "daughter"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0 && words[i] == "of") return true;
    if (!is_placeholder_head(words[i]) && !is_sex_word(words[i]) && !among(words[i], kKin) &&
        ordinal_of(words[i]) == 0)
      return false;
  }
  return false;
}

}  // namespace

std::string_view title_of(std::string_view word) {
  constexpr std::array kTitles = {
      Canonical{"mr", "mr"},     Canonical{"mrs", "mrs"},       Canonical{"ms", "ms"},
      Canonical{"miss", "miss"}, Canonical{"mx", "mx"},         Canonical{"dr", "dr"},
      Canonical{"doctor", "dr"}, Canonical{"prof", "prof"},     Canonical{"professor", "prof"},
      Canonical{"rev", "rev"},   Canonical{"revd", "rev"},      Canonical{"reverend", "rev"},
      Canonical{"sir", "sir"},   Canonical{"dame", "dame"},     Canonical{"lady", "lady"},
      Canonical{"lord", "lord"}, Canonical{"master", "master"}, Canonical{"mstr", "master"},
      Canonical{"mister", "mr"}, Canonical{"madam", "mrs"},     Canonical{"fr", "fr"},
      Canonical{"cllr", "cllr"}, Canonical{"capt", "capt"},     Canonical{"captain", "capt"},
      Canonical{"sgt", "sgt"},   Canonical{"mme", "mrs"},
  };
  return canonical(word, kTitles);
}

std::string_view suffix_of(std::string_view word) {
  constexpr std::array kSuffixes = {
      Canonical{"jr", "jr"},   Canonical{"jnr", "jr"},    Canonical{"junior", "jr"}, Canonical{"sr", "sr"},
      Canonical{"snr", "sr"},  Canonical{"senior", "sr"}, Canonical{"ii", "ii"},     Canonical{"2nd", "ii"},
      Canonical{"iii", "iii"}, Canonical{"3rd", "iii"},   Canonical{"iv", "iv"},     Canonical{"4th", "iv"},
  };
  return canonical(word, kSuffixes);
}

bool is_honour(std::string_view word) {
  constexpr std::array<std::string_view, 14> kHonours = {
      "esq", "obe", "mbe", "cbe", "kbe", "phd", "bsc", "frcs", "frcp", "dsc", "dso", "qc", "bart", "baronet"};
  return among(word, kHonours);
}

bool is_rank(std::string_view word) {
  constexpr std::array<std::string_view, 16> kRanks = {
      "baron",    "baroness",    "baronet",  "bart",    "earl", "countess", "duke",   "duchess",
      "viscount", "viscountess", "marquess", "marquis", "lord", "lady",     "prince", "princess"};
  return among(word, kRanks) || (word.size() >= 3 && is_digit(word.front()) && is_letter(word.back()));
}

bool is_particle(std::string_view word) {
  constexpr std::array<std::string_view, 46> kParticles = {
      "al",  "el",  "ul",  "ur",   "ud", "as",  "ash", "bin", "bint", "ibn", "abu",   "umm",
      "van", "von", "der", "den",  "de", "het", "ten", "ter", "te",   "zu",  "zum",   "zur",
      "la",  "le",  "les", "du",   "da", "dos", "das", "do",  "di",   "del", "della", "dello",
      "mac", "mc",  "o",   "fitz", "ap", "ab",  "ni",  "nic", "st",   "san"};
  return among(word, kParticles);
}

int ordinal_of(std::string_view word) {
  constexpr std::array<std::array<std::string_view, 5>, 6> kOrdinals = {{{"1", "one", "i", "a", "first"},
                                                                         {"2", "two", "ii", "b", "second"},
                                                                         {"3", "three", "iii", "c", "third"},
                                                                         {"4", "four", "iv", "d", "fourth"},
                                                                         {"5", "five", "v", "e", "fifth"},
                                                                         {"6", "six", "vi", "f", "sixth"}}};
  for (std::size_t i = 0; i < kOrdinals.size(); ++i)
    if (among(word, kOrdinals[i])) return static_cast<int>(i) + 1;
  return 0;
}

PlaceholderName placeholder_given_name(std::string_view folded, std::span<const std::string_view> words) {
  if (is_placeholder_phrase(folded) || words.empty()) return {true, 0};
  bool announced = false;
  bool only_such_words = true;
  int order = 0;
  for (const auto word : words) {
    const int counts_to = ordinal_of(word);
    announced = announced || is_placeholder_head(word) || is_sex_word(word);
    only_such_words = only_such_words && (is_placeholder_head(word) || is_placeholder_filler(word) ||
                                          counts_to != 0 || word == "known");
    if (counts_to != 0) order = counts_to;
  }
  if (names_the_mother(folded, words)) return {true, 0};
  if (only_such_words && announced) return {true, order};
  const bool bare_count =
      words.size() == 1 && words[0].size() > 1 && order != 0 && words[0] != "vi" && words[0] != "iv";
  if (bare_count || all_digits(words[0])) return {true, order};
  return {words.size() == 1 && !title_of(words[0]).empty(), 0};
}

bool is_placeholder_surname(std::string_view folded, std::span<const std::string_view> words) {
  constexpr std::array<std::string_view, 21> kUnknown = {
      "unknown",      "unk",    "notknown", "notgiven", "unnamed", "anonymous",   "anon",
      "unidentified", "nln",    "lnu",      "nfn",      "noname",  "nosurname",   "testpatient",
      "zztest",       "xxtest", "donotuse", "tbc",      "tba",     "placeholder", "none"};
  if (is_placeholder_phrase(folded) || words.empty()) return true;
  const auto filler = [&](std::string_view w) {
    return among(w, kUnknown) || is_placeholder_filler(w) ||
           (w.size() >= 2 && (w.front() == 'x' || w.front() == 'z') && all_same(w));
  };
  const auto unknown = [&](std::string_view w) { return filler(w) && !is_placeholder_filler(w); };
  return (std::ranges::all_of(words, filler) && std::ranges::any_of(words, unknown)) ||
         std::ranges::all_of(words, [](std::string_view w) { return all_digits(w); });
}

bool is_doubtful_surname(std::span<const std::string_view> words) {
  return !words.empty() && std::ranges::all_of(words, [](std::string_view w) {
    return is_placeholder_head(w) || is_placeholder_filler(w) || ordinal_of(w) != 0;
  });
}

}  // namespace gmpi
