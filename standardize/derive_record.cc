#include "standardize/derive_record.h"

#include <algorithm>
#include <array>
#include <set>

#include "standardize/address.h"
#include "standardize/dates.h"
#include "standardize/emails.h"
#include "standardize/fold.h"
#include "standardize/limits.h"
#include "standardize/name_words.h"
#include "standardize/names.h"
#include "standardize/nicknames.h"
#include "standardize/phones.h"
#include "standardize/phonetics.h"
#include "standardize/postcode.h"
#include "standardize/word_set.h"

namespace gmpi {
namespace {

constexpr std::size_t kNeighbourhoodBytes = 12;  // of a value; what follows is not looked at
constexpr std::string_view kWordBreaks = " -.,'/;:()\"&";

using Cells = std::span<const std::string_view>;

/// Collects the columns of one record.
class Columns {
 public:
  explicit Columns(StandardRecord& record) : record_(record) {}

  void text(std::string name, std::string value) {
    if (!value.empty() && value.size() <= kValueBytesMax) record_.columns.push_back({std::move(name), false, {std::move(value)}});
  }
  void list(std::string name, std::vector<std::string> values) {
    std::erase_if(values, [](const auto& v) { return v.empty(); });
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    if (values.size() > kValuesPerColumnMax) values.resize(kValuesPerColumnMax);
    if (!values.empty()) record_.columns.push_back({std::move(name), true, std::move(values)});
  }
  void near(const std::string& name, std::string_view value) {
    if (value.size() > 2) list(name + "_near", deletion_neighbourhood(value));
  }

