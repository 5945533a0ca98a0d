// models/packed_records.h - records as short lines of numbers: what blocking and scoring read in the hot loop.
//
// A line holds one ValueId a column. Conditions of a model do not read columns but *terms*: an expression over one
// record, such as "surname", substring("postcode", 1, 4) or epoch("dob"). A term of one column is computed once per
// distinct value; a term of several columns becomes a column of its own, computed once per record. Both room
// `blocking` and room `matcher` register the terms they need and share them.
//
// A query (a record that is asked about, not stored) has a line too; values the dictionaries do not know get
// overlay ids (kOverlayBit), equal to nothing stored.
//
// Threads: any number of readers while nobody appends, replaces or adds terms.
// Cost: a line is 4 bytes a column, padded to 16, 32 or 64 bytes; figures in docs/performance.md.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/huge_pages.h"
#include "base/result.h"
#include "models/condition.h"
#include "models/sql_value.h"
#include "models/standard_record.h"
#include "models/value_dictionary.h"

namespace gmpi {

using RowId = std::uint32_t;
using ColumnId = std::uint16_t;
using TermId = std::uint16_t;

/// Two rows, in the order in which a condition reads them.
struct RowPair {
  RowId left = 0;
  RowId right = 0;
  bool operator==(const RowPair&) const = default;
};

struct ColumnSpec {
  std::string name;
  bool is_list = false;
  bool is_number = false;  // conditions compute with it; a text that is no number is missing
};

/// What a query's values unknown to the dictionaries are.
struct QueryOverlay {
  struct TermValue {
    ValueId id = kMissing;
    double number = std::numeric_limits<double>::quiet_NaN();
    std::string text;
    std::vector<ValueId> elements;
  };
  std::vector<TermValue> terms;            // one a term; filled where the column's value is unknown
  std::vector<std::string> column_texts;   // one a column; filled likewise
};

/// A stored record or a query, borrowed.
struct RecordView {
  const ValueId* line = nullptr;
  const QueryOverlay* overlay = nullptr;  // null for a stored record
};

class PackedRecords;

/// A query's own line and overlay. Keep it alive while its view is used.
class PackedQuery {
 public:
  RecordView view() const { return {line_.data(), &overlay_}; }

 private:
  friend class PackedRecords;
  std::vector<ValueId> line_;
  QueryOverlay overlay_;
};

class PackedRecords {
 public:
  explicit PackedRecords(std::vector<ColumnSpec> columns);

  /// Registers a single-record expression (sides are ignored) and returns its number; the same expression gets
  /// the same number. Errors: kInvalidInput (unknown column, named). Requires: no rows yet for an expression of
  /// several columns.
  Result<TermId> add_term(const Expression& expression);

  RowId append(const StandardRecord& record);
  /// Packs texts column by column (a list column joined by kListSeparator); empty means missing.
  RowId append_texts(std::span<const std::string_view> values);
  /// Room for so many rows in all; without it lines are moved as they grow.
  void reserve(std::size_t rows);
  /// The same for many rows, column by column: the rows first, all their values missing; then each column, columns by
  /// different threads where that helps; then, when all are in, what is derived from several columns.
  RowId add_rows(std::size_t count);
  void fill_column(ColumnId column, RowId first, std::span<const std::string_view> values);
  void derive_rows(RowId first, std::size_t count);
  void replace(RowId row, const StandardRecord& record);
  void copy_line(RowId from, RowId to);
  PackedQuery pack_query(const StandardRecord& record) const;

  std::size_t rows() const { return lines_.size() / stride_; }
  RecordView view(RowId row) const { return {lines_.data() + std::size_t{row} * stride_, nullptr}; }
  void prefetch(RowId row) const { __builtin_prefetch(lines_.data() + std::size_t{row} * stride_); }

  /// Columns the constructor was given; those of terms of several columns follow them.
  std::size_t given_columns() const { return given_columns_; }
  std::size_t column_count() const { return columns_.size(); }
  const ColumnSpec& column(ColumnId id) const { return columns_[id].spec; }
  const ValueDictionary& dictionary(ColumnId id) const { return *columns_[id].dictionary; }
  std::optional<ColumnId> find_column(std::string_view name) const;

  // What a term is for a record. Requires term < number of terms added.
  ValueId term_id(TermId term, RecordView record) const {
    const Term& t = terms_[term];
    const ValueId value = record.line[t.column];
    if (t.identity) return value;
    if (value & kOverlayBit) [[unlikely]]
      return record.overlay->terms[term].id;
    return t.derived[value];
  }
  std::string_view term_text(TermId term, RecordView record) const;
  /// The term as a number (seconds of an epoch, a length); NaN when missing or not a number. Booleans are 0 and 1.
  double term_number(TermId term, RecordView record) const;
  std::span<const ValueId> term_elements(TermId term, RecordView record) const;
  /// The value as SQL sees it, for the plain evaluator.
  SqlValue column_value(ColumnId column, RecordView record) const;
  ColumnId term_column(TermId term) const { return terms_[term].column; }
  bool term_is_list(TermId term) const { return terms_[term].values->is_list(); }
  /// True when equal ids of the two terms mean equal values (they draw from one dictionary).
  bool comparable_by_id(TermId a, TermId b) const { return terms_[a].values == terms_[b].values; }
  const Expression& term_expression(TermId term) const { return terms_[term].expression; }

  std::size_t memory_bytes() const;

 private:
  struct Column {
    ColumnSpec spec;
    std::unique_ptr<ValueDictionary> dictionary;
    std::vector<TermId> derived_terms;     // terms to extend when the dictionary grows
    std::optional<Expression> derivation;  // set for a column made by a term of several columns
    std::vector<double> numbers;           // of such a column, by value; NaN: no number
  };
  struct Term {
    Expression expression;
    ColumnId column = 0;
    bool identity = false;
    ValueDictionary* values = nullptr;            // where ids of this term are texts
    std::unique_ptr<ValueDictionary> own_values;  // unless it is the column's own
    std::vector<ValueId> derived;                 // by value of the column
    std::vector<double> numbers;                  // by id of this term's values
  };

  SqlValue compute(const Expression& expression, const ValueId* line) const;
  ValueId intern(ColumnId column, std::string_view value);
  ValueId intern_text(ColumnId column, std::string_view value);
  void extend_terms(ColumnId column);
  void derive_value(Term& term, ValueId value);
  void fill_line(ValueId* line, const StandardRecord& record);
  void fill_derived_columns(ValueId* line);

  std::vector<Column> columns_;
  std::size_t given_columns_ = 0;  // those of the constructor; derived ones follow
  std::deque<Term> terms_;
  std::map<std::string, TermId> terms_by_sql_;
  std::size_t stride_ = 16;
  LargeVector<ValueId> lines_;
};

/// A cell of a number column: an integer where it is one, else a DOUBLE; NULL when the text is no finite number.
SqlValue number_from_text(std::string_view text);

/// How a value stands in a dictionary: the text that is equal exactly when SQL says the values are equal.
std::string canonical_text(const SqlValue& value);

}  // namespace gmpi
