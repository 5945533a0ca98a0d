#include "benchmarks/population/tables.h"

#include <algorithm>
#include <map>

#include "base/sha256.h"
#include "benchmarks/population/builtin_tables.h"
#include "benchmarks/population/rates.h"

namespace gmpi::population {
namespace {

std::uint64_t integer_sqrt(std::uint64_t x) {
  std::uint64_t low = 0, high = 1ULL << 31;  // low * low <= x < (high + 1)^2
  while (low < high) {
    const std::uint64_t mid = (low + high + 1) / 2;
    if (mid * mid <= x)
      low = mid;
    else
      high = mid - 1;
  }
  return low;
}

/// Rank r (from 1) weighs about 1 / (r + 5): a short Zipf list with a flattened head.
void add_ranked(WeightedWords& into, std::string_view list) {
  std::uint64_t rank = 0;
  for (auto& word : words_of(list)) into.add(std::move(word), 1'000'000 / (++rank + 5));
}

void add_british_forenames(Tables& tables) {
  for (std::size_t decade = 0; decade < kDecades; ++decade) {
    const EraNames* era = &kBritishForenames.front();
    for (const auto& candidate : kBritishForenames)
      if (candidate.first_decade <= kFirstDecade + static_cast<int>(decade) * 10 + 5) era = &candidate;
    add_ranked(tables.british_given[kMale][decade], era->male);
    add_ranked(tables.british_given[kFemale][decade], era->female);
  }
  for (const auto& era : kBritishForenames) {
    for (auto& word : words_of(era.male)) tables.british_given_any[kMale].add(std::move(word), 1);
    for (auto& word : words_of(era.female)) tables.british_given_any[kFemale].add(std::move(word), 1);
  }
}

/// Listed surnames fall with the square root of rank (Smith 1.3 %, rank 100 0.13 %); the rest of 100 % is a
/// long tail of composed Lancashire names.
void add_british_surnames(Tables& tables) {
  auto& family = tables.family[static_cast<std::size_t>(Origin::kBritish)];
  std::uint64_t rank = 0;
  for (auto& word : words_of(kBritishSurnames))
    family.add(std::move(word), 13'020'000 / integer_sqrt(++rank * 1'000'000));
  const auto beginnings = words_of(kSurnameBeginnings), endings = words_of(kSurnameEndings);
  const std::uint64_t tail_count = beginnings.size() * endings.size();
  const std::uint64_t listed = family.total(), tail = listed < 1'000'000 ? 1'000'000 - listed : tail_count;
  for (std::uint64_t k = 0; k < tail_count; ++k) {
    const std::uint64_t pick = k * 7919 % tail_count;  // 7919 is prime and larger than either list
    const auto& beginning = beginnings[pick / endings.size()];
    const auto& ending = endings[pick % endings.size()];
    if (beginning.back() != ending.front())
      family.add(beginning + ending, tail * 2 * (tail_count - k) / (tail_count * tail_count) + 1);
  }
}

void add_other_origins(Tables& tables) {
  for (const auto& names : kOriginNames) {
    const auto o = static_cast<std::size_t>(names.origin);
    add_ranked(tables.given[o][kMale], names.male);
    add_ranked(tables.given[o][kFemale], names.female);
    add_ranked(tables.family[o], names.family);
    add_ranked(tables.last[o][kMale], names.last_male);
    add_ranked(tables.last[o][kFemale], names.last_female);
  }
}

void add_alternatives(Tables& tables) {
  for (const auto& entry : words_of(kNicknames)) {
    const auto equals = entry.find('=');
    std::string_view rest = std::string_view(entry).substr(equals + 1);
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      tables.nicknames.add(entry.substr(0, equals), rest.substr(0, comma));
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
  }
  for (const auto& entry : words_of(kSpellings)) {
    std::vector<std::string_view> forms;
    for (std::string_view rest = entry; !rest.empty();) {
      const auto equals = rest.find('=');
      forms.push_back(rest.substr(0, equals));
      rest = equals == std::string_view::npos ? std::string_view() : rest.substr(equals + 1);
    }
    for (auto from : forms)
      for (auto to : forms)
        if (from != to) tables.spellings.add(from, to);
  }
}

void add_builtin_streets(Tables& tables) {
  const auto endings = words_of(kStreetEndings);
  for (const auto& word : words_of(kStreetWords))
    for (const auto& ending : endings) tables.streets.push_back(word + " " + ending);
  std::sort(tables.streets.begin(), tables.streets.end());
  tables.streets.erase(std::unique(tables.streets.begin(), tables.streets.end()), tables.streets.end());
}

/// The k-th unit of a district: six sectors, then letter pairs in an order of the district's own; distinct
/// for k < 2,400.
std::string unit_postcode(std::string_view district, std::uint32_t k) {
  static constexpr std::string_view kLetters = "ABDEFGHJLNPQRSTUWXYZ";
  std::uint64_t own = 0;
  for (char c : district) own = mix64(own ^ static_cast<unsigned char>(c));
  const std::uint64_t pair = (k / 6 * 181 + own + k % 6 * 67) % 400;
  std::string postcode(district);
  postcode += ' ';
  postcode += static_cast<char>('1' + k % 6);
  postcode += kLetters[pair / 20];
  postcode += kLetters[pair % 20];
  return postcode;
}

void add_builtin_units(std::uint64_t people, Tables& tables) {
  std::map<std::string_view, std::uint32_t>
      used;  // a district served from two localities shares its numbers out
  for (const auto& d : kDistricts) {
    const auto wanted = std::max<std::uint64_t>(1, d.units * std::min(people, kGmPeople) / kGmPeople);
    auto& next = used[d.district];
    for (std::uint64_t k = 0; k < wanted && next < 2400; ++k)
      tables.units.push_back({unit_postcode(d.district, next++), std::string(d.town), d.locality, 0, 0});
  }
}

void note_builtin_version(Tables& tables) {
  Sha256 digest;
  for (const auto& era : kBritishForenames) digest.update(era.male), digest.update(era.female);
  for (const auto& o : kOriginNames) {
    for (auto list : {o.male, o.female, o.family, o.last_male, o.last_female}) digest.update(list);
  }
  for (auto list : {kBritishSurnames, kSurnameBeginnings, kSurnameEndings, kNicknames, kSpellings,
                    kStreetWords, kStreetEndings})
    digest.update(list);
  for (const auto& d : kDistricts) digest.update(d.district), digest.update(std::to_string(d.units));
  tables.versions.emplace_back("built-in", hex(digest.finish()));
}

}  // namespace

const std::string& WeightedWords::draw(Random& random) const {
  const auto at = random.below(total());
  return words_[static_cast<std::size_t>(std::upper_bound(ends_.begin(), ends_.end(), at) - ends_.begin())];
}

void Alternatives::add(std::string_view key, std::string_view word) {
  entries_.push_back({std::string(key), {std::string(word)}});
}

void Alternatives::seal() {
  std::stable_sort(entries_.begin(), entries_.end(), [](auto& a, auto& b) { return a.first < b.first; });
  std::vector<std::pair<std::string, std::vector<std::string>>> joined;
  for (auto& entry : entries_) {
    if (joined.empty() || joined.back().first != entry.first) joined.push_back({entry.first, {}});
    auto& words = joined.back().second;
    for (auto& word : entry.second)
      if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
  }
  entries_ = std::move(joined);
}

const std::vector<std::string>* Alternatives::find(std::string_view key) const {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), key,
                                   [](auto& entry, std::string_view k) { return entry.first < k; });
  return at != entries_.end() && at->first == key ? &at->second : nullptr;
}

