// Larger tables from a directory. Which file does what is one list at the end; each reader knows one format.
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <functional>

#include "base/csv.h"
#include "base/sha256.h"
#include "benchmarks/population/rates.h"
#include "benchmarks/population/tables.h"

namespace gmpi::population {
namespace {

/// "o'brien" -> "O'Brien", "mcdonald" -> "McDonald", "smith-jones" -> "Smith-Jones".
std::string in_title_case(std::string_view text) {
  std::string out(text);
  bool start = true;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto c = static_cast<unsigned char>(out[i]);
    if (start && std::islower(c)) out[i] = static_cast<char>(std::toupper(c));
    start = c == ' ' || c == '-' || c == '\'' || (i == 1 && c == 'c' && out[0] == 'M' && out.size() > 4);
  }
  return out;
}

/// Columns of a table by name; a reader asks for those it needs.
class Rows {
 public:
  using Row = std::vector<std::string_view>;

  Rows(const std::string& path, std::vector<std::string_view> columns)
      : path_(path), columns_(std::move(columns)) {}

  /// Calls `use` with the asked columns of every row.
  Status each(const std::function<Status(const Row&)>& use) const {
    auto reader = CsvReader::open(path_, {});
    if (!reader) return reader.error();
    std::vector<std::size_t> at;
    for (auto column : columns_) {
      const auto& header = reader->header();
      const auto found = std::find(header.begin(), header.end(), column);
      if (found == header.end())
        return make_error(ErrorCode::kInvalidInput, path_ + ":1: no column '" + std::string(column) + "'");
      at.push_back(static_cast<std::size_t>(found - header.begin()));
    }
    Row row(at.size());
    while (const CsvRow* read = reader->next()) {
      for (std::size_t i = 0; i < at.size(); ++i) row[i] = read->fields[at[i]];
      if (auto used = use(row); !used)
        return make_error(used.error().code,
                          path_ + ":" + std::to_string(read->line) + ": " + used.error().message);
    }
    if (!reader->status()) return reader->status().error();
    return Done{};
  }

