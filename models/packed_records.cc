#include "models/packed_records.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <limits>

#include "models/sql_cast.h"
#include "models/sql_evaluate.h"

namespace gmpi {

namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kFilledAtOnce = 1024;
constexpr std::size_t kIdsPerCacheLine = 64 / sizeof(ValueId);

/// A line lies within as few cache lines as it can.
std::size_t stride_for(std::size_t columns) {
  std::size_t stride = 4;
  while (stride < columns && stride < kIdsPerCacheLine) stride *= 2;
  return stride < columns ? (columns + kIdsPerCacheLine - 1) / kIdsPerCacheLine * kIdsPerCacheLine : stride;
}

Expression without_sides(Expression expression) {
  expression.side = Side::kNone;
  for (auto& argument : expression.arguments) argument = without_sides(std::move(argument));
  return expression;
}

std::string shortest(double number) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  return {buffer, end};
}

double number_of(const SqlValue& value) {
  if (const auto* b = std::get_if<bool>(&value.value)) return *b ? 1 : 0;
  if (const auto* i = std::get_if<std::int64_t>(&value.value)) return static_cast<double>(*i);
  if (const auto* d = std::get_if<double>(&value.value)) return *d;
  if (const auto* f = std::get_if<float>(&value.value)) return static_cast<double>(*f);
  return kNoNumber;
}

/// An element of a list as it stands in the list's text, where an empty one would vanish: NULL is kNullElement, what is
/// empty or made of kEmptyElement alone has one of those more, what is made of kNullElement alone one of those.
std::string element_text(const SqlValue& element) {
  if (element.is_null()) return std::string(1, kNullElement);
  std::string text = canonical_text(element);
  for (const char mark : {kEmptyElement, kNullElement})
    if (text.find_first_not_of(mark) == text.npos) return text + mark;
  return text;
}

}  // namespace

std::string canonical_text(const SqlValue& value) {
  struct Writer {
    std::string operator()(SqlNull) const { return {}; }
    std::string operator()(bool b) const { return b ? "true" : "false"; }
    std::string operator()(std::int64_t i) const { return std::to_string(i); }
    std::string operator()(double d) const { return shortest(d == 0 ? 0 : d); }  // -0 = 0
    std::string operator()(const std::string& s) const { return s; }
    std::string operator()(SqlTimestamp t) const { return std::to_string(t.micros); }
    std::string operator()(const SqlList& list) const {
      std::string joined;
      for (const auto& element : list) {
        if (!joined.empty()) joined += kListSeparator;
        joined += element_text(element);
      }
      return joined;
    }
  };
  return std::visit(Writer{}, value.value);
}

SqlValue number_from_text(std::string_view text) {
  std::int64_t integer = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
  if (error == std::errc() && end == text.data() + text.size()) return {integer};
  const auto number = cast_value({std::string(text)}, "double");
  if (!number || !std::isfinite(std::get<double>(number->value))) return {};
  constexpr double kExactMost = 9007199254740992;  // 2^53: below it 1e5, 100000.0 and 100000 are one value
  const double value = std::get<double>(number->value);
  if (value == std::trunc(value) && std::abs(value) < kExactMost) return {static_cast<std::int64_t>(value)};
  return *number;
}

PackedRecords::PackedRecords(std::vector<ColumnSpec> columns) : given_columns_(columns.size()) {
  for (auto& spec : columns) {
    Column column;
    column.dictionary = std::make_unique<ValueDictionary>(spec.is_list);
    column.spec = std::move(spec);
    columns_.push_back(std::move(column));
  }
  stride_ = stride_for(columns_.size());
}

std::optional<ColumnId> PackedRecords::find_column(std::string_view name) const {
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (columns_[i].spec.name == name) return static_cast<ColumnId>(i);
  return std::nullopt;
}

