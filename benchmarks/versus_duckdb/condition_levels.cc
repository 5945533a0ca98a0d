// Which level each pair of records reaches, as gmpi reads the SQL of the levels: the half of `run` that is
// ours.
//
//     condition_levels FORM.json PAIRS.bin LEVELS.bin
//
// FORM.json   {"levels": [SQL, ...], "types": {column: DuckDB type, ...}, "records": [[value, ...], ...],
// "cells": bool} PAIRS.bin   rows of `records`, left and right of each pair, as 32-bit unsigned numbers of
// this machine LEVELS.bin  a letter a pair: 'a' for the first level, 'b' ..., '-' when no level holds, '!'
// where SQL raises. Once by
//             the plain evaluator; with "cells", then also by compiled conditions one pair at a time, by the
//             batch scorer, and by compiled conditions with the left record as a query ('?' where the right
//             is not stored).
//
// With "cells" a record is what a CSV can hold and gmpi stores: empty is NULL, lists hold texts, dates are
// texts. Without, values keep their types. Exit status 1 with the reason when a condition is refused.
#include <rapidjson/document.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "matcher/batch_scorer.h"
#include "matcher/comparators/functions.h"
#include "matcher/compiled_model.h"
#include "matcher/sql_parser.h"
#include "models/sql_cast.h"
#include "models/sql_evaluate.h"

