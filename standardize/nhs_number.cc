#include "standardize/nhs_number.h"

#include <array>
#include <cassert>

#include "standardize/fold.h"

namespace gmpi {
namespace {

struct Block {
  int first, last;  // of the leading three digits, both included
  NhsNumberRange range;
  std::string_view refusal;
};

constexpr std::array kBlocks = {
    Block{10, 311, NhsNumberRange::kScotland, "number is in the Scottish CHI range"},
    Block{320, 399, NhsNumberRange::kNorthernIreland, "number is in the Northern Irish H&C range"},
    Block{400, 499, NhsNumberRange::kEngland, {}},
    Block{600, 799, NhsNumberRange::kEngland, {}},
    Block{800, 859, NhsNumberRange::kIreland, "number is in the Irish IHI range"},
    Block{900, 999, NhsNumberRange::kTest, "NHS number is in the test range"},
};

const Block* block_of(std::string_view digits) {
  assert(digits.size() == 10);
  const int lead = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
  for (const auto& block : kBlocks)
    if (lead >= block.first && lead <= block.last) return &block;
  return nullptr;
}

}  // namespace

bool passes_modulus_11(std::string_view digits) {
  if (digits.size() != 10 || !all_digits(digits)) return false;
  int sum = 0;
  for (int i = 0; i < 9; ++i) sum += (digits[static_cast<std::size_t>(i)] - '0') * (10 - i);
  const int check = 11 - sum % 11;
  return check != 10 && check % 11 == digits[9] - '0';
}

Reading parse_nhs_number(std::string_view text) {
  std::string digits = fold(text);
  if (digits.empty()) return {};
  std::erase_if(digits, [](char c) { return c == ' ' || c == '-'; });
  if (digits.size() != 10 || !all_digits(digits)) return missing_because("NHS number is not ten digits");
  if (all_same(digits)) return missing_because("NHS number is a dummy");
  if (!passes_modulus_11(digits)) return missing_because("NHS number fails modulus 11");
  return {std::move(digits), {}};
}

NhsNumberRange nhs_number_range(std::string_view digits) {
  const auto* block = block_of(digits);
  return block ? block->range : NhsNumberRange::kUnallocated;
}

Reading usable_nhs_number(std::string_view text, bool allow_test_range) {
  Reading number = parse_nhs_number(text);
  if (number.missing()) return number;
  const auto* block = block_of(number.value);
  if (!block || block->refusal.empty()) return number;
  if (block->range == NhsNumberRange::kTest && allow_test_range) return number;
  return missing_because(block->refusal);
}

std::string format_nhs_number(std::string_view digits) {
  assert(digits.size() == 10);
  std::string text;
  text.append(digits.substr(0, 3)).append(1, ' ').append(digits.substr(3, 3)).append(1, ' ');
  return text.append(digits.substr(6));
}

Reading parse_nhs_number_status(std::string_view text) {
  const std::string folded = fold_alnum(text);
  if (folded.empty()) return {};
  std::string_view code = folded;
  if (code.starts_with("nsts")) code.remove_prefix(4);
  if (code.size() == 2 && code.front() == '0') code.remove_prefix(1);
  if (code.size() != 1 || code.front() < '1' || code.front() > '8')
    return missing_because("unrecognised NHS number status");
  return {std::string("0") + code.front(), {}};
}

}  // namespace gmpi
