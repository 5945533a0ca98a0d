// The SQL parser neither crashes nor hangs; what it accepts prints to text that reads back as the same tree,
// and the evaluator answers or refuses for hostile values.
#include <cstdlib>
#include <limits>
#include <string>

#include "base/random.h"
#include "matcher/comparators/functions.h"
#include "matcher/sql_parser.h"
#include "models/sql_evaluate.h"

namespace {

using gmpi::SqlList;
using gmpi::SqlValue;

/// A value that depends only on the column's name, of a kind conditions meet.
SqlValue value_of(std::string_view column, gmpi::Side side) {
  std::uint64_t mixed = side == gmpi::Side::kRight ? 7 : 3;
  for (char c : column) mixed = gmpi::mix64(mixed ^ static_cast<unsigned char>(c));
  switch (mixed % 8) {
    case 0: return {};
    case 1: return {std::string()};
    case 2: return {std::string("Jos\xc3\xa9 2020-01-05")};
    case 3: return {std::int64_t{-9223372036854775807LL - 1}};
    case 4: return {std::numeric_limits<double>::quiet_NaN()};
    case 5: return {SqlList{{std::string("a")}, {}, {std::string("b")}}};
    case 6: return {std::string(100, 'x')};
    default: return {gmpi::SqlTimestamp{static_cast<std::int64_t>(mixed % 1'000'000'000), true}};
  }
}

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string sql(reinterpret_cast<const char*>(data), size);
  const auto tree = gmpi::parse_condition(sql);
  if (!tree) {
    expect(!tree.error().message.empty());
    return 0;
  }
  const auto printed = gmpi::to_sql(*tree);
  if (const auto again = gmpi::parse_condition(printed); again) {
    expect(*again == *tree);
  } else {
    expect(again.error().code == gmpi::ErrorCode::kLimit);  // printing adds brackets, which nest
  }
  const auto answer = gmpi::evaluate(*tree, value_of, gmpi::pair_functions());
  if (!answer) expect(!answer.error().message.empty());
  return 0;
}
