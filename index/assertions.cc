#include "index/assertions.h"

#include <algorithm>

#include "base/sha256.h"

namespace gmpi {

void Assertions::put(Assertion assertion, RowId left, RowId right) {
  const std::uint64_t id = assertion.id;
  if (rows_.try_emplace(id, Rows{left, right}).second)
    for (const RowId row : {left, right}) {
      auto& ids = about_[row];
      ids.insert(std::lower_bound(ids.begin(), ids.end(), id), id);
    }
  by_id_.insert_or_assign(id, std::move(assertion));
}

const Assertion* Assertions::find(std::uint64_t id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second;
}

std::span<const std::uint64_t> Assertions::about(RowId row) const {
  const auto found = about_.find(row);
  return found == about_.end() ? std::span<const std::uint64_t>() : found->second;
}

const Assertion* Assertions::in_force(RowId a, RowId b, std::uint64_t but) const {
  if (about_.empty()) return nullptr;
  const auto ids = about(a);
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    const Rows& rows = rows_.at(*id);
    const Assertion& assertion = by_id_.at(*id);
    if (*id != but && !assertion.undone && (rows.left == a ? rows.right : rows.left) == b) return &assertion;
  }
  return nullptr;
}

std::optional<TieKind> Assertions::tie(RowId a, RowId b) const {
  const Assertion* assertion = in_force(a, b);
  return assertion == nullptr ? std::nullopt : tie_of(assertion->kind);
}

std::vector<RowId> Assertions::tied(RowId row) const {
  std::vector<RowId> others;
  for (const std::uint64_t id : about(row)) {
    const Rows& rows = rows_.at(id);
    const RowId other = rows.left == row ? rows.right : rows.left;
    if (tie(row, other)) others.push_back(other);
  }
  std::sort(others.begin(), others.end());
  others.erase(std::unique(others.begin(), others.end()), others.end());
  return others;
}

bool Assertions::fresh(const Assertion& assertion) const {
  const Rows& rows = rows_.at(assertion.id);
  const auto is = [&](RowId row, const FormHash& form) {
    const auto now = forms_.find(row);
    return now != forms_.end() && now->second == form;
  };
  return is(rows.left, assertion.left_form) && is(rows.right, assertion.right_form);
}

bool Assertions::settled_apart(RowId a, RowId b) const {
  const Assertion* assertion = in_force(a, b);
  return assertion != nullptr && assertion->kind == AssertionKind::kDifferent && fresh(*assertion);
}

FormHash form_hash(std::string_view standard_bytes) {
  const Sha256Digest digest = sha256(standard_bytes);
  FormHash hash;
  std::copy_n(digest.begin(), hash.size(), hash.begin());
  return hash;
}

std::optional<TieKind> tie_of(AssertionKind kind) {
  switch (kind) {
    case AssertionKind::kSame: return TieKind::kSame;
    case AssertionKind::kDifferent: return TieKind::kDifferent;
    case AssertionKind::kUnsure: break;
  }
  return std::nullopt;
}

}  // namespace gmpi