namespace gmpi {
namespace {

using Json = rapidjson::Value;

constexpr std::size_t kFileBytesMax = std::size_t{1} << 32;
constexpr char kNoLevel = '-';
constexpr char kRaised = '!';
constexpr char kPassedOver = '?';

char letter(int level) {
  return level < 0 ? kNoLevel : static_cast<char>('a' + level);
}

struct Form {
  std::vector<Expression> levels;
  std::vector<std::string> columns;
  std::vector<std::string> types;
  bool cells = false;
};

[[noreturn]] void fail(const std::string& why) {
  std::cerr << "condition_levels: " << why << "\n";
  std::exit(1);
}

template <class T>
T value_or_fail(Result<T> result, const std::string& what) {
  if (!result) fail(what + ": " + result.error().message);
  return std::move(*result);
}

std::string text_of(const Json& json) {
  return {json.GetString(), json.GetStringLength()};
}

/// "VARCHAR[]", and "FLOAT[3]" too.
bool is_list(const std::string& type) {
  return type.ends_with("]");
}

/// A JSON value as a value of a DuckDB type.
SqlValue value_of(const Json& json, const std::string& type) {
  if (json.IsNull()) return {};
  if (is_list(type)) {
    SqlList list;
    for (const auto& element : json.GetArray())
      list.push_back(value_of(element, type.substr(0, type.find('['))));
    return {std::move(list)};
  }
  if (type == "BIGINT") return {json.GetInt64()};
  if (type == "DOUBLE") return {json.GetDouble()};
  if (type == "FLOAT") return {static_cast<float>(json.GetDouble())};
  if (type == "DATE") return value_or_fail(cast_value({text_of(json)}, "date"), "a date");
  return {text_of(json)};
}

/// The same as the text of a cell.
std::string cell_of(const Json& json) {
  if (json.IsNull()) return {};
  if (json.IsInt64()) return std::to_string(json.GetInt64());
  if (json.IsDouble()) return canonical_text({json.GetDouble()});
  if (json.IsString()) return text_of(json);
  std::vector<std::string> elements;
  for (const auto& element : json.GetArray()) elements.push_back(cell_of(element));
  return join_list(elements);
}

Form read_form(const Json& json) {
  Form form;
  for (const auto& sql : json["levels"].GetArray())
    form.levels.push_back(value_or_fail(parse_condition(text_of(sql)), text_of(sql)));
  for (const auto& column : json["types"].GetObject()) {
    form.columns.push_back(text_of(column.name));
    form.types.push_back(text_of(column.value));
  }
  form.cells = json["cells"].GetBool();
  return form;
}

std::vector<RowPair> read_pairs(const std::string& path) {
  const std::string bytes = value_or_fail(read_file(path, kFileBytesMax), path);
  std::vector<RowPair> pairs(bytes.size() / sizeof(RowPair));
  std::memcpy(pairs.data(), bytes.data(), pairs.size() * sizeof(RowPair));
  return pairs;
}

/// Values of both records of a pair by name.
template <class ValueOf>
char plain_level(const Form& form, const ValueOf& value, PatternCache& patterns) {
  const auto lookup = [&](std::string_view name, Side side) {
    for (std::size_t i = 0; i < form.columns.size(); ++i)
      if (form.columns[i] == name) return value(i, side);
    fail("a condition reads a column that is not there: " + std::string(name));
  };
  for (std::size_t level = 0; level < form.levels.size(); ++level) {
    const auto outcome = evaluate(form.levels[level], lookup, pair_functions(), &patterns);
    if (!outcome) return kRaised;
    if (outcome->is_null()) continue;
    const auto truth = cast_value(*outcome, "boolean");
    if (truth && truth->is_true()) return letter(static_cast<int>(level));
  }
  return kNoLevel;
}

std::string typed_levels(const Form& form, const Json& records, const std::vector<RowPair>& pairs) {
  std::vector<std::vector<SqlValue>> rows;
  for (const auto& record : records.GetArray()) {
    rows.emplace_back();
    for (rapidjson::SizeType i = 0; i < record.Size(); ++i)
      rows.back().push_back(value_of(record[i], form.types[i]));
  }
  PatternCache patterns;
  std::string letters;
  for (const auto& [left, right] : pairs)
    letters += plain_level(
        form,
        [&](std::size_t column, Side side) { return rows[side == Side::kRight ? right : left][column]; },
        patterns);
  return letters;
}

LinkageModel model_of(const Form& form) {
  LinkageModel model;
  model.comparisons.push_back({.output_column_name = "form", .description = {}, .levels = {}});
  for (const auto& condition : form.levels) {
    ComparisonLevel level;
    level.condition = condition;
    level.m = level.u = 0.5;
    model.comparisons[0].levels.push_back(std::move(level));
  }
  return model;
}

std::string batch_levels(const CompiledModel& model, const PackedRecords& records,
                         const std::vector<RowPair>& pairs) {
  const BatchScorer scorer(model, records);
  auto worker = scorer.worker();
  std::string letters;
  std::vector<std::int16_t> levels(BatchScorer::kPairsMax);
  for (std::size_t begin = 0; begin < pairs.size(); begin += BatchScorer::kPairsMax) {
    const auto some = std::span(pairs).subspan(begin, std::min(BatchScorer::kPairsMax, pairs.size() - begin));
    scorer.levels(some, worker, std::span(levels).first(some.size()));
    for (std::size_t i = 0; i < some.size(); ++i) letters += letter(levels[i]);
  }
  return letters;
}

/// The left record of each pair asked about while only every other record is stored, so that half of the
/// values that are asked for are unknown. A pair whose right record is not stored is passed over.
std::string query_levels(const LinkageModel& source, const std::vector<ColumnSpec>& columns,
                         const std::vector<StandardRecord>& asked, const std::vector<RowPair>& pairs) {
  PackedRecords records(columns);
  const CompiledModel model = value_or_fail(CompiledModel::compile(source, records), "compile");
  for (std::size_t i = 0; i < asked.size(); ++i) records.append(i % 2 == 0 ? asked[i] : StandardRecord{});
  std::vector<PackedQuery> queries;
  for (const auto& record : asked) queries.push_back(records.pack_query(record));
  std::string letters;
  for (const auto& [left, right] : pairs)
    letters +=
        right % 2 == 0 ? letter(model.level_of(0, queries[left].view(), records.view(right))) : kPassedOver;
  return letters;
}

std::string cell_levels(const Form& form, const Json& json, const std::vector<RowPair>& pairs) {
  std::vector<ColumnSpec> columns;
  for (std::size_t i = 0; i < form.columns.size(); ++i)
    columns.push_back({.name = form.columns[i],
                       .is_list = is_list(form.types[i]),
                       .is_number = form.types[i] == "DOUBLE" || form.types[i] == "BIGINT"});
  PackedRecords records(columns);
  const LinkageModel source = model_of(form);
  const CompiledModel model = value_or_fail(CompiledModel::compile(source, records), "compile");
  std::vector<StandardRecord> standard;
  for (const auto& record : json.GetArray()) {
    std::vector<std::string> cells;
    standard.emplace_back();
    for (rapidjson::SizeType i = 0; i < record.Size(); ++i) {
      cells.push_back(cell_of(record[i]));
      StandardColumn column{columns[i].name, columns[i].is_list, {}};
      if (columns[i].is_list) {
        for (const auto element : split_list(cells.back())) column.values.emplace_back(element);
      } else if (!cells.back().empty()) {
        column.values.push_back(cells.back());
      }
      standard.back().columns.push_back(std::move(column));
    }
    const std::vector<std::string_view> views(cells.begin(), cells.end());
    records.append_texts(views);
  }
  PatternCache patterns;
  std::string letters;
  for (const auto& [left, right] : pairs)
    letters += plain_level(
        form,
        [&](std::size_t column, Side side) {
          return records.column_value(static_cast<ColumnId>(column),
                                      records.view(side == Side::kRight ? right : left));
        },
        patterns);
  for (const auto& [left, right] : pairs)
    letters += letter(model.level_of(0, records.view(left), records.view(right)));
  letters += batch_levels(model, records, pairs);
  return letters + query_levels(source, columns, standard, pairs);
}

int run(const std::string& form_path, const std::string& pairs_path, const std::string& levels_path) {
  std::string text = value_or_fail(read_file(form_path, kFileBytesMax), form_path);
  rapidjson::Document json;
  json.ParseInsitu<rapidjson::kParseFullPrecisionFlag>(text.data());
  if (json.HasParseError()) fail(form_path + " is no JSON");
  const Form form = read_form(json);
  const auto pairs = read_pairs(pairs_path);
  const std::string letters =
      form.cells ? cell_levels(form, json["records"], pairs) : typed_levels(form, json["records"], pairs);
  std::ofstream out(levels_path, std::ios::binary);
  out << letters;
  return out.flush() ? 0 : 1;
}

}  // namespace
}  // namespace gmpi

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "condition_levels FORM.json PAIRS.bin LEVELS.bin\n";
    return 2;
  }
  return gmpi::run(argv[1], argv[2], argv[3]);
}
