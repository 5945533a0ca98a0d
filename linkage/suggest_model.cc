#include "linkage/suggest_model.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "matcher/sql_parser.h"

namespace gmpi {
namespace {

constexpr std::size_t kRowsToDetermine = 200;  // so many rows before a dependency is believed
constexpr std::size_t kRowsOfValue = 30;       // under one value: fewer may be one person's, who agrees with himself
constexpr double kDetermined = 0.5;  // more than half of what a column tells is told by another

/// How a kind becomes derivations: its column's name and recipe.
struct KindColumn {
  ColumnKind kind;
  std::string_view column, as;
};

constexpr std::array kKindColumns = {
    KindColumn{ColumnKind::kGivenName, "given_name", "given_name"},
    KindColumn{ColumnKind::kMiddleName, "middle_name", "middle_name"},
    KindColumn{ColumnKind::kSurname, "surname", "surname"},
    KindColumn{ColumnKind::kPreviousName, "previous_name", "previous_name"},
    KindColumn{ColumnKind::kDate, "date", "date"},
    KindColumn{ColumnKind::kPostcode, "postcode", "postcode"},
    KindColumn{ColumnKind::kPlace, "place", "place"},
    KindColumn{ColumnKind::kHouseNumber, "house_number", "house_number"},
    KindColumn{ColumnKind::kEmail, "email", "email"},
    KindColumn{ColumnKind::kIdentifier, "identifier", "identifier"},
    KindColumn{ColumnKind::kCode, "code", "code"},
    KindColumn{ColumnKind::kText, "text", "text"},
};

/// Gathers profiles by kind, fullest first, so that numbering does not depend on the order of columns.
class Suggester {
 public:
  Suggester(std::span<const ColumnProfile> profiles, const SuggestOptions& options) : options_(options) {
    for (const auto& profile : profiles) by_kind_[profile.kind].push_back(&profile);
    for (auto& [kind, list] : by_kind_)
      std::stable_sort(list.begin(), list.end(), [](const auto* a, const auto* b) { return information(*a) > information(*b); });
  }

  Result<SuggestedColumns> suggest() {
    if (!of(ColumnKind::kRecordId).empty()) out_.record_id = of(ColumnKind::kRecordId)[0]->header;
    if (!of(ColumnKind::kSource).empty()) out_.source = of(ColumnKind::kSource)[0]->header;
    names();
    date_parts();
    other_names();
    for (const auto& row : kKindColumns) {
      if (is_part_of_another(row.kind)) continue;
      std::size_t number = 0;
      for (const auto* profile : of(row.kind)) {
        if (!profile->instead_of.empty()) continue;
        const std::string column = std::string(row.column) + (++number == 1 ? "" : "_" + std::to_string(number));
        auto from = with_alternatives(*profile);
        const auto* whole = number == 1 ? whole_name_apart() : nullptr;
        const bool part = whole != nullptr && (row.kind == ColumnKind::kGivenName || row.kind == ColumnKind::kSurname);
        if (part) from.push_back(whole->header);
        add(column, std::move(from), std::string(row.as) + (part ? "_or_whole_name" : ""));
      }
    }
    streets();
    phones();
    note_unused();
    if (out_.derivations.empty())
      return make_error(ErrorCode::kInvalidInput, "no column tells people apart: " + fmt::format("{}", fmt::join(out_.notes, "; ")));
    return std::move(out_);
  }

 private:
  static double information(const ColumnProfile& p) { return p.measures.entropy_bits * (1 - p.measures.missing); }
  const std::vector<const ColumnProfile*>& of(ColumnKind kind) { return by_kind_[kind]; }

  void add(std::string column, std::vector<std::string> from, const std::string& as) {
    out_.derivations.push_back({std::move(column), std::move(from), as});
  }

  /// The column and those of other files that stand for it.
  std::vector<std::string> with_alternatives(const ColumnProfile& profile) {
    std::vector<std::string> from = {profile.header};
    for (const auto* other : of(profile.kind))
      if (other->instead_of == profile.header) from.push_back(other->header);
    return from;
  }

