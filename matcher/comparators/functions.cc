#include "matcher/comparators/functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "matcher/comparators/cosine.h"
#include "matcher/comparators/damerau_levenshtein.h"
#include "matcher/comparators/jaccard.h"
#include "matcher/comparators/jaro.h"
#include "matcher/comparators/jaro_winkler.h"
#include "matcher/comparators/levenshtein.h"
#include "models/sql_cast.h"

namespace gmpi {
namespace {

using Values = std::span<const SqlValue>;
using Outcome = Result<SqlValue>;
using Texts = std::pair<std::string_view, std::string_view>;

Result<Texts> texts(Values a) {
  for (const auto& value : a.first(2))
    if (!std::holds_alternative<std::string>(value.value))
      return make_error(ErrorCode::kInvalidInput, fmt::format("text expected, not {}", type_name(value)));
  return Texts{std::get<std::string>(a[0].value), std::get<std::string>(a[1].value)};
}

/// A similarity of two texts; below the third argument, when there is one, it counts as 0.
template <double (*Similarity)(std::string_view, std::string_view)>
Outcome similarity(Values a) {
  const auto pair = texts(a);
  if (!pair) return pair.error();
  const double value = Similarity(pair->first, pair->second);
  if (a.size() == 2) return SqlValue{value};
  const auto least = as_double(a[2]);
  if (!least) return make_error(ErrorCode::kInvalidInput, "the least similarity must be a number");
  return SqlValue{value >= *least ? value : 0.0};
}

template <std::int64_t (*Distance)(std::string_view, std::string_view)>
Outcome distance(Values a) {
  const auto pair = texts(a);
  if (!pair) return pair.error();
  return SqlValue{Distance(pair->first, pair->second)};
}

Outcome hamming_distance(Values a) {
  const auto pair = texts(a);
  if (!pair) return pair.error();
  const auto [x, y] = *pair;
  if (x.size() != y.size() || x.empty())
    return make_error(ErrorCode::kInvalidInput, "hamming: the texts must have one length above 0");
  std::int64_t differing = 0;
  for (std::size_t i = 0; i < x.size(); ++i) differing += x[i] != y[i];
  return SqlValue{differing};
}

Outcome jaccard_index(Values a) {
  const auto pair = texts(a);
  if (!pair) return pair.error();
  const auto value = jaccard(pair->first, pair->second);
  if (!value) return make_error(ErrorCode::kInvalidInput, "jaccard: a text is empty");
  return SqlValue{*value};
}

bool all_float(const SqlList& list) {
  return std::all_of(list.begin(), list.end(),
                     [](const SqlValue& v) { return std::holds_alternative<float>(v.value); });
}

/// The numbers of a list. Texts, which is what the cell of a CSV gives ("0.25|1|-3"), become numbers of `text_type`.
Result<SqlList> numbers(const SqlValue& value, std::string_view text_type) {
  const auto* list = std::get_if<SqlList>(&value.value);
  if (list == nullptr)
    return make_error(ErrorCode::kInvalidInput, fmt::format("list expected, not {}", type_name(value)));
  SqlList out = *list;
  for (auto& element : out) {
    if (std::holds_alternative<std::string>(element.value))
      if (auto cast = cast_value(element, text_type)) element = std::move(*cast);
    if (!as_double(element))
      return make_error(ErrorCode::kInvalidInput, "cosine similarity: an element is no number");
  }
  return out;
}

template <class Number>
std::vector<Number> plain(const SqlList& list) {
  std::vector<Number> out;
  for (const auto& element : list) out.push_back(static_cast<Number>(*as_double(element)));
  return out;
}

Outcome cosine(Values a, std::string_view text_type) {
  const auto x = numbers(a[0], text_type);
  if (!x) return x.error();
  const auto y = numbers(a[1], text_type);
  if (!y) return y.error();
  if (x->size() != y->size())
    return make_error(ErrorCode::kInvalidInput, "cosine similarity: the lists differ in length");
  if (x->empty()) return SqlValue{};
  if (!all_float(*x) || !all_float(*y)) return SqlValue{cosine_similarity(plain<double>(*x), plain<double>(*y))};
  return SqlValue{cosine_similarity(plain<float>(*x), plain<float>(*y))};
}

/// DuckDB's ARRAY is FLOAT[n] where Splink's comparison by it is documented, its LIST most often DOUBLE[].
Outcome array_cosine(Values a) {
  return cosine(a, "float");
}
Outcome list_cosine(Values a) {
  return cosine(a, "double");
}

struct Comparator {
  std::string_view name;
  Arity arity;
  Outcome (*apply)(Values);
};

constexpr Comparator kComparators[] = {
    {"jaro_winkler_similarity", {2, 3}, similarity<jaro_winkler_similarity>},
    {"jaro_similarity", {2, 3}, similarity<jaro_similarity>},
    {"levenshtein", {2, 2}, distance<levenshtein>},
    {"damerau_levenshtein", {2, 2}, distance<damerau_levenshtein>},
    {"hamming", {2, 2}, hamming_distance},
    {"jaccard", {2, 2}, jaccard_index},
    {"array_cosine_similarity", {2, 2}, array_cosine},
    {"list_cosine_similarity", {2, 2}, list_cosine},
};

const Comparator* find(std::string_view name) {
  const auto* found = std::find_if(std::begin(kComparators), std::end(kComparators),
                                   [name](const Comparator& c) { return c.name == name; });
  return found == std::end(kComparators) ? nullptr : found;
}

Outcome apply(std::string_view name, Values arguments) {
  const auto* comparator = find(name);
  if (comparator == nullptr)
    return make_error(ErrorCode::kUnsupported, fmt::format("function '{}' is not known", name));
  if (arguments.size() < comparator->arity.least || arguments.size() > comparator->arity.most)
    return make_error(ErrorCode::kInvalidInput,
                      fmt::format("'{}' does not take {} arguments", name, arguments.size()));
  return comparator->apply(arguments);
}

}  // namespace

const PairFunction& pair_functions() {
  static const PairFunction function = apply;
  return function;
}

std::optional<Arity> pair_function_arity(std::string_view name) {
  const auto* comparator = find(name);
  return comparator == nullptr ? std::nullopt : std::optional(comparator->arity);
}

}  // namespace gmpi
