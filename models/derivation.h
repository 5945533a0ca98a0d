// models/derivation.h - how a comparable column is made from the columns of a file.
//
//     [[derive]]
//     column = "dob"              # what conditions of the model call it
//     from = ["Geburtsdatum"]     # headers of the file
//     as = "date"                 # what the values are, by name (standardize/column_kind.h)
//
// A bundle's policy.toml carries them, so that a model made for one file reads the next one alike.
#pragma once

#include <string>
#include <vector>

namespace gmpi {

struct Derivation {
  std::string column;
  std::vector<std::string> from;
  std::string as;

  bool operator==(const Derivation&) const = default;
};

}  // namespace gmpi
