// benchmarks/population/tables.h - names and places ready to draw from.
//
// Built once, then read by all threads. The built-in lists (builtin_*.cc) always stand; files of a tables
// directory replace or extend them one by one (table_files.cc).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "benchmarks/population/origin.h"

namespace gmpi::population {

/// Words with whole-number weights; a draw costs one binary search.
class WeightedWords {
 public:
  void add(std::string word, std::uint64_t weight) {
    if (weight == 0) return;
    words_.push_back(std::move(word));
    ends_.push_back(total() + weight);
  }
  bool empty() const { return words_.empty(); }
  std::size_t size() const { return words_.size(); }
  std::uint64_t total() const { return ends_.empty() ? 0 : ends_.back(); }
  std::uint64_t weight(std::size_t i) const { return ends_[i] - (i ? ends_[i - 1] : 0); }
  const std::string& word(std::size_t i) const { return words_[i]; }
  /// Requires !empty().
  const std::string& draw(Random& random) const;

 private:
  std::vector<std::string> words_;
  std::vector<std::uint64_t> ends_;
};

/// From a key to the words that may stand for it; keys and words in falling frequency as given.
class Alternatives {
 public:
  void add(std::string_view key, std::string_view word);
  void seal();  // after the last add, before the first find
  const std::vector<std::string>* find(std::string_view key) const;
  std::size_t size() const { return entries_.size(); }

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> entries_;
};

/// One unit postcode: an address range of a few dozen people.
struct PostcodeUnit {
  std::string postcode;  // "M14 5TP"
  std::string town;
  Locality locality = Locality::kBolton;
  std::uint32_t street = 0;  // index into Tables::streets
  std::uint32_t skew = 0;    // 0 to 99: how far the ward differs from its locality (see households.cc)
};

enum Sex : std::uint8_t { kMale = 0, kFemale = 1 };

inline constexpr int kFirstDecade = 1900;
inline constexpr std::size_t kDecades = 13;  // 1900 to 2020

struct Tables {
  std::array<std::array<WeightedWords, kDecades>, 2> british_given;  // [sex][decade of birth]
  std::array<WeightedWords, 2> british_given_any;                    // [sex] a thin tail of every age
  std::array<std::array<WeightedWords, 2>, kOrigins> given;          // [origin][sex], not British
  std::array<WeightedWords, kOrigins> family;                        // [origin]
  std::array<std::array<WeightedWords, 2>, kOrigins> last;           // [origin][sex] names of the sex
  Alternatives nicknames;
  Alternatives spellings;
  std::vector<std::string> streets;
  std::vector<PostcodeUnit> units;                                            // grouped by locality
  std::array<std::pair<std::uint32_t, std::uint32_t>, kLocalities> units_of;  // [first, end) in `units`
  std::vector<std::pair<std::string, std::string>> versions;                  // (table, sha256) as used
};

inline std::size_t decade_index(int year) {
  const int index = (year - kFirstDecade) / 10;
  return index < 0 ? 0 : index >= static_cast<int>(kDecades) ? kDecades - 1 : static_cast<std::size_t>(index);
}

/// Tables for a population of `people`: unit postcodes are thinned so that each still has its usual 41
/// people. `tables_dir` may be empty; a file missing there leaves the built-in list. Errors: kIo,
/// kInvalidInput.
Result<Tables> load_tables(const std::string& tables_dir, std::uint64_t people);

/// The blank-separated words of a list; '_' becomes a blank.
std::vector<std::string> words_of(std::string_view list);

// The steps of load_tables, one file of tables each.
Status read_table_files(const std::string& tables_dir, std::uint64_t people, Tables& tables);
/// Gives streets and skews to units that have none, and finds where each locality begins.
void settle_places(Tables& tables);

}  // namespace gmpi::population