 private:
  std::string path_;
  std::vector<std::string_view> columns_;
};

Result<std::uint64_t> whole_number(std::string_view column, std::string_view text) {
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value > 1'000'000'000)
    return make_error(ErrorCode::kInvalidInput,
                      std::string(column) + " is not a whole number up to 1000000000");
  return value;
}

/// Millionths of "0.01302" or "9e-04", cut and not rounded: no floating point, the same on every machine.
Result<std::uint64_t> millionths(std::string_view column, std::string_view text) {
  const auto exponent_at = text.find('e');
  const std::string_view mantissa = text.substr(0, exponent_at);
  std::uint64_t down = 0;  // the exponent, which is negative or missing
  if (exponent_at != std::string_view::npos) {
    std::string_view exponent = text.substr(exponent_at + 1);
    if (!exponent.starts_with('-') || exponent.size() > 3)
      return make_error(ErrorCode::kInvalidInput, std::string(column) + " is not a share of 1");
    const auto read = whole_number(column, exponent.substr(1));
    if (!read) return read;
    down = *read;
  }
  const auto dot = mantissa.find('.');
  std::string digits(mantissa.substr(0, dot));
  std::string fraction(dot == std::string_view::npos ? std::string_view() : mantissa.substr(dot + 1));
  fraction.resize(6, '0');
  auto value = whole_number(column, digits.empty() ? fraction : digits + fraction);
  for (; value && down > 0; --down) *value /= 10;
  return value;
}

Result<Sex> sex_of(std::string_view text) {
  if (text == "M") return kMale;
  if (text == "F") return kFemale;
  return make_error(ErrorCode::kInvalidInput, "sex is neither M nor F");
}

Status read_name_ranks(const std::string& path, std::uint64_t, Tables& tables) {
  std::array<std::array<WeightedWords, kDecades>, 2> by_decade;
  auto read = Rows(path, {"year", "sex", "rank", "name"}).each([&](const auto& row) -> Status {
    const auto year = whole_number("year", row[0]), rank = whole_number("rank", row[2]);
    const auto sex = sex_of(row[1]);
    if (!year) return year.error();
    if (!rank) return rank.error();
    if (!sex) return sex.error();
    by_decade[*sex][decade_index(static_cast<int>(*year))].add(std::string(row[3]), 1'000'000 / (*rank + 5));
    return Done{};
  });
  if (!read) return read;
  for (std::size_t sex = 0; sex < 2; ++sex)
    for (std::size_t decade = 0; decade < kDecades; ++decade)
      if (!by_decade[sex][decade].empty())
        tables.british_given[sex][decade] = std::move(by_decade[sex][decade]);
  return Done{};
}

/// Counts outrank ranks: decades the counts cover are replaced.
Status read_baby_names(const std::string& path, std::uint64_t, Tables& tables) {
  std::array<std::array<WeightedWords, kDecades>, 2> by_decade;
  std::array<WeightedWords, 2> any;
  auto read = Rows(path, {"sex", "decade", "name", "count"}).each([&](const auto& row) -> Status {
    const auto sex = sex_of(row[0]);
    const auto decade = whole_number("decade", row[1]), count = whole_number("count", row[3]);
    if (!sex) return sex.error();
    if (!decade) return decade.error();
    if (!count) return count.error();
    by_decade[*sex][decade_index(static_cast<int>(*decade))].add(std::string(row[2]), *count);
    any[*sex].add(std::string(row[2]), 1);
    return Done{};
  });
  if (!read) return read;
  for (std::size_t sex = 0; sex < 2; ++sex) {
    for (std::size_t decade = 0; decade < kDecades; ++decade)
      if (!by_decade[sex][decade].empty())
        tables.british_given[sex][decade] = std::move(by_decade[sex][decade]);
    if (!any[sex].empty()) tables.british_given_any[sex] = std::move(any[sex]);
  }
  return Done{};
}

/// Replaces the British list but keeps the O' names, which the public table lacks.
Status read_surnames(const std::string& path, std::uint64_t, Tables& tables) {
  WeightedWords family;
  auto read = Rows(path, {"surname", "freq"}).each([&](const auto& row) -> Status {
    const auto weight = millionths("freq", row[1]);
    if (!weight) return weight.error();
    family.add(in_title_case(row[0]), *weight);
    return Done{};
  });
  if (!read) return read;
  if (family.empty()) return make_error(ErrorCode::kInvalidInput, path + ": no surname");
  auto& british = tables.family[static_cast<std::size_t>(Origin::kBritish)];
  for (std::size_t i = 0; i < british.size(); ++i)
    if (british.word(i).starts_with("O'")) family.add(british.word(i), british.weight(i));
  british = std::move(family);
  return Done{};
}

struct OriginFile {
  std::string_view name;
  Origin origin;
};
constexpr std::array kOriginsInFile = {
    OriginFile{"pakistani", Origin::kPakistani},
    OriginFile{"indian", Origin::kIndian},
    OriginFile{"bangladeshi", Origin::kBangladeshi},
    OriginFile{"arab", Origin::kArab},
    OriginFile{"kurdish", Origin::kArab},
    OriginFile{"iranian", Origin::kArab},
    OriginFile{"polish", Origin::kEastEuropean},
    OriginFile{"romanian", Origin::kEastEuropean},
    OriginFile{"lithuanian", Origin::kEastEuropean},
    OriginFile{"latvian", Origin::kEastEuropean},
    OriginFile{"chinese_pinyin", Origin::kChinese},
    OriginFile{"hong_kong", Origin::kChinese},
    OriginFile{"jamaican", Origin::kCaribbean},
    OriginFile{"nigerian", Origin::kAfrican},
    OriginFile{"ghanaian", Origin::kAfrican},
    OriginFile{"yoruba", Origin::kAfrican},
    OriginFile{"igbo", Origin::kAfrican},
    OriginFile{"hausa", Origin::kAfrican},
    OriginFile{"israeli", Origin::kOrthodoxJewish},
    OriginFile{"spanish", Origin::kOtherWhite},
    OriginFile{"portuguese", Origin::kOtherWhite},
    OriginFile{"italian", Origin::kOtherWhite},
    OriginFile{"turkish", Origin::kOther},
    OriginFile{"vietnamese", Origin::kOther},
    OriginFile{"filipino", Origin::kOther},
    OriginFile{"nepali", Origin::kOther},
    OriginFile{"sri_lankan", Origin::kOther},
};

/// Adds `names` as a flat tail worth two thirds of the list so far (lists of libraries carry no frequencies).
void add_tail(WeightedWords& into, const std::vector<std::string>& names) {
  if (names.empty()) return;
  const std::uint64_t worth = into.empty() ? 1'000'000 : into.total() * 2 / 3;
  for (const auto& name : names) into.add(name, worth / names.size() + 1);
}

Status read_names_by_origin(const std::string& path, std::uint64_t, Tables& tables) {
  std::array<std::array<std::vector<std::string>, 2>, kOrigins> given;
  std::array<std::vector<std::string>, kOrigins> family;
  auto read = Rows(path, {"origin", "part", "sex", "name"}).each([&](const auto& row) -> Status {
    const auto known = std::find_if(kOriginsInFile.begin(), kOriginsInFile.end(),
                                    [&](const OriginFile& file) { return file.name == row[0]; });
    if (known == kOriginsInFile.end()) return Done{};
    const auto o = static_cast<std::size_t>(known->origin);
    if (row[1] == "surname") family[o].emplace_back(row[3]);
    if (row[1] == "given" && row[2] != "F") given[o][kMale].emplace_back(row[3]);
    if (row[1] == "given" && row[2] != "M") given[o][kFemale].emplace_back(row[3]);
    return Done{};
  });
  if (!read) return read;
  for (std::size_t o = 0; o < kOrigins; ++o) {
    add_tail(tables.family[o], family[o]);
    for (std::size_t sex = 0; sex < 2; ++sex) add_tail(tables.given[o][sex], given[o][sex]);
  }
  return Done{};
}

Status read_nicknames(const std::string& path, std::uint64_t, Tables& tables) {
  return Rows(path, {"name", "nickname"}).each([&](const auto& row) -> Status {
    tables.nicknames.add(in_title_case(row[0]), in_title_case(row[1]));
    return Done{};
  });
}

Status read_forename_variants(const std::string& path, std::uint64_t, Tables& tables) {
  return Rows(path, {"forename", "variant"}).each([&](const auto& row) -> Status {
    if (row[0].size() > 2 && row[1].size() > 2)
      tables.nicknames.add(in_title_case(row[0]), in_title_case(row[1]));
    return Done{};
  });
}

Status read_streets(const std::string& path, std::uint64_t, Tables& tables) {
  std::vector<std::string> streets;
  auto read = Rows(path, {"kind", "text"}).each([&](const auto& row) -> Status {
    if (row[0] == "name") streets.emplace_back(row[1]);
    return Done{};
  });
  if (!read) return read;
  tables.streets.insert(tables.streets.end(), streets.begin(), streets.end());
  return Done{};
}

Result<Locality> locality_named(std::string_view name) {
  for (std::size_t i = 0; i < kLocalities; ++i)
    if (kLocalityNames[i] == name) return static_cast<Locality>(i);
  return make_error(ErrorCode::kInvalidInput, "locality is not one of the ten");
}

/// Every stride-th unit of a locality, so that units still have their usual number of people.
void thin_units(std::uint64_t people, Tables& tables) {
  std::vector<PostcodeUnit> kept;
  for (std::size_t l = 0; l < kLocalities; ++l) {
    std::vector<PostcodeUnit*> mine;
    for (auto& unit : tables.units)
      if (unit.locality == static_cast<Locality>(l)) mine.push_back(&unit);
    std::sort(mine.begin(), mine.end(), [](auto* a, auto* b) { return a->postcode < b->postcode; });
    const std::uint64_t wanted =
        std::max<std::uint64_t>(5, mine.size() * std::min(people, kGmPeople) / kGmPeople);
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(wanted, mine.size()); ++i)
      kept.push_back(std::move(*mine[i * mine.size() / std::max<std::uint64_t>(wanted, 1)]));
  }
  tables.units = std::move(kept);
}

