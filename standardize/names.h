// standardize/names.h - what people are called, taken apart.
//
//     given   "Mr Robert (Bob) James"    title mr; given robert, james; known as bob
//     given   "Anne-Marie"               given annemarie, halves anne, marie
//     given   "BABY BOY"                 none, "placeholder name"
//     surname "O'Brien", "O Brien"       obrien, with brien
//     surname "van der Berg"             vanderberg, with berg
//     surname "Smith-Jones (née Lee)"    smithjones, with smith, jones; previously lee
//     whole   "BRIEN, Mary" and "Mary Brien", "Ludwig van Beethoven", "NKEMELU Ada"
//
// All results are folded (fold.h). A mononym given as a whole name is a surname.
// Tested by tests/standardize/names_test.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gmpi {

struct GivenNames {
  std::string title;                  // canonical, or empty
  std::vector<std::string> names;     // in order, hyphens and apostrophes closed up
  std::vector<std::string> halves;    // of hyphened names
  std::vector<std::string> known_as;  // from brackets, quotation marks, "known as"
  int birth_order = 0;                // "TWIN 2": 2; 0: not said
  bool called_baby = false;           // "Baby Smith": no given name if Smith is the surname
  std::string_view reason;            // why there is no name although there was text
};
GivenNames read_given_names(std::string_view text);

struct Surname {
  std::string joined;                 // one word, or empty
  std::vector<std::string> parts;     // barrels, and names without their particles; empty when only `joined`
  std::vector<std::string> previous;  // from "née ...", joined
  std::string suffix;                 // "jr" ...
  bool doubtful = false;              // a placeholder if the given name is one
  std::string_view reason;
};
Surname read_surname(std::string_view text);

/// A whole name cut into text for the two functions above.
struct WholeName {
  std::string given;
  std::string surname;
};
WholeName split_whole_name(std::string_view text);

/// "jr", "sr", "ii" ... from a suffix field, or empty.
std::string read_suffix(std::string_view text);
/// Canonical title from a title field; an unknown title keeps its folded letters.
std::string read_title(std::string_view text);

}  // namespace gmpi