 private:
  StandardRecord& record_;
};

constexpr std::array<std::string_view, 14> kNothing = {"unknown", "unk",  "not known", "none", "null", "na", "n/a",
                                                       "nan",     "nil",  "-",         ".",    "?",    "xxx", "missing"};

std::string folded(std::string_view cell) {
  if (!text_fault(cell).empty()) return {};
  std::string text = fold(cell);
  return among(text, kNothing) ? std::string() : text;
}

std::string joined(const Words& words, std::string_view glue) {
  std::string text;
  for (const auto word : words) {
    if (!text.empty()) text += glue;
    text += word;
  }
  return text;
}

/// Words of a name without titles, honours and suffixes, which come and go.
Words name_words(const std::string& text) {
  Words words = split_words(text, kWordBreaks), kept;
  for (const auto word : words)
    if (words.size() == 1 || (title_of(word).empty() && suffix_of(word).empty() && !is_honour(word))) kept.push_back(word);
  return kept;
}

void put_name(Columns& out, const std::string& column, const std::string& name, const Words& words) {
  std::vector<std::string> sounds;
  for (const auto word : words) {
    const auto codes = double_metaphone(word);
    sounds.push_back(codes.primary);
    sounds.push_back(codes.alternate);
  }
  out.text(column, name);
  out.near(column, name);
  out.list(column + "_sounds", std::move(sounds));
}

/// The names that the first word is a form of: "liz" and "elizabeth" share one.
void put_given_name(Columns& out, const std::string& column, const std::string& name, const Words& words) {
  put_name(out, column, name, words);
  const auto roots = nickname_roots(words[0]);
  out.list(column + "_roots", {roots.begin(), roots.end()});
}

/// The first cell that says something: columns of several files that stand for one.
std::string_view first_of(Cells cells) {
  for (const auto cell : cells)
    if (!cell.empty()) return cell;
  return {};
}

void given_name(Columns& out, const std::string& column, Cells cells) {
  const std::string text = folded(first_of(cells));
  const Words words = name_words(text);
  if (words.empty() || placeholder_given_name(text, words).found) return;
  put_given_name(out, column, joined(words, " "), words);
}

void surname(Columns& out, const std::string& column, Cells cells) {
  const std::string text = folded(first_of(cells));
  const Words words = name_words(text);
  if (words.empty() || is_placeholder_surname(text, words)) return;
  put_name(out, column, joined(words, ""), words);
}

/// Given and family name of a whole name: "LEE, Ann" and "Ann Lee".
void first_of_name(Columns& out, const std::string& column, Cells cells) {
  const std::string text = folded(first_of(cells));
  const WholeName whole = split_whole_name(text);
  const Words words = name_words(whole.given);
  if (!words.empty() && !placeholder_given_name(text, words).found)
    put_given_name(out, column, std::string(words[0]), Words{words[0]});
}

void last_of_name(Columns& out, const std::string& column, Cells cells) {
  const WholeName whole = split_whole_name(folded(first_of(cells)));
  const Words words = name_words(whole.surname);
  if (!words.empty()) put_name(out, column, joined(words, ""), words);
}

/// From the last cell, a whole name, where the others are empty.
void given_or_whole(Columns& out, const std::string& column, Cells cells) {
  const Cells own = cells.first(cells.size() - 1);
  first_of(own).empty() ? first_of_name(out, column, cells.last(1)) : given_name(out, column, own);
}

void surname_or_whole(Columns& out, const std::string& column, Cells cells) {
  const Cells own = cells.first(cells.size() - 1);
  first_of(own).empty() ? last_of_name(out, column, cells.last(1)) : surname(out, column, own);
}

std::vector<std::string> words_of(Cells cells) {
  std::vector<std::string> all;
  for (const auto cell : cells) {
    const std::string text = folded(cell);
    for (const auto word : name_words(text))
      if (word.size() > 1) all.emplace_back(word);
  }
  return all;
}

void words(Columns& out, const std::string& column, Cells cells) { out.list(column, words_of(cells)); }

/// Words of the other cells that the first does not hold.
void other_words(Columns& out, const std::string& column, Cells cells) {
  const auto without = words_of(cells.first(1));
  auto all = words_of(cells.subspan(1));
  std::erase_if(all, [&](const auto& word) { return std::ranges::find(without, word) != without.end(); });
  out.list(column, std::move(all));
}

/// The family names of all cells; one cell may hold several whole names between bars or semicolons.
void family_names(Columns& out, const std::string& column, Cells cells) {
  std::vector<std::string> all;
  for (const auto cell : cells) {
    const std::string text = folded(cell);
    for (const auto piece : split_words(text, "|;")) {
      const WholeName whole = split_whole_name(piece);
      all.push_back(joined(name_words(whole.surname), ""));
    }
  }
  out.list(column, std::move(all));
}

void words_but_last(Columns& out, const std::string& column, Cells cells) {
  const WholeName whole = split_whole_name(folded(cells[0]));
  const std::array<std::string_view, 1> given = {whole.given};
  out.list(column, words_of(given));
}

std::string digits_and_letters(std::string_view cell) {
  std::string text;
  for (const char c : folded(cell))
    if (is_letter(c) || is_digit(c)) text.push_back(c);
  return text.size() >= 4 && all_same(text) ? std::string() : text;
}

void put_date(Columns& out, const std::string& column, const std::string& date) {
  out.text(column, date);
  std::string digits;
  for (const char c : date)
    if (is_digit(c)) digits.push_back(c);
  if (digits.size() >= 6) out.near(column, digits);
}

/// ISO form where it can be read; else the text, in which parts may still agree.
void date(Columns& out, const std::string& column, Cells cells) {
  const std::string text = folded(first_of(cells));
  if (text.empty()) return;
  const DateReading reading = read_date(text);
  put_date(out, column, reading.date ? format_date(*reading.date) : text);
}

void date_parts(Columns& out, const std::string& column, Cells cells) {
  std::string text;
  for (std::size_t i = 0; i < 3; ++i) {
    std::string part = digits_and_letters(cells[i]);
    part.insert(0, i == 0 ? (part.size() < 4 ? 4 - part.size() : 0) : (part.size() < 2 ? 2 - part.size() : 0), '0');
    text += (i == 0 ? "" : "-") + part;
  }
  if (text != "0000-00-00") put_date(out, column, text);
}

void postcode(Columns& out, const std::string& column, Cells cells) {
  const std::string_view cell = first_of(cells);
  const PostcodeReading reading = read_postcode(cell);
  if (reading.kind == PostcodeKind::kPseudo) return;
  const std::string text = digits_and_letters(reading.postcode.empty() ? cell : std::string_view(reading.postcode));
  out.text(column, text);
  out.near(column, text);
}

void place(Columns& out, const std::string& column, Cells cells) {
  const std::string text = folded(first_of(cells));
  const std::string name = joined(split_words(text, kWordBreaks), " ");
  out.text(column, name);
  out.near(column, name);
}

void street(Columns& out, const std::string& column, Cells cells) {
  std::vector<std::string_view> lines;
  for (const auto cell : cells)
    if (!cell.empty() && text_fault(cell).empty()) lines.push_back(cell);
  const AddressReading reading = read_address(lines);
  if (!reading.reason.empty() || lines.empty()) return;
  std::string whole;
  for (const auto line : lines) whole += (whole.empty() ? "" : " ") + folded(line);
  out.text(column, joined(split_words(whole, kWordBreaks), " "));
  out.text(column + "_number", reading.number);
  out.list(column + "_words", reading.words);
}

std::string phone_of(std::string_view cell) {
  if (cell.empty()) return {};
  const PhoneReading reading = read_phone(cell, "GB");
  std::string digits;
  for (const char c : reading.number)
    if (is_digit(c)) digits.push_back(c);
  // With or without country and trunk code the end is the same.
  constexpr std::size_t kTail = 9;
  return digits.size() > kTail ? digits.substr(digits.size() - kTail) : digits;
}

void email(Columns& out, const std::string& column, Cells cells) {
  const std::string text = folded(first_of(cells));
  if (text.empty() || parse_email(text).reason == "placeholder e-mail address") return;
  const std::string local = text.substr(0, text.find('@'));
  out.text(column, text);
  out.text(column + "_local", local);
  out.near(column, local);
}

void identifier(Columns& out, const std::string& column, Cells cells) {
  const std::string text = digits_and_letters(first_of(cells));
  out.text(column, text);
  out.near(column, text);
}

void phone(Columns& out, const std::string& column, Cells cells) {
  const std::string text = phone_of(cells[0]);
  out.text(column, text);
  out.near(column, text);
}

void phones(Columns& out, const std::string& column, Cells cells) {
  std::vector<std::string> all;
  for (const auto cell : cells) all.push_back(phone_of(cell));
  out.list(column, std::move(all));
}

void code(Columns& out, const std::string& column, Cells cells) { out.text(column, folded(first_of(cells))); }

void house_number(Columns& out, const std::string& column, Cells cells) { out.text(column, digits_and_letters(first_of(cells))); }

struct Recipe {
  std::string_view as;
  void (*make)(Columns&, const std::string&, Cells);
  std::size_t from_least, from_most;
  std::string_view columns;  // suffixes by blanks; "=" is the column itself, a trailing "*" marks a list
};

constexpr std::size_t kMany = 64;
constexpr std::array kRecipes = {
    Recipe{"given_name", given_name, 1, kMany, "= _near* _sounds* _roots*"},
    Recipe{"middle_name", given_name, 1, kMany, "= _near* _sounds* _roots*"},
    Recipe{"surname", surname, 1, kMany, "= _near* _sounds*"},
    Recipe{"previous_name", surname, 1, 1, "= _near* _sounds*"},
    Recipe{"first_of_name", first_of_name, 1, kMany, "= _near* _sounds* _roots*"},
    Recipe{"last_of_name", last_of_name, 1, kMany, "= _near* _sounds*"},
    Recipe{"given_name_or_whole_name", given_or_whole, 2, kMany, "= _near* _sounds* _roots*"},
    Recipe{"surname_or_whole_name", surname_or_whole, 2, kMany, "= _near* _sounds*"},
    Recipe{"family_names", family_names, 1, kMany, "=*"},
    Recipe{"words", words, 1, kMany, "=*"},
    Recipe{"other_words", other_words, 2, kMany, "=*"},
    Recipe{"words_but_last", words_but_last, 1, 1, "=*"},
    Recipe{"date", date, 1, kMany, "= _near*"},
    Recipe{"date_parts", date_parts, 3, 3, "= _near*"},
    Recipe{"postcode", postcode, 1, kMany, "= _near*"},
    Recipe{"place", place, 1, kMany, "= _near*"},
    Recipe{"street", street, 1, kMany, "= _number _words*"},
    Recipe{"house_number", house_number, 1, kMany, "="},
    Recipe{"phone", phone, 1, 1, "= _near*"},
    Recipe{"phones", phones, 2, kMany, "=*"},
    Recipe{"email", email, 1, kMany, "= _local _near*"},
    Recipe{"identifier", identifier, 1, kMany, "= _near*"},
    Recipe{"code", code, 1, kMany, "="},
    Recipe{"text", place, 1, kMany, "= _near*"},
};

Error bad_derivation(const Derivation& derivation, const std::string& reason) {
  return make_error(ErrorCode::kInvalidInput, "derivation of '" + derivation.column + "': " + reason);
}

Result<std::size_t> recipe_of(const Derivation& derivation) {
  for (std::size_t i = 0; i < kRecipes.size(); ++i) {
    if (kRecipes[i].as != derivation.as) continue;
    if (derivation.from.size() < kRecipes[i].from_least || derivation.from.size() > kRecipes[i].from_most)
      return bad_derivation(derivation, "'" + derivation.as + "' is not made from " + std::to_string(derivation.from.size()) + " columns");
    return i;
  }
  return bad_derivation(derivation, "nothing is known to be made as '" + derivation.as + "'");
}

void append_columns(const std::string& column, const Recipe& recipe, std::vector<DerivedColumn>& columns) {
  for (auto suffix : split_words(recipe.columns, " ")) {
    const bool is_list = suffix.ends_with('*');
    if (is_list) suffix.remove_suffix(1);
    columns.push_back({suffix == "=" ? column : column + std::string(suffix), is_list});
  }
}

}  // namespace

std::vector<std::string> deletion_neighbourhood(std::string_view text) {
  text = text.substr(0, kNeighbourhoodBytes);
  std::vector<std::string> all = {std::string(text)};
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string shorter(text);
    shorter.erase(i, 1);
    all.push_back(std::move(shorter));
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

Result<std::vector<DerivedColumn>> RecordDeriver::columns_of(std::span<const Derivation> derivations) {
  std::vector<DerivedColumn> columns;
  std::set<std::string> names;
  for (const auto& derivation : derivations) {
    const auto recipe = recipe_of(derivation);
    if (!recipe) return recipe.error();
    append_columns(derivation.column, kRecipes[*recipe], columns);
    for (auto at = names.size(); at < columns.size(); ++at)
      if (!names.insert(columns[at].name).second)
        return bad_derivation(derivation, "'" + columns[at].name + "' is derived twice");
  }
  return columns;
}

Result<RecordDeriver> RecordDeriver::plan(std::span<const Derivation> derivations, std::span<const std::string> headers) {
  RecordDeriver deriver;
  auto columns = columns_of(derivations);
  if (!columns) return columns.error();
  deriver.columns_ = std::move(*columns);
  for (const auto& derivation : derivations) {
    Step step{derivation.column, *recipe_of(derivation), {}};
    for (const auto& header : derivation.from) {
      const auto found = std::find(headers.begin(), headers.end(), header);
      if (found == headers.end()) return bad_derivation(derivation, "the file has no column '" + header + "'");
      step.from.push_back(static_cast<std::size_t>(found - headers.begin()));
    }
    deriver.steps_.push_back(std::move(step));
  }
  return deriver;
}

StandardRecord RecordDeriver::derive(std::span<const std::string_view> cells) const {
  StandardRecord record;
  Columns out(record);
  std::vector<std::string_view> from;
  for (const auto& step : steps_) {
    from.clear();
    bool any = false;
    for (const auto at : step.from) {
      from.push_back(cells[at]);
      any = any || !cells[at].empty();
    }
    if (any) kRecipes[step.recipe].make(out, step.column, from);
  }
  return record;
}

}  // namespace gmpi