Result<TermId> PackedRecords::add_term(const Expression& expression) {
  Expression plain = without_sides(expression);
  const std::string sql = to_sql(plain);
  if (const auto known = terms_by_sql_.find(sql); known != terms_by_sql_.end()) return known->second;

  const auto names = columns_of(plain, Side::kNone);
  if (names.empty()) return make_error(ErrorCode::kInvalidInput, "'" + sql + "' reads no column");
  for (const auto& name : names)
    if (!find_column(name)) return make_error(ErrorCode::kInvalidInput, "unknown column '" + name + "' in " + sql);

  Term term;
  term.expression = plain;
  const auto id = static_cast<TermId>(terms_.size());
  if (names.size() > 1) {
    assert(lines_.empty());
    Column column;
    column.spec = {sql, false};
    column.dictionary = std::make_unique<ValueDictionary>(false);
    column.derivation = plain;
    column.numbers = {kNoNumber};
    term.column = static_cast<ColumnId>(columns_.size());
    term.identity = true;
    columns_.push_back(std::move(column));
    stride_ = stride_for(columns_.size());
  } else {
    term.column = *find_column(names[0]);
    term.identity = plain.kind == ExpressionKind::kColumn;
  }

  Column& base = columns_[term.column];
  if (term.identity) {
    term.values = base.dictionary.get();
  } else {
    // A list is recognised by its first value; functions that yield lists are named in the model's grammar.
    const bool yields_list = base.spec.is_list && plain.kind == ExpressionKind::kCall && plain.text.starts_with("list_");
    term.own_values = std::make_unique<ValueDictionary>(yields_list);
    term.values = term.own_values.get();
    term.numbers = {kNoNumber};
    base.derived_terms.push_back(id);
  }
  terms_.push_back(std::move(term));
  terms_by_sql_.emplace(sql, id);
  // From 0: a term may make something of a missing value (coalesce).
  for (ValueId value = 0; !terms_.back().identity && value < base.dictionary->size(); ++value)
    derive_value(terms_.back(), value);
  return id;
}

SqlValue PackedRecords::column_value(ColumnId column, RecordView record) const {
  const ValueId id = record.line[column];
  if (id == kMissing) return {};
  const bool unknown = (id & kOverlayBit) != 0;
  const std::string_view text =
      unknown ? std::string_view(record.overlay->column_texts[column]) : columns_[column].dictionary->text(id);
  if (columns_[column].spec.is_number) return number_from_text(text);
  if (!columns_[column].spec.is_list) return {std::string(text)};
  SqlList list;
  for (const auto element : split_list(text)) list.push_back({std::string(element)});
  return {std::move(list)};
}

SqlValue PackedRecords::compute(const Expression& expression, const ValueId* line) const {
  auto lookup = [&](std::string_view name, Side) { return column_value(*find_column(name), {line, nullptr}); };
  auto value = evaluate(expression, lookup);
  // What DuckDB raises for one value (a failed cast) is no evidence here: the term is missing for that value.
  return value ? std::move(*value) : SqlValue{};
}

void PackedRecords::derive_value(Term& term, ValueId value) {
  std::vector<ValueId> line(columns_.size(), kMissing);
  line[term.column] = value;
  const SqlValue result = compute(term.expression, line.data());
  if (result.is_null()) {
    term.derived.push_back(kMissing);
    return;
  }
  const ValueId id = term.own_values->intern(canonical_text(result));
  if (id == term.numbers.size()) term.numbers.push_back(number_of(result));
  term.derived.push_back(id);
}

void PackedRecords::extend_terms(ColumnId column) {
  for (const TermId id : columns_[column].derived_terms) {
    Term& term = terms_[id];
    while (term.derived.size() < columns_[column].dictionary->size())
      derive_value(term, static_cast<ValueId>(term.derived.size()));
  }
}

ValueId PackedRecords::intern(ColumnId column, std::string_view value) {
  if (value.empty()) return kMissing;
  if (columns_[column].spec.is_number) {
    const std::string number = canonical_text(number_from_text(value));
    return number.empty() ? kMissing : intern_text(column, number);
  }
  return intern_text(column, value);
}