std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const auto blank = list.find(' ');
    if (blank != 0) {
      words.emplace_back(list.substr(0, blank));
      std::replace(words.back().begin(), words.back().end(), '_', ' ');
    }
    list = blank == std::string_view::npos ? std::string_view() : list.substr(blank + 1);
  }
  return words;
}

void settle_places(Tables& tables) {
  std::stable_sort(tables.units.begin(), tables.units.end(), [](const auto& a, const auto& b) {
    return a.locality != b.locality ? a.locality < b.locality : a.postcode < b.postcode;
  });
  for (auto& range : tables.units_of) range = {0, 0};
  for (std::uint32_t i = 0; i < tables.units.size(); ++i) {
    auto& unit = tables.units[i];
    auto& range = tables.units_of[static_cast<std::size_t>(unit.locality)];
    if (range.second == 0) range.first = i;
    range.second = i + 1;
    std::uint64_t sector = 0, group = 0;  // of the postcode's text without its last two and last one letters
    for (std::size_t c = 0; c + 2 < unit.postcode.size(); ++c)
      sector = mix64(sector ^ static_cast<unsigned char>(unit.postcode[c]));
    group = mix64(sector ^ static_cast<unsigned char>(unit.postcode[unit.postcode.size() - 2]));
    unit.skew = static_cast<std::uint32_t>(sector % 100);
    unit.street = static_cast<std::uint32_t>(mix64(group ^ (i / 2)) % tables.streets.size());
  }
}

Result<Tables> load_tables(const std::string& tables_dir, std::uint64_t people) {
  Tables tables;
  add_british_forenames(tables);
  add_british_surnames(tables);
  add_other_origins(tables);
  add_alternatives(tables);
  add_builtin_streets(tables);
  add_builtin_units(people, tables);
  note_builtin_version(tables);
  if (!tables_dir.empty()) {
    if (auto read = read_table_files(tables_dir, people, tables); !read) return read.error();
  }
  tables.nicknames.seal();
  tables.spellings.seal();
  settle_places(tables);
  return tables;
}

}  // namespace gmpi::population
