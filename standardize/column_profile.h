// standardize/column_profile.h - what a column is, by its values first and its header second.
//
//     "1980-05-01" "3/12/1967" ...         date            whatever the header
//     "M13 9WL" "m6 8hd" ...               postcode
//     "Smith" "O'Brien" "nowak" ...        name; family name where the header says so ("Nachname", "apellido")
//
// Values decide the kind when their form is telling (dates, postcodes, e-mail addresses, check digits). Between kinds
// of one form (given name, family name, town: all words) the header decides where it is known in one of nine
// languages, and the vocabulary where it is not. A header never turns values into what they cannot be: a column
// "date" full of words is text.
// Pure functions of their arguments. Cost: about 1 us a value. Tested by tests/standardize/column_profile_test.cc.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "standardize/column_kind.h"

namespace gmpi {

/// Measures of the values of one column, in [0, 1] unless said otherwise; shares are of the values that are present.
struct ColumnMeasures {
  std::size_t rows = 0;
  double missing = 0;          // of the rows
  double distinct = 0;         // different values over values
  std::size_t different = 0;   // how many different values
  double entropy_bits = 0;     // of the distribution of values: how much one value tells
  double words = 0;            // mean number of words
  double length = 0;           // mean length in bytes
  double letters_only = 0;     // letters, spaces, hyphens and apostrophes only
  double digits_only = 0;
  double same_length = 0;      // share of the commonest length
  double date = 0;             // a whole date, or one with impossible digits
  double email = 0;
  double postcode = 0;         // of the UK's form
  double nhs_number = 0;       // ten digits whose check digit is right
  double phone = 0;            // 7 to 15 digits, written as telephone numbers are
  double given_name = 0;       // first word in the table of given names
  double street = 0;           // has a word for a street or dwelling
  double letters_and_digits = 0;  // both in one word, as codes have
  double number_least = 0, number_most = 0;  // range of digits-only values, without the outermost hundredths
};

struct ColumnProfile {
  std::string header;
  ColumnKind kind = ColumnKind::kText;
  std::string why;  // for the report: "92 % read as dates; header 'Geburtsdatum'"
  ColumnMeasures measures;
  std::string instead_of;  // header of a column that holds the same, in rows where this one does not; or empty
};

/// Values may be empty (missing). Never fails.
ColumnMeasures measure_column(std::span<const std::string_view> values);

/// One column alone.
ColumnProfile profile_column(std::string_view header, std::span<const std::string_view> values);

/// All columns of a table, seen together: a whole name that repeats given and family name, dates spread over three
/// columns, the id of the row. `columns[i]` holds the values under `headers[i]`, all of one length.
std::vector<ColumnProfile> profile_table(std::span<const std::string> headers,
                                         std::span<const std::vector<std::string_view>> columns);

/// What a header alone suggests; kText when it says nothing.
ColumnKind kind_of_header(std::string_view header);

}  // namespace gmpi