  /// A whole name in place of given and family name: in another file than theirs.
  const ColumnProfile* whole_name_apart() {
    for (const auto* profile : of(ColumnKind::kFullName))
      if (!profile->instead_of.empty() && !of(ColumnKind::kGivenName).empty() && !of(ColumnKind::kSurname).empty()) return profile;
    return nullptr;
  }

  void names() {
    const auto& whole = of(ColumnKind::kFullName);
    if (whole_name_apart() != nullptr) return;
    const auto& given = of(ColumnKind::kGivenName);
    const auto& surname = of(ColumnKind::kSurname);
    std::vector<std::string> sources;
    if (!surname.empty()) sources.push_back(surname[0]->header);
    if (!whole.empty() && given.empty()) add("given_name", {whole[0]->header}, "first_of_name");
    if (!whole.empty() && surname.empty()) add("surname", {whole[0]->header}, "last_of_name");
    if (surname.empty()) {
      if (!whole.empty()) add("forenames", {whole[0]->header}, "words_but_last");
      return;
    }
    // Words of a whole name that are not the family name: further given names and nicknames. Columns that are compared
    // by themselves stay out of it, or one agreement would count twice.
    if (whole.empty()) return;
    for (const auto kind : {ColumnKind::kGivenName, ColumnKind::kFullName})
      for (const auto* profile : of(kind)) sources.push_back(profile->header);
    add("forenames", std::move(sources), "other_words");
  }

  /// Previous names and aliases with the family name in one list, so that any of them may be the one that agrees.
  void other_names() {
    if (!options_.other_names || of(ColumnKind::kPreviousName).empty()) return;
    std::vector<std::string> from;
    for (const auto kind : {ColumnKind::kSurname, ColumnKind::kFullName})
      if (from.empty() && !of(kind).empty()) from.push_back(of(kind)[0]->header);
    if (from.empty()) return;
    for (const auto* profile : of(ColumnKind::kPreviousName)) from.push_back(profile->header);
    add("family_names", std::move(from), "family_names");
  }

  /// Columns that are read together with others and not by themselves.
  bool is_part_of_another(ColumnKind kind) {
    if (kind == ColumnKind::kPreviousName)
      return options_.other_names && !(of(ColumnKind::kSurname).empty() && of(ColumnKind::kFullName).empty());
    return kind == ColumnKind::kHouseNumber && options_.whole_address && !of(ColumnKind::kStreet).empty();
  }

  void date_parts() {
    if (of(ColumnKind::kYear).empty() || of(ColumnKind::kMonth).empty() || of(ColumnKind::kDay).empty()) return;
    if (!of(ColumnKind::kDate).empty()) return;
    add("date", {of(ColumnKind::kYear)[0]->header, of(ColumnKind::kMonth)[0]->header, of(ColumnKind::kDay)[0]->header}, "date_parts");
  }

  void streets() {
    std::vector<std::string> from;
    if (options_.whole_address && !of(ColumnKind::kStreet).empty())
      for (const auto* profile : of(ColumnKind::kHouseNumber)) from.push_back(profile->header);
    for (const auto* profile : of(ColumnKind::kStreet)) from.push_back(profile->header);
    if (!from.empty()) add("street", std::move(from), "street");
  }

  void phones() {
    std::vector<std::string> from;
    for (const auto* profile : of(ColumnKind::kPhone)) from.push_back(profile->header);
    if (from.size() == 1) add("phone", std::move(from), "phone");
    else if (from.size() > 1) add("phone", std::move(from), "phones");
  }

  void note_unused() {
    for (const auto kind : {ColumnKind::kEmpty, ColumnKind::kConstant, ColumnKind::kIgnored})
      for (const auto* profile : of(kind)) out_.notes.push_back("column '" + profile->header + "' is not used: " + profile->why);
  }

