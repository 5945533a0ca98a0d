// linkage/open_questions.h - what a steward is asked: which two identities may be one person, each two once.
//
// Two identities are an open question when a tie between their records asks: a link that was not followed, a pair for
// review, or a pair that a guard holds apart although the records share an exclusive value (one verified NHS number,
// two people: one of the two is wrong). What a steward has said of two records is settled as long as neither changes
// materially: no question stands between their identities. When one does change, the steward's word holds on and asks.
// A pair for review that shares none does not ask when another tie already holds
// records of the two apart: that they are different people is decided. Twins, parents and children are held apart, not asked about.
//
// Pure. Cost: the ties of the identity's members.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "linkage/linking_rules.h"
#include "models/identity.h"
#include "models/tie.h"

namespace gmpi {

/// With `other`, and the strongest tie that asks.
struct OpenQuestion {
  EnterpriseId other;
  RowId row = 0;  // of the identity asked about
  RecordTie tie;
};

/// A guard of the effect "apart-and-ask" asks about what it keeps apart.
inline bool asks_although_apart(const RecordTie& tie, const Policy& policy) {
  return tie.kind == TieKind::kApart && tie.guard != LinkDecision::kNoGuard &&
         policy.guards[static_cast<std::size_t>(tie.guard)].asks && tie.weight >= policy.review_weight;
}

/// By the other's id. `ties_of(row)`, `identity_of(row)` and `view_of(row)` tell the state that is asked about;
/// `settled_apart(row, other)` whether a steward said "different" of the two as they are.
template <class TiesOf, class IdentityOf, class ViewOf, class SettledApart>
std::vector<OpenQuestion> open_questions(EnterpriseId id, std::span<const RowId> members, const LinkingRules& rules,
                                         TiesOf ties_of, IdentityOf identity_of, ViewOf view_of,
                                         SettledApart settled_apart) {
  std::vector<OpenQuestion> asking;
  for (const RowId row : members) {
    const bool exclusive = rules.has_exclusive_value(view_of(row));
    for (const RecordTie& tie : ties_of(row)) {
      const bool told_to = asks_although_apart(tie, rules.policy()) ||
                           (tie.kind == TieKind::kDifferent && !settled_apart(row, tie.other));
      if (!told_to && !may_ask(tie.kind, exclusive)) continue;
      const EnterpriseId other = identity_of(tie.other);
      if (other == id) continue;
      if (tie.kind == TieKind::kApart && !told_to &&
          !rules.share_exclusive_value(view_of(row), view_of(tie.other)))
        continue;
      asking.push_back({other, row, tie});
    }
  }
  std::stable_sort(asking.begin(), asking.end(), [](const OpenQuestion& a, const OpenQuestion& b) {
    return a.other != b.other ? a.other < b.other : a.tie.weight > b.tie.weight;
  });
  std::vector<OpenQuestion> questions;
  for (std::size_t first = 0, last = 0; first < asking.size(); first = last) {
    bool beyond_review = false;
    for (; last < asking.size() && asking[last].other == asking[first].other; ++last)
      beyond_review = beyond_review || asking[last].tie.kind != TieKind::kReview ||
                      rules.share_exclusive_value(view_of(asking[last].row), view_of(asking[last].tie.other));
    const auto spanned = [&](auto by) {
      return std::any_of(members.begin(), members.end(), [&](RowId row) {
        const auto ties = ties_of(row);
        return std::any_of(ties.begin(), ties.end(), [&](const RecordTie& tie) {
          return identity_of(tie.other) == asking[first].other && by(row, tie);
        });
      });
    };
    const auto apart = [](RowId, const RecordTie& tie) {
      return tie.kind == TieKind::kApart || tie.kind == TieKind::kDifferent;
    };
    const auto settled = [&](RowId row, const RecordTie& tie) {
      return tie.kind == TieKind::kDifferent && settled_apart(row, tie.other);
    };
    if (!spanned(settled) && (beyond_review || !spanned(apart))) questions.push_back(asking[first]);
  }
  return questions;
}

}  // namespace gmpi
