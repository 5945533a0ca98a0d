// The comparators give DuckDB's results, every instruction set gives the same ones, and the bounded forms
// never disagree with the full computation.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"
#include "matcher/comparators/cosine.h"
#include "matcher/comparators/damerau_levenshtein.h"
#include "matcher/comparators/functions.h"
#include "matcher/comparators/jaccard.h"
#include "matcher/comparators/jaro.h"
#include "matcher/comparators/jaro_winkler.h"
#include "matcher/comparators/kernels.h"
#include "matcher/comparators/levenshtein.h"
#include "tests/reference/comparators.h"

namespace gmpi {
namespace {

/// Pairs that are unrelated, near, equal, empty, of few letters, of all bytes, and around the 16, 32 and 64
/// marks.
class PairSource {
 public:
  explicit PairSource(std::uint64_t seed, std::size_t length_most)
      : random_(seed), length_most_(length_most) {}

  std::pair<std::string, std::string> next() {
    const std::string a = text();
    if (random_.chance(0.3)) return {a, text()};
    std::string b = a;
    for (std::uint64_t edits = random_.below(4); edits > 0; --edits) edit(b);
    return {a, b};
  }

 private:
  std::size_t length() {
    static constexpr std::size_t kMarks[] = {0,  1,  2,  7,  8,  15,  16,  17, 31,
                                             32, 33, 63, 64, 65, 127, 128, 129};
    const std::size_t wanted = random_.chance(0.2)   ? kMarks[random_.below(std::size(kMarks))]
                               : random_.chance(0.8) ? random_.below(14)
                                                     : random_.below(length_most_);
    return std::min(wanted, length_most_);
  }
  char letter() {
    switch (kind_) {
      case 0: return static_cast<char>('a' + random_.below(3));
      case 1: return static_cast<char>('A' + random_.below(26));
      default: return static_cast<char>(random_.below(256));
    }
  }
  std::string text() {
    kind_ = random_.below(3);
    std::string out(length(), ' ');
    for (char& c : out) c = letter();
    return out;
  }
  void edit(std::string& text) {
    const std::size_t at = random_.below(text.size() + 1);
    const auto kind = random_.below(4);
    if (kind == 0) text.insert(at, 1, letter());
    if (at >= text.size()) return;
    if (kind == 1) text.erase(at, 1);
    if (kind == 2) text[at] = letter();
    if (kind == 3 && at + 2 < text.size()) std::swap(text[at], text[at + 1 + random_.below(2)]);
  }