  const SuggestOptions& options_;
  std::map<ColumnKind, std::vector<const ColumnProfile*>> by_kind_;
  SuggestedColumns out_;
};

/// A level as SQL with "{}" for the column.
struct LevelText {
  std::string sql, label;
  bool frequency = false;
};

ComparisonLevel make_level(const LevelText& text, const std::string& column, const SuggestOptions& options, double floor) {
  ComparisonLevel level;
  level.sql_condition = text.sql;
  level.label = text.label;
  if (text.sql == "ELSE") {
    level.is_else = true;
  } else {
    auto condition = parse_condition(text.sql);
    assert(condition);
    if (condition) level.condition = std::move(*condition);
  }
  if (text.frequency && options.term_frequencies) {
    level.tf_column = column;
    level.tf_minimum_u = floor;
  }
  return level;
}

/// A start that EM can leave: m falls and u rises down the ladder.
void set_start_parameters(Comparison& comparison) {
  std::size_t levels = 0, at = 0;
  for (const auto& level : comparison.levels) levels += level.is_null_level ? 0 : 1;
  double m_all = 0, u_all = 0;
  for (auto& level : comparison.levels) {
    if (level.is_null_level) continue;
    level.m = std::exp2(-1.5 * static_cast<double>(at));
    level.u = std::exp2(1.5 * static_cast<double>(at) - 1.5 * static_cast<double>(levels));
    m_all += *level.m, u_all += *level.u;
    ++at;
  }
  for (auto& level : comparison.levels) {
    if (level.is_null_level) continue;
    *level.m /= m_all;
    *level.u /= u_all;
  }
}

std::string in(std::string_view pattern, std::string_view column) {
  std::string sql(pattern);
  for (auto at = sql.find("{}"); at != std::string::npos; at = sql.find("{}", at + column.size())) sql.replace(at, 2, column);
  return sql;
}

constexpr std::string_view kNull = R"("{}_l" IS NULL OR "{}_r" IS NULL)";
constexpr std::string_view kEqual = R"("{}_l" = "{}_r")";

class Ladders {
 public:
  Ladders(std::span<const Derivation> derivations, const PackedRecords& records, const SuggestOptions& options)
      : records_(records), options_(options),
        floor_(options.frequency_floor_records / static_cast<double>(std::max<std::size_t>(records.rows(), 10))) {
    for (const auto& derivation : derivations) columns_.push_back(&derivation);
  }

  LinkageModel model() {
    for (const auto* derivation : columns_) {
      const std::string& as = derivation->as;
      const std::string& column = derivation->column;
      if (!records_.find_column(column) || absorbed(column)) continue;
      if (is_given_name(as)) name(column, "surname");
      else if (is_surname(as)) name(column, "given_name");
      else if (as == "middle_name" || as == "previous_name") name(column, "");
      else if (as == "date" || as == "date_parts") date(column);
      else if (as == "postcode") postcode(column);
      else if (as == "place") place(column);
      else if (as == "street") street(column);
      else if (as == "phones") list(column);
      else if (as == "phone" || as == "identifier") number(column);
      else if (as == "email") email(column);
      else if (as == "code" || as == "house_number") code(column);
      else if (as == "text") place(column);
    }
    return std::move(model_);
  }

 private:
  static bool is_given_name(std::string_view as) {
    return as == "given_name" || as == "first_of_name" || as == "given_name_or_whole_name";
  }
  static bool is_surname(std::string_view as) {
    return as == "surname" || as == "last_of_name" || as == "surname_or_whole_name";
  }
  bool has(std::string_view column) const { return records_.find_column(column).has_value(); }
  /// Read by the ladders of given and family name.
  static bool absorbed(std::string_view column) { return column == "forenames" || column == "family_names"; }

  void add(const std::string& column, std::vector<LevelText> levels) {
    Comparison comparison;
    comparison.output_column_name = column;
    comparison.levels.push_back(make_level({in(kNull, column), "missing"}, column, options_, floor_));
    comparison.levels.back().is_null_level = true;
    levels.push_back({"ELSE", "different"});
    for (const auto& text : levels) comparison.levels.push_back(make_level(text, column, options_, floor_));
    set_start_parameters(comparison);
    model_.comparisons.push_back(std::move(comparison));
  }

