#include "matcher/sql_names.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace gmpi {
namespace {

using Alias = std::pair<std::string_view, std::string_view>;

constexpr Alias kFunctions[] = {
    {"apply", "list_transform"},
    {"array_apply", "list_transform"},
    {"array_cat", "list_concat"},
    {"array_concat", "list_concat"},
    {"array_contains", "list_contains"},
    {"array_distinct", "list_distinct"},
    {"array_extract", "index"},
    {"array_filter", "list_filter"},
    {"array_has", "list_contains"},
    {"array_has_any", "list_has_any"},
    {"array_intersect", "list_intersect"},
    {"array_max", "list_max"},
    {"array_min", "list_min"},
    {"array_transform", "list_transform"},
    {"array_unique", "list_unique"},
    {"ceiling", "ceil"},
    {"char_length", "length"},
    {"character_length", "length"},
    {"datediff", "date_diff"},
    {"datepart", "date_part"},
    {"editdist3", "levenshtein"},
    {"filter", "list_filter"},
    {"iif", "if"},
    {"lcase", "lower"},
    {"len", "length"},
    {"list_apply", "list_transform"},
    {"list_cat", "list_concat"},
    {"list_element", "index"},
    {"list_extract", "index"},
    {"list_has", "list_contains"},
    {"list_value", "list"},
    {"log", "log10"},
    {"mismatches", "hamming"},
    {"mod", "%"},
    {"pow", "power"},
    {"prefix", "starts_with"},
    {"str_split", "split"},
    {"string_split", "split"},
    {"string_to_array", "split"},
    {"substr", "substring"},
    {"suffix", "ends_with"},
    {"ucase", "upper"},
};

constexpr Alias kTypes[] = {
    {"bigint", "bigint"},   {"bool", "boolean"},        {"boolean", "boolean"},    {"bpchar", "varchar"},
    {"char", "varchar"},    {"date", "date"},           {"datetime", "timestamp"}, {"double", "double"},
    {"float", "float"},     {"float4", "float"},        {"float8", "double"},      {"int", "integer"},
    {"int1", "tinyint"},    {"int2", "smallint"},       {"int4", "integer"},       {"int8", "bigint"},
    {"integer", "integer"}, {"logical", "boolean"},     {"long", "bigint"},        {"real", "float"},
    {"short", "smallint"},  {"signed", "integer"},      {"smallint", "smallint"},  {"string", "varchar"},
    {"text", "varchar"},    {"timestamp", "timestamp"}, {"tinyint", "tinyint"},    {"varchar", "varchar"},
};

constexpr std::string_view kReserved[] = {
    "all",      "and",      "any",       "array",    "as",     "between", "by",     "case",    "cast",
    "distinct", "else",     "end",       "escape",   "except", "exists",  "from",   "group",   "having",
    "ilike",    "in",       "intersect", "interval", "is",     "join",    "lambda", "like",    "limit",
    "not",      "null",     "on",        "or",       "order",  "over",    "select", "similar", "some",
    "then",     "try_cast", "union",     "using",    "when",   "where",   "with",
};

template <std::size_t N>
const Alias* find(const Alias (&table)[N], std::string_view name) {
  const auto* found =
      std::lower_bound(std::begin(table), std::end(table), name,
                       [](const Alias& alias, std::string_view n) { return alias.first < n; });
  return found != std::end(table) && found->first == name ? found : nullptr;
}

static_assert(std::is_sorted(std::begin(kFunctions), std::end(kFunctions)));
static_assert(std::is_sorted(std::begin(kTypes), std::end(kTypes)));

}  // namespace

std::string ascii_lower(std::string_view name) {
  std::string out(name);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view canonical_function(std::string_view lower) {
  const auto* alias = find(kFunctions, lower);
  return alias != nullptr ? alias->second : lower;
}

std::string_view canonical_type(std::string_view lower) {
  const auto* alias = find(kTypes, lower);
  return alias != nullptr ? alias->second : std::string_view();
}

bool is_reserved_word(std::string_view lower) {
  return std::find(std::begin(kReserved), std::end(kReserved), lower) != std::end(kReserved);
}

}  // namespace gmpi