  Random random_;
  std::size_t length_most_;
  std::uint64_t kind_ = 0;
};

constexpr int kRounds = 200'000;

TEST(Jaro, EqualsItsDefinitionOnRandomAndHostileText) {
  PairSource pairs(1, 200);
  for (int i = 0; i < kRounds; ++i) {
    const auto [a, b] = pairs.next();
    ASSERT_EQ(jaro_similarity(a, b), reference::jaro_similarity(a, b))
        << a.size() << " " << b.size() << " " << i;
  }
}

TEST(JaroWinkler, EqualsItsDefinitionOnRandomAndHostileText) {
  PairSource pairs(2, 200);
  for (int i = 0; i < kRounds; ++i) {
    const auto [a, b] = pairs.next();
    ASSERT_EQ(jaro_winkler_similarity(a, b), reference::jaro_winkler_similarity(a, b)) << i;
  }
}

TEST(Levenshtein, EqualsItsDefinitionOnRandomAndHostileText) {
  PairSource pairs(3, 150);
  for (int i = 0; i < kRounds; ++i) {
    const auto [a, b] = pairs.next();
    ASSERT_EQ(levenshtein(a, b), reference::levenshtein(a, b)) << i;
  }
}

TEST(DamerauLevenshtein, EqualsItsDefinitionOnRandomAndHostileText) {
  PairSource pairs(4, 100);
  for (int i = 0; i < kRounds; ++i) {
    const auto [a, b] = pairs.next();
    ASSERT_EQ(damerau_levenshtein(a, b), reference::damerau_levenshtein(a, b)) << i;
  }
}

TEST(Jaccard, EqualsItsDefinitionOnRandomAndHostileText) {
  PairSource pairs(5, 200);
  for (int i = 0; i < kRounds; ++i) {
    const auto [a, b] = pairs.next();
    if (a.empty() || b.empty()) {
      ASSERT_FALSE(jaccard(a, b).has_value());
    } else {
      ASSERT_EQ(*jaccard(a, b), reference::jaccard(a, b)) << i;
    }
  }
}

TEST(BoundedForms, NeverDisagreeWithTheFullComputation) {
  PairSource pairs(6, 150);
  Random random(7);
  static constexpr double kUsual[] = {0.0, 0.5, 0.7, 0.88, 0.9, 0.92, 0.95, 1.0, 1.5, -1.0};
  for (int i = 0; i < kRounds; ++i) {
    const auto [a, b] = pairs.next();
    const double jaro = jaro_similarity(a, b);
    const double winkler = jaro_winkler_similarity(a, b);
    // Thresholds at the value itself and its neighbours are where an early exit would go wrong.
    for (const double least :
         {kUsual[random.below(std::size(kUsual))], jaro, winkler, std::nextafter(jaro, 2),
          std::nextafter(winkler, 2), std::nextafter(winkler, -1), random.uniform()}) {
      ASSERT_EQ(jaro_at_least(a, b, least), jaro >= least) << i << " " << least;
      ASSERT_EQ(jaro_winkler_at_least(a, b, least), winkler >= least) << i << " " << least;
    }
    const auto edits = static_cast<std::size_t>(levenshtein(a, b));
    const auto swaps = static_cast<std::size_t>(damerau_levenshtein(a, b));
    for (const std::size_t most : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{3}, edits,
                                   swaps, edits + 1, swaps + 1, edits - (edits > 0), swaps - (swaps > 0)}) {
      ASSERT_EQ(levenshtein_at_most(a, b, most), edits <= most) << i << " " << most;
      ASSERT_EQ(damerau_levenshtein_at_most(a, b, most), swaps <= most) << i << " " << most;
    }
  }
}

TEST(Kernels, EveryInstructionSetCountsTheSame) {
  const comparators::Kernels* sets[3] = {};
  const std::size_t count = comparators::runnable_kernels(sets);
  PairSource pairs(8, 64);
  Random random(9);
  for (int i = 0; i < kRounds; ++i) {
    const auto [a, b] = pairs.next();
    if (a.empty() || b.empty() || b.size() > comparators::kWordBytes) continue;
    const auto most = static_cast<std::uint32_t>(random.below(70));
    const auto jaro = sets[0]->jaro(a, b);
    for (std::size_t k = 1; k < count; ++k) {
      const auto other = sets[k]->jaro(a, b);
      ASSERT_EQ(other.common, jaro.common) << sets[k]->name;
      ASSERT_EQ(other.transpositions, jaro.transpositions) << sets[k]->name;
      ASSERT_EQ(sets[k]->levenshtein(a, b, most), sets[0]->levenshtein(a, b, most)) << sets[k]->name;
      ASSERT_EQ(sets[k]->alignment(a, b, most), sets[0]->alignment(a, b, most)) << sets[k]->name;
    }
  }
}

TEST(DuckDbVectors, AreReproduced) {
  EXPECT_NEAR(jaro_winkler_similarity("JONES", "JOHNSON"), 0.83238, 5e-6);
  EXPECT_DOUBLE_EQ(jaro_winkler_similarity("DwAyNE", "DuANE"), 0.84);
  EXPECT_EQ(jaro_winkler_similarity("ab", "ba"), 0);
  EXPECT_NEAR(jaro_winkler_similarity("é", "è"), 0.667, 5e-4);
  EXPECT_NEAR(jaro_winkler_similarity("José", "Jose"), 0.84833, 5e-6);
  EXPECT_EQ(jaro_similarity("", ""), 0);
  EXPECT_EQ(jaro_similarity("", "x"), 0);
  EXPECT_EQ(jaro_similarity("x", "x"), 1);
  EXPECT_EQ(levenshtein("é", "e"), 2);
  EXPECT_EQ(damerau_levenshtein("ca", "abc"), 2);
  EXPECT_EQ(levenshtein("", "abc"), 3);
  EXPECT_DOUBLE_EQ(*jaccard("ab", "bc"), 1.0 / 3);
}

TEST(Cosine, KeepsTheTypeAndClampsTheUndefined) {
  const double a[] = {1, 2}, b[] = {2, 1}, zero[] = {0, 0};
  EXPECT_EQ(cosine_similarity(std::span<const double>(a), std::span<const double>(b)), 0.8);
  EXPECT_EQ(cosine_similarity(std::span<const double>(zero), std::span<const double>(b)), -1);
  const float x[] = {1, 2}, y[] = {2, 1};
  EXPECT_EQ(cosine_similarity(std::span<const float>(x), std::span<const float>(y)), 0.800000011920929F);
}

TEST(PairFunctions, RefuseWhatTheyDoNotKnowAndWhatDuckDbRaises) {
  const SqlValue texts[] = {SqlValue{std::string("a")}, SqlValue{std::string()}};
  EXPECT_EQ(pair_functions()("soundex_similarity", texts).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(pair_functions()("jaccard", texts).error().code, ErrorCode::kInvalidInput);
  const SqlValue numbers[] = {SqlValue{std::int64_t{1}}, SqlValue{std::int64_t{2}}};
  EXPECT_EQ(pair_functions()("levenshtein", numbers).error().code, ErrorCode::kInvalidInput);
}

}  // namespace
}  // namespace gmpi