ValueId PackedRecords::intern_text(ColumnId column, std::string_view value) {
  auto& dictionary = *columns_[column].dictionary;
  const std::size_t before = dictionary.size();
  const ValueId id = dictionary.intern(value);
  if (dictionary.size() != before) extend_terms(column);
  return id;
}

void PackedRecords::fill_derived_columns(ValueId* line) {
  for (std::size_t i = given_columns_; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    const SqlValue value = compute(*column.derivation, line);
    line[i] = value.is_null() ? kMissing : column.dictionary->intern(canonical_text(value));
    if (line[i] == column.numbers.size()) column.numbers.push_back(number_of(value));
  }
}

void PackedRecords::fill_line(ValueId* line, const StandardRecord& record) {
  for (std::size_t i = 0; i < given_columns_; ++i) {
    const auto* column = record.find(columns_[i].spec.name);
    if (column == nullptr || column->missing()) {
      line[i] = kMissing;
    } else if (columns_[i].spec.is_list) {
      line[i] = intern(static_cast<ColumnId>(i), join_list(column->values));
    } else {
      line[i] = intern(static_cast<ColumnId>(i), column->values.front());
    }
  }
  fill_derived_columns(line);
}

RowId PackedRecords::append(const StandardRecord& record) {
  const auto row = static_cast<RowId>(rows());
  lines_.resize(lines_.size() + stride_, kMissing);
  fill_line(lines_.data() + std::size_t{row} * stride_, record);
  return row;
}

RowId PackedRecords::append_texts(std::span<const std::string_view> values) {
  assert(values.size() == given_columns_);
  const auto row = static_cast<RowId>(rows());
  lines_.resize(lines_.size() + stride_, kMissing);
  ValueId* line = lines_.data() + std::size_t{row} * stride_;
  for (std::size_t i = 0; i < given_columns_; ++i) line[i] = intern(static_cast<ColumnId>(i), values[i]);
  fill_derived_columns(line);
  return row;
}

RowId PackedRecords::add_rows(std::size_t count) {
  const auto first = static_cast<RowId>(rows());
  lines_.resize(lines_.size() + count * stride_, kMissing);
  return first;
}

void PackedRecords::fill_column(ColumnId column, RowId first, std::span<const std::string_view> values) {
  assert(column < given_columns_ && first + values.size() <= rows());
  ValueId* line = lines_.data() + std::size_t{first} * stride_ + column;
  std::array<ValueId, kFilledAtOnce> ids;
  for (std::size_t begin = 0; begin < values.size(); begin += kFilledAtOnce) {
    const auto some = values.subspan(begin, std::min(kFilledAtOnce, values.size() - begin));
    if (columns_[column].spec.is_number) {
      for (std::size_t i = 0; i < some.size(); ++i) ids[i] = intern(column, some[i]);
    } else {
      columns_[column].dictionary->intern_all(some, ids.data());
    }
    for (std::size_t i = 0; i < some.size(); ++i, line += stride_) *line = ids[i];
  }
  extend_terms(column);
}

void PackedRecords::reserve(std::size_t rows) { lines_.reserve(rows * stride_); }

void PackedRecords::derive_rows(RowId first, std::size_t count) {
  for (std::size_t row = first; row < first + count; ++row) fill_derived_columns(lines_.data() + row * stride_);
}

void PackedRecords::replace(RowId row, const StandardRecord& record) {
  assert(row < rows());
  fill_line(lines_.data() + std::size_t{row} * stride_, record);
}

void PackedRecords::copy_line(RowId from, RowId to) {
  assert(from < rows() && to < rows());
  const auto line = lines_.begin() + static_cast<std::ptrdiff_t>(std::size_t{from} * stride_);
  std::copy_n(line, stride_, lines_.begin() + static_cast<std::ptrdiff_t>(std::size_t{to} * stride_));
}

