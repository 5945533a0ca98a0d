#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace gmpi {
namespace {

Result<int> halve(int n) {
  if (n % 2 != 0) return make_error(ErrorCode::kInvalidInput, "odd");
  return n / 2;
}

TEST(Result, HoldsAValueOrTheReasonThereIsNone) {
  EXPECT_EQ(*halve(8), 4);
  ASSERT_FALSE(halve(7));
  EXPECT_EQ(halve(7).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(halve(7).error().message, "odd");
}

TEST(Result, CarriesValuesThatOnlyMove) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
  const std::unique_ptr<int> taken = *std::move(result);
  EXPECT_EQ(*taken, 5);
}

TEST(Result, EveryCodeHasItsOwnName) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    names.insert(error_code_name(static_cast<ErrorCode>(code)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(ErrorCode::kInternal) + 1);
}

}  // namespace
}  // namespace gmpi