Status read_postcodes(const std::string& path, std::uint64_t people, Tables& tables) {
  std::vector<std::pair<std::string, std::string>> towns;  // district -> town, from the built-in units
  for (const auto& unit : tables.units)
    towns.emplace_back(unit.postcode.substr(0, unit.postcode.find(' ')), unit.town);
  std::stable_sort(towns.begin(), towns.end(), [](auto& a, auto& b) { return a.first < b.first; });
  std::vector<PostcodeUnit> units;
  auto read = Rows(path, {"postcode", "locality"}).each([&](const auto& row) -> Status {
    const auto locality = locality_named(row[1]);
    if (!locality) return locality.error();
    const std::string district(row[0].substr(0, row[0].find(' ')));
    const auto town = std::lower_bound(towns.begin(), towns.end(), district,
                                       [](auto& entry, const std::string& d) { return entry.first < d; });
    // Districts the built-in list lacks are those of large users (M60, M90 ...): nobody lives there.
    if (town == towns.end() || town->first != district) return Done{};
    units.push_back({std::string(row[0]), town->second, *locality, 0, 0});
    return Done{};
  });
  if (!read) return read;
  tables.units = std::move(units);
  thin_units(people, tables);
  for (std::size_t l = 0; l < kLocalities; ++l) {
    const bool found = std::any_of(tables.units.begin(), tables.units.end(), [&](const PostcodeUnit& unit) {
      return unit.locality == static_cast<Locality>(l);
    });
    if (!found)
      return make_error(ErrorCode::kInvalidInput,
                        path + ": no postcode of " + std::string(kLocalityNames[l]));
  }
  return Done{};
}

struct TableFile {
  std::string_view name;
  Status (*read)(const std::string& path, std::uint64_t people, Tables& tables);
};
constexpr std::array kTableFiles = {
    TableFile{"baby_name_ranks.csv", read_name_ranks},
    TableFile{"baby_names.csv", read_baby_names},
    TableFile{"surnames_uk.csv", read_surnames},
    TableFile{"names_by_origin.csv", read_names_by_origin},
    TableFile{"nicknames.csv", read_nicknames},
    TableFile{"forename_variants_uk.csv", read_forename_variants},
    TableFile{"street_words_gb.csv", read_streets},
    TableFile{"gm_postcodes.csv", read_postcodes},
};

}  // namespace

Status read_table_files(const std::string& tables_dir, std::uint64_t people, Tables& tables) {
  std::error_code error;
  if (!std::filesystem::is_directory(tables_dir, error))
    return make_error(ErrorCode::kIo, tables_dir + " is not a directory that can be read");
  for (const auto& file : kTableFiles) {
    const std::string path = tables_dir + "/" + std::string(file.name);
    if (!std::filesystem::exists(path, error)) continue;
    if (auto read = file.read(path, people, tables); !read) return read;
    auto sum = sha256_hex_of_file(path);
    if (!sum) return sum.error();
    tables.versions.emplace_back(std::string(file.name), *std::move(sum));
  }
  return Done{};
}

}  // namespace gmpi::population