PackedQuery PackedRecords::pack_query(const StandardRecord& record) const {
  PackedQuery query;
  query.line_.assign(columns_.size(), kMissing);
  query.overlay_.column_texts.resize(columns_.size());
  query.overlay_.terms.resize(terms_.size());
  const RecordView view = query.view();

  const auto place = [&](std::size_t column, std::string text) {
    if (columns_[column].spec.is_number) text = canonical_text(number_from_text(text));
    if (text.empty() && !columns_[column].derivation) return;
    const ValueId known = columns_[column].dictionary->find(text);
    query.line_[column] = known != kMissing ? known : static_cast<ValueId>(kOverlayBit | column);
    query.overlay_.column_texts[column] = std::move(text);
  };
  const auto lookup = [&](std::string_view name, Side) { return column_value(*find_column(name), view); };
  const auto compute_query = [&](const Expression& expression) {
    auto value = evaluate(expression, lookup);
    return value ? std::move(*value) : SqlValue{};
  };

  for (std::size_t i = 0; i < given_columns_; ++i)
    if (const auto* column = record.find(columns_[i].spec.name); column != nullptr && !column->missing())
      place(i, columns_[i].spec.is_list ? join_list(column->values) : column->values.front());
  for (std::size_t i = given_columns_; i < columns_.size(); ++i) {
    const SqlValue value = compute_query(*columns_[i].derivation);
    if (!value.is_null()) place(i, canonical_text(value));
  }

  for (std::size_t t = 0; t < terms_.size(); ++t) {
    const Term& term = terms_[t];
    if (!(query.line_[term.column] & kOverlayBit)) continue;
    const SqlValue value = compute_query(term.expression);
    if (value.is_null()) continue;
    auto& slot = query.overlay_.terms[t];
    slot.text = canonical_text(value);
    slot.number = number_of(value);
    const ValueId known = term.values->find(slot.text);
    slot.id = known != kMissing ? known : static_cast<ValueId>(kOverlayBit | t);
    if (!term.values->is_list()) continue;
    ValueId unknown = kOverlayBit;
    for (const auto element : split_list(slot.text)) {
      if (is_null_element(element)) continue;
      const ValueId found = term.values->find_element(element);
      slot.elements.push_back(found != kMissing ? found : unknown++);
    }
    std::sort(slot.elements.begin(), slot.elements.end());
    slot.elements.erase(std::unique(slot.elements.begin(), slot.elements.end()), slot.elements.end());
  }
  return query;
}

std::string_view PackedRecords::term_text(TermId term, RecordView record) const {
  const Term& t = terms_[term];
  if (record.line[t.column] & kOverlayBit) return record.overlay->terms[term].text;
  const ValueId id = term_id(term, record);
  return id == kMissing ? std::string_view() : t.values->text(id);
}

double PackedRecords::term_number(TermId term, RecordView record) const {
  const Term& t = terms_[term];
  if (record.line[t.column] & kOverlayBit) return record.overlay->terms[term].number;
  if (!t.identity) return t.numbers[t.derived[record.line[t.column]]];
  const Column& column = columns_[t.column];
  return column.derivation ? column.numbers[record.line[t.column]] : kNoNumber;
}

std::span<const ValueId> PackedRecords::term_elements(TermId term, RecordView record) const {
  const Term& t = terms_[term];
  if (record.line[t.column] & kOverlayBit) return record.overlay->terms[term].elements;
  return t.values->elements(term_id(term, record));
}

std::size_t PackedRecords::memory_bytes() const {
  std::size_t bytes = lines_.capacity() * sizeof(ValueId);
  for (const auto& column : columns_)
    bytes += column.dictionary->memory_bytes() + column.numbers.capacity() * sizeof(double);
  for (const auto& term : terms_) {
    bytes += term.derived.capacity() * sizeof(ValueId) + term.numbers.capacity() * sizeof(double);
    if (term.own_values) bytes += term.own_values->memory_bytes();
  }
  return bytes;
}

}  // namespace gmpi