  void name(const std::string& c, const std::string& other) {
    std::vector<LevelText> levels = {{in(kEqual, c), "equal", true},
                                     {in(R"(damerau_levenshtein("{}_l", "{}_r") <= 1 OR jaro_winkler_similarity("{}_l", "{}_r") >= 0.92)", c),
                                      "one slip, or nearly equal"}};
    // One direction in each of the two ladders: names in exchange are then two agreements, a chance one is one.
    if (options_.cross_names && !other.empty() && has(other))
      levels.push_back({fmt::format(R"("{0}_l" = "{1}_r")", c, other), "in the other name's place"});
    if (c == "given_name" && has("forenames"))
      levels.push_back({R"(array_length(list_intersect("forenames_l", "forenames_r")) >= 1)", "share a given name"});
    if (options_.nicknames && has(c + "_roots"))
      levels.push_back({in(R"(array_length(list_intersect("{}_roots_l", "{}_roots_r")) >= 1)", c), "forms of one name"});
    if (c == "surname" && has("family_names"))
      levels.push_back({R"(array_length(list_intersect("family_names_l", "family_names_r")) >= 1)", "share another name"});
    levels.push_back({in(R"(jaro_winkler_similarity("{}_l", "{}_r") >= 0.82)", c), "alike"});
    if (options_.sounds)
      levels.push_back({in(R"(array_length(list_intersect("{}_sounds_l", "{}_sounds_r")) >= 1)", c), "sound alike"});
    levels.push_back({in(R"(left("{}_l", 1) = left("{}_r", 1) AND (length("{}_l") = 1 OR length("{}_r") = 1))", c), "initial"});
    levels.push_back({in(R"(jaro_winkler_similarity("{}_l", "{}_r") >= 0.7)", c), "somewhat alike"});
    add(c, std::move(levels));
  }

  void date(const std::string& c) {
    const std::string y = R"(substring("{}_l", 1, 4) = substring("{}_r", 1, 4))";
    const std::string m = R"(substring("{}_l", 6, 2) = substring("{}_r", 6, 2))";
    const std::string d = R"(substring("{}_l", 9, 2) = substring("{}_r", 9, 2))";
    const std::string swapped =
        R"(substring("{}_l", 6, 2) = substring("{}_r", 9, 2) AND substring("{}_l", 9, 2) = substring("{}_r", 6, 2))";
    const auto both = [](const std::string& a, const std::string& b) { return "(" + a + " AND " + b + ")"; };
    add(c, {{in(kEqual, c), "equal", true},
            {in(R"(damerau_levenshtein("{}_l", "{}_r") <= 1 OR )" + both(y, swapped), c), "one slip, or day and month swapped"},
            {in(both(y, m) + " OR " + both(y, d) + " OR " + both(m, d), c), "two of year, month and day equal"},
            {in(R"(damerau_levenshtein("{}_l", "{}_r") <= 2)", c), "two slips"},
            {in(y, c), "same year"}});
  }

  /// A place that the postcode all but determines is further down the postcode's ladder.
  void postcode(const std::string& c) {
    std::vector<LevelText> levels = {{in(kEqual, c), "equal", true},
                                     {in(R"(damerau_levenshtein("{}_l", "{}_r") <= 1)", c), "one slip"}};
    for (const auto& place : determined_by(c))
      levels.push_back({in(kEqual, place), place + " equal"});
    levels.push_back({in(R"(left("{}_l", 3) = left("{}_r", 3))", c), "same beginning"});
    add(c, std::move(levels));
  }

  std::vector<std::string> determined_by(const std::string& postcode) {
    std::vector<std::string> determined;
    if (!options_.joint_places) return determined;
    for (const auto* derivation : columns_) {
      if (derivation->as != "place" && derivation->as != "code") continue;
      const auto place = records_.find_column(derivation->column);
      if (!place || entropy_left(records_, *records_.find_column(postcode), *place) > kDetermined) continue;
      determined.push_back(derivation->column);
      joined_.push_back(derivation->column);
    }
    return determined;
  }

  bool is_joined(const std::string& c) const { return std::find(joined_.begin(), joined_.end(), c) != joined_.end(); }

  void place(const std::string& c) {
    if (is_joined(c)) return;
    add(c, {{in(kEqual, c), "equal", true},
            {in(R"(damerau_levenshtein("{}_l", "{}_r") <= 1 OR jaro_winkler_similarity("{}_l", "{}_r") >= 0.92)", c), "nearly equal"},
            {in(R"(jaro_winkler_similarity("{}_l", "{}_r") >= 0.82)", c), "alike"}});
  }

