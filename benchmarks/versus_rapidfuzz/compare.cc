// Our comparators and those of rapidfuzz-cpp on the same pairs, in turns; compiled and run by `run` beside
// this file.
//
//     compare ROUNDS     JSON: for each kind of text and comparator the processor nanoseconds a pair of both,
//     median of
//                        ROUNDS turns, the median of their ratio, and on how many pairs they do not agree
//
// Each is called as a matcher calls it: two texts at a time, a threshold where the comparator takes one.
// "cached" is rapidfuzz's own way to meet one text with many, for a left text that stays for 64 pairs.
#include <rapidfuzz/distance.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "base/random.h"
#include "matcher/comparators/damerau_levenshtein.h"
#include "matcher/comparators/jaro_winkler.h"
#include "matcher/comparators/levenshtein.h"

namespace gmpi {
namespace {

constexpr std::size_t kPairs = 8192;
constexpr std::size_t kSameLeft = 64;

struct Texts {
  const char* name;
  std::vector<std::string> left, right;
};

std::string pick_word(Random& random, std::size_t least, std::size_t more) {
  std::string text(least + random.below(more), ' ');
  for (char& c : text) c = "EEEAAAIIOONNRRSSTTLLDHMCUBGPKWYFV"[random.below(33)];
  return text;
}

std::string name(Random& random) {
  return pick_word(random, 5, 10);
}
std::string email(Random& random) {
  static constexpr const char* kDomains[] = {"@example.org", "@mail.example", "@post.example.net"};
  return pick_word(random, 4, 6) + "." + pick_word(random, 5, 8) + kDomains[random.below(3)];
}
std::string date(Random& random) {
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", static_cast<int>(random.between(1930, 2020)),
                static_cast<int>(random.between(1, 12)), static_cast<int>(random.between(1, 28)));
  return text;
}

/// Half of the pairs are near misses, half unrelated, as blocking leaves them.
Texts make(const char* kind, std::string (*one)(Random&)) {
  Texts out{kind, {}, {}};
  Random random(1);
  for (std::size_t i = 0; i < kPairs; ++i) {
    out.left.push_back(one(random));
    std::string other = one(random);
    if (random.chance(0.5)) {
      other = out.left.back();
      other[random.below(other.size())] = 'X';
      if (random.chance(0.5)) other.erase(random.below(other.size()), 1);
      if (random.chance(0.3)) std::swap(other[0], other[1]);
    }
    out.right.push_back(other);
  }
  return out;
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Processor nanoseconds a pair of one pass.
template <class Compare>
double pass(const Texts& texts, Compare compare) {
  double sum = 0;
  const double begin = cpu_seconds();
  for (std::size_t i = 0; i < kPairs; ++i) sum += static_cast<double>(compare(texts.left[i], texts.right[i]));
  const double seconds = cpu_seconds() - begin;
  static volatile double sink = 0;
  sink = sink + sum;
  return seconds * 1e9 / static_cast<double>(kPairs);
}

/// The same with each left text met by kSameLeft right ones.
template <class Prepare>
double cached_pass(const Texts& texts, Prepare prepare) {
  double sum = 0;
  const double begin = cpu_seconds();
  for (std::size_t i = 0; i < kPairs; i += kSameLeft) {
    const auto scorer = prepare(texts.left[i]);
    for (std::size_t j = i; j < i + kSameLeft; ++j) sum += static_cast<double>(scorer(texts.right[j]));
  }
  const double seconds = cpu_seconds() - begin;
  static volatile double sink = 0;
  sink = sink + sum;
  return seconds * 1e9 / static_cast<double>(kPairs);
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

bool first_line = true;

/// `exact` is what rapidfuzz says without a cutoff: with one, 3.13.0 drops a Jaro-Winkler similarity of 0.88
/// to the last bit.
template <class Ours, class Theirs, class Cached, class Exact>
void compare(const Texts& texts, const char* what, int rounds, Ours ours, Theirs theirs, Cached cached,
             Exact exact) {
  std::size_t differing = 0;
  for (std::size_t i = 0; i < kPairs; ++i)
    differing += std::abs(static_cast<double>(ours(texts.left[i], texts.right[i])) -
                          static_cast<double>(exact(texts.left[i], texts.right[i]))) > 1e-12;
  std::vector<double> a, b, c, ratios;
  for (int round = 0; round < rounds; ++round) {
    a.push_back(pass(texts, ours));
    b.push_back(pass(texts, theirs));
    c.push_back(cached_pass(texts, cached));
    ratios.push_back(b.back() / a.back());
  }
  std::printf(
      "%s{\"texts\": \"%s\", \"comparator\": \"%s\", \"gmpi_ns\": %.2f, \"rapidfuzz_ns\": %.2f, "
      "\"rapidfuzz_cached_ns\": %.2f, \"ratio\": %.3f, \"differing\": %zu}",
      first_line ? "[" : ",\n ", texts.name, what, median(a), median(b), median(c), median(ratios),
      differing);
  first_line = false;
}

void compare_all(const Texts& texts, int rounds) {
  namespace rf = rapidfuzz;
  const auto jaro_winkler = [](const auto& a, const auto& b) { return rf::jaro_winkler_similarity(a, b); };
  const auto levenshtein_of = [](const auto& a, const auto& b) { return rf::levenshtein_distance(a, b); };
  const auto damerau = [](const auto& a, const auto& b) {
    return rf::experimental::damerau_levenshtein_distance(a, b);
  };
  const auto damerau_1 = [=](const auto& a, const auto& b) { return damerau(a, b) <= 1; };

  compare(
      texts, "Jaro-Winkler", rounds,
      [](const auto& a, const auto& b) { return jaro_winkler_similarity(a, b); }, jaro_winkler,
      [](const auto& a) {
        return [scorer = rf::CachedJaroWinkler<char>(a)](const auto& b) { return scorer.similarity(b); };
      },
      jaro_winkler);
  compare(
      texts, "Jaro-Winkler >= 0.88", rounds,
      [](const auto& a, const auto& b) { return jaro_winkler_at_least(a, b, 0.88); },
      [](const auto& a, const auto& b) { return rf::jaro_winkler_similarity(a, b, 0.1, 0.88) >= 0.88; },
      [](const auto& a) {
        return [scorer = rf::CachedJaroWinkler<char>(a)](const auto& b) {
          return scorer.similarity(b, 0.88) >= 0.88;
        };
      },
      [=](const auto& a, const auto& b) { return jaro_winkler(a, b) >= 0.88; });
  compare(
      texts, "Levenshtein", rounds, [](const auto& a, const auto& b) { return levenshtein(a, b); },
      levenshtein_of,
      [](const auto& a) {
        return [scorer = rf::CachedLevenshtein<char>(a)](const auto& b) { return scorer.distance(b); };
      },
      levenshtein_of);
  compare(
      texts, "Levenshtein <= 2", rounds,
      [](const auto& a, const auto& b) { return levenshtein_at_most(a, b, 2); },
      [](const auto& a, const auto& b) {
        return rf::levenshtein_distance(a, b, {1, 1, 1}, 2) <= 2;
      },
      [](const auto& a) {
        return
            [scorer = rf::CachedLevenshtein<char>(a)](const auto& b) { return scorer.distance(b, 2) <= 2; };
      },
      [=](const auto& a, const auto& b) { return levenshtein_of(a, b) <= 2; });
  compare(
      texts, "Damerau (unrestricted)", rounds,
      [](const auto& a, const auto& b) { return damerau_levenshtein(a, b); }, damerau,
      [](const auto& a) {
        return [scorer = rf::experimental::CachedDamerauLevenshtein<char>(a)](const auto& b) {
          return scorer.distance(b);
        };
      },
      damerau);
  compare(
      texts, "Damerau <= 1", rounds,
      [](const auto& a, const auto& b) { return damerau_levenshtein_at_most(a, b, 1); },
      [](const auto& a, const auto& b) {
        return rf::experimental::damerau_levenshtein_distance(a, b, 1) <= 1;
      },
      [](const auto& a) {
        return [scorer = rf::experimental::CachedDamerauLevenshtein<char>(a)](const auto& b) {
          return scorer.distance(b, 1) <= 1;
        };
      },
      damerau_1);
  // Within one edit the restricted distance (OSA), which is cheaper, says the same as the unrestricted one.
  compare(
      texts, "Damerau <= 1, theirs OSA", rounds,
      [](const auto& a, const auto& b) { return damerau_levenshtein_at_most(a, b, 1); },
      [](const auto& a, const auto& b) { return rf::osa_distance(a, b, 1) <= 1; },
      [](const auto& a) {
        return [scorer = rf::CachedOSA<char>(a)](const auto& b) { return scorer.distance(b, 1) <= 1; };
      },
      damerau_1);
}

}  // namespace
}  // namespace gmpi

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 101;
  for (const auto& texts :
       {gmpi::make("names", gmpi::name), gmpi::make("e-mails", gmpi::email), gmpi::make("dates", gmpi::date)})
    gmpi::compare_all(texts, rounds);
  std::puts("]");
}
