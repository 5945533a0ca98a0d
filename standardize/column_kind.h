// standardize/column_kind.h - what the values of a column are.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gmpi {

enum class ColumnKind : std::uint8_t {
  kEmpty,        // no value at all
  kConstant,     // one value throughout
  kRecordId,     // names the row, not the person
  kSource,       // names the system a row came from
  kIgnored,      // says nothing about who somebody is (when a row was written), or repeats another column
  kGivenName,
  kMiddleName,
  kSurname,
  kPreviousName, // a name once held, or also used
  kFullName,
  kName,         // of a person, which one is not known
  kDate,         // of birth, unless the header says otherwise
  kYear,         // part of a date that is spread over columns
  kMonth,
  kDay,
  kPostcode,
  kPlace,        // town, suburb, county
  kStreet,       // street, with or without a number
  kHouseNumber,
  kPhone,
  kEmail,
  kIdentifier,   // a number or code of which a person has one
  kCode,         // one of a few values: sex, race, state
  kText,         // anything else
};

struct ColumnKindName {
  ColumnKind kind;
  std::string_view name;     // in policy.toml
  std::string_view meaning;  // in reports
};

inline constexpr std::array kColumnKinds = {
    ColumnKindName{ColumnKind::kEmpty, "empty", "no values"},
    ColumnKindName{ColumnKind::kConstant, "constant", "the same value in every row"},
    ColumnKindName{ColumnKind::kRecordId, "record_id", "id of the record"},
    ColumnKindName{ColumnKind::kSource, "source", "source system"},
    ColumnKindName{ColumnKind::kIgnored, "ignored", "not about who somebody is"},
    ColumnKindName{ColumnKind::kGivenName, "given_name", "given name"},
    ColumnKindName{ColumnKind::kMiddleName, "middle_name", "further given names"},
    ColumnKindName{ColumnKind::kSurname, "surname", "family name"},
    ColumnKindName{ColumnKind::kPreviousName, "previous_name", "previous or other name"},
    ColumnKindName{ColumnKind::kFullName, "full_name", "whole name"},
    ColumnKindName{ColumnKind::kName, "name", "name"},
    ColumnKindName{ColumnKind::kDate, "date", "date"},
    ColumnKindName{ColumnKind::kYear, "year", "year"},
    ColumnKindName{ColumnKind::kMonth, "month", "month"},
    ColumnKindName{ColumnKind::kDay, "day", "day of the month"},
    ColumnKindName{ColumnKind::kPostcode, "postcode", "postcode"},
    ColumnKindName{ColumnKind::kPlace, "place", "place"},
    ColumnKindName{ColumnKind::kStreet, "street", "street or address line"},
    ColumnKindName{ColumnKind::kHouseNumber, "house_number", "house number"},
    ColumnKindName{ColumnKind::kPhone, "phone", "telephone number"},
    ColumnKindName{ColumnKind::kEmail, "email", "e-mail address"},
    ColumnKindName{ColumnKind::kIdentifier, "identifier", "identifier of a person"},
    ColumnKindName{ColumnKind::kCode, "code", "one of a few values"},
    ColumnKindName{ColumnKind::kText, "text", "text"},
};

constexpr const ColumnKindName& describe_kind(ColumnKind kind) { return kColumnKinds[static_cast<std::size_t>(kind)]; }

constexpr std::optional<ColumnKind> column_kind_named(std::string_view name) {
  for (const auto& row : kColumnKinds)
    if (row.name == name) return row.kind;
  return std::nullopt;
}

}  // namespace gmpi