  void street(const std::string& c) {
    const std::string share = R"(array_length(list_intersect("{}_words_l", "{}_words_r")) >= )";
    add(c, {{in(kEqual, c), "equal", true},
            {in(R"(damerau_levenshtein("{}_l", "{}_r") <= 2 OR jaro_winkler_similarity("{}_l", "{}_r") >= 0.94)", c), "nearly equal"},
            {in(share + "3", c), "three words in common"},
            {in(share + "2", c), "two words in common"},
            {in(share + "1", c), "a word in common"}});
  }

  void list(const std::string& c) { add(c, {{in(R"(array_length(list_intersect("{}_l", "{}_r")) >= 1)", c), "one in common"}}); }

  void number(const std::string& c) {
    add(c, {{in(kEqual, c), "equal", true},
            {in(R"(damerau_levenshtein("{}_l", "{}_r") <= 1)", c), "one slip"},
            {in(R"(damerau_levenshtein("{}_l", "{}_r") <= 2)", c), "two slips"}});
  }

  void email(const std::string& c) {
    add(c, {{in(kEqual, c), "equal", true},
            {in(R"("{}_local_l" = "{}_local_r")", c), "same before the @"},
            {in(R"(damerau_levenshtein("{}_local_l", "{}_local_r") <= 1 OR jaro_winkler_similarity("{}_l", "{}_r") >= 0.92)", c), "nearly equal"},
            {in(R"(jaro_winkler_similarity("{}_local_l", "{}_local_r") >= 0.85)", c), "alike"}});
  }

  /// A code that follows from the given name (sex) says nothing where the given names agree and it does too.
  void code(const std::string& c) {
    if (is_joined(c)) return;
    add(c, {{in(kEqual, c), "equal", true}});
    const auto given = records_.find_column("given_name");
    if (!options_.code_of_name || !given || entropy_left(records_, *given, *records_.find_column(c)) > kDetermined) return;
    auto& missing = model_.comparisons.back().levels.front();
    missing = make_level({in(kNull, c) + R"( OR ("given_name_l" = "given_name_r" AND )" + in(kEqual, c) + ")", "missing, or known from the name"},
                         c, options_, floor_);
    missing.is_null_level = true;
  }

  const PackedRecords& records_;
  const SuggestOptions& options_;
  double floor_;
  std::vector<const Derivation*> columns_;
  std::vector<std::string> joined_;
  LinkageModel model_;
};

double entropy_of(const std::unordered_map<std::uint64_t, std::size_t>& counts, double n) {
  double bits = 0;
  for (const auto& [value, count] : counts) {
    const double share = static_cast<double>(count) / n;
    bits -= share * std::log2(share);
  }
  return bits;
}

}  // namespace

double entropy_left(const PackedRecords& records, ColumnId a, ColumnId b) {
  std::unordered_map<ValueId, std::size_t> times;
  for (RowId row = 0; row < records.rows(); ++row) ++times[records.view(row).line[a]];
  std::unordered_map<std::uint64_t, std::size_t> of_a, of_b, of_both;
  double n = 0;
  for (RowId row = 0; row < records.rows(); ++row) {
    const auto* line = records.view(row).line;
    if (line[a] == kMissing || line[b] == kMissing || times[line[a]] < kRowsOfValue) continue;
    ++of_a[line[a]], ++of_b[line[b]], ++of_both[(std::uint64_t{line[a]} << 32) | line[b]];
    n += 1;
  }
  if (n < kRowsToDetermine) return 1;
  const double alone = entropy_of(of_b, n);
  if (alone <= 0) return 0;
  return std::clamp((entropy_of(of_both, n) - entropy_of(of_a, n)) / alone, 0.0, 1.0);
}

Result<SuggestedColumns> suggest_columns(std::span<const ColumnProfile> profiles, const SuggestOptions& options) {
  return Suggester(profiles, options).suggest();
}

LinkageModel suggest_comparisons(std::span<const Derivation> derivations, const PackedRecords& records,
                                 const SuggestOptions& options) {
  return Ladders(derivations, records, options).model();
}

}  // namespace gmpi
