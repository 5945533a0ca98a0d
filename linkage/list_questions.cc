// The verb that lists what stewards are asked. Questions are not kept: they follow from ties, identities and
// assertions, so one that the data settle is gone, and no order of arrival leaves another list.

#include <algorithm>
#include <shared_mutex>

#include "linkage/limits.h"
#include "linkage/linker_impl.h"

namespace gmpi {

namespace {

class QuestionReader {
 public:
  explicit QuestionReader(const Linker::Impl& linker)
      : linker_(linker), index_(linker.index), now_(linker.index, *linker.rules, nullptr), ties_(linker.index) {}

  Question describe(EnterpriseId left, const OpenQuestion& open) const {
    Question question;
    question.left = left;
    question.right = open.other;
    question.left_record = index_.key(open.row);
    question.right_record = index_.key(open.tie.other);
    question.asked_since =
        std::max(index_.identity_entry(left)->version, index_.identity_entry(open.other)->version);
    sort_out(open, question);
    return question;
  }

 private:
  void sort_out(const OpenQuestion& open, Question& question) const {
    const Policy& policy = linker_.rules->policy();
    const RecordTie& tie = open.tie;
    const bool one_source = question.left_record.source == question.right_record.source;
    if (tie.kind == TieKind::kDifferent) {
      question.kind = QuestionKind::kReopened;
      question.reason = "A steward said that they are different people, and a record has changed since";
    } else if (tie.kind == TieKind::kApart) {
      question.kind = QuestionKind::kConfusion;
      question.reason = guard_reason(tie, policy);
    } else if (tie.kind == TieKind::kReview) {
      question.kind = one_source ? QuestionKind::kDuplicateWithinSource : QuestionKind::kPossibleMatch;
      question.reason = guard_reason(tie, policy);
    } else {
      refused(open, policy, question);
    }
  }

  static std::string guard_reason(const RecordTie& tie, const Policy& policy) {
    if (tie.guard == LinkDecision::kNoGuard) return "Evidence between the review and the link threshold";
    return policy.guards[static_cast<std::size_t>(tie.guard)].reason;
  }

  /// A link, or a steward's "same", that was not followed: why, the assignment says.
  void refused(const OpenQuestion& open, const Policy& policy, Question& question) const {
    question.kind = QuestionKind::kConflict;
    question.reason = "A link that was not followed";
    for (const RefusedLink& link : assign_components(now_, ties_, {open.row}).refused) {
      if (std::minmax(link.a, link.b) != std::minmax(open.row, open.tie.other)) continue;
      question.reason = refusal_reason(link, policy);
      if (link.kind == RefusalKind::kOversize) question.kind = QuestionKind::kOversizeGroup;
      if (link.kind == RefusalKind::kUndecided) question.kind = QuestionKind::kPossibleMatch;
    }
  }

  const Linker::Impl& linker_;
  const PersonIndex& index_;
  const PendingIndex now_;
  const TieChanges ties_;
};

}  // namespace

const char* question_kind_name(QuestionKind kind) {
  switch (kind) {
    case QuestionKind::kPossibleMatch: return "possible_match";
    case QuestionKind::kConfusion: return "confusion";
    case QuestionKind::kConflict: return "conflict";
    case QuestionKind::kOversizeGroup: return "oversize_group";
    case QuestionKind::kDuplicateWithinSource: return "duplicate_within_source";
    case QuestionKind::kReopened: return "reopened";
  }
  return "possible_match";
}

Result<QuestionPage> Linker::open_questions(EnterpriseId after, std::size_t at_least) const {
  QuestionPage page;
  std::uint64_t newest = 0;
  EnterpriseId id{after.value + 1};
  for (bool more = true; more && page.questions.size() < at_least;) {
    // In portions, so that no change waits for a look through everybody.
    const std::shared_lock lock(impl_->mutex);
    newest = impl_->last_sequence;
    const QuestionReader reader(*impl_);
    const std::uint64_t end = std::min(impl_->index.next_identity().value, id.value + kVisitedRowsMax);
    for (; id.value < end && page.questions.size() < at_least; ++id.value) {
      if (impl_->index.identity_entry(id) == nullptr) continue;
      for (const OpenQuestion& open : gmpi::open_questions(impl_->index, *impl_->rules, id))
        if (id < open.other) page.questions.push_back(reader.describe(id, open));
    }
    more = id < impl_->index.next_identity();
    page.next = more ? std::optional(EnterpriseId{id.value - 1}) : std::nullopt;
  }
  if (auto done = impl_->wait_durable(newest); !done) return done.error();
  return page;
}

}  // namespace gmpi
