// The verb match: who is this? Stores nothing.
//
// The person asked about is always the left record of a pair. That can differ by rounding from the weight its
// record would get once stored, where the order of keys decides.

#include <algorithm>
#include <map>

#include "linkage/linker_impl.h"
#include "linkage/search_rows.h"

namespace gmpi {

namespace {

/// The best of an identity's records, and what speaks against the others.
struct IdentityMatch {
  RowId row = 0;
  LinkDecision decision;
  std::vector<std::string> reasons;  // of guards, on any of its records that was compared
  bool held_apart = false;
  bool excluded = false;  // a member has another value of an exclusive column
  bool named = false;     // a member has the asked value of an exclusive column
};

/// "surname_sounds and dob, or nhs_number": what would give a blocking key.
std::string needed_fields(const LinkageModel& model) {
  std::string text;
  for (std::size_t i = 0; i < model.blocking_rules.size(); ++i) {
    const auto columns = columns_of(model.blocking_rules[i].condition, Side::kLeft);
    if (i > 0) text += "; or ";
    for (std::size_t c = 0; c < columns.size(); ++c) text += (c > 0 ? " and " : "") + columns[c];
  }
  return text;
}

/// What was sent and is no evidence: "; nhs_number was not used: NHS number fails modulus 11".
std::string unused_values(const StandardRecord& person) {
  std::string text;
  for (std::size_t i = 0; i < std::min(person.removals.size(), kReasonsMax); ++i)
    text += "; " + person.removals[i].column + " was not used: " + person.removals[i].reason;
  return text;
}

/// True when some rule finds all it reads in the record.
bool can_be_searched(const StandardRecord& person, const LinkageModel& model) {
  return std::any_of(model.blocking_rules.begin(), model.blocking_rules.end(), [&](const BlockingRule& rule) {
    const auto columns = columns_of(rule.condition, Side::kLeft);
    return std::all_of(columns.begin(), columns.end(), [&](const std::string& name) {
      const auto* column = person.find(name);
      return column != nullptr && !column->missing();
    });
  });
}

class MatchRun {
 public:
  MatchRun(const Linker::Impl& linker, RecordView query) : linker_(linker), query_(query) {}

  MatchAnswer run(const MatchRequest& request) {
    MatchAnswer answer;
    const SearchedRows found =
        search_rows(linker_.index, *linker_.rules, query_, linker_.options.candidates_max);
    for (const RowId row : found.rows) compare(row);
    answer.cuts = linker_.named(found.cuts);
    answer.generic_keys = found.common_keys;
    answer.truncated = found.truncated;
    answer.sequence = linker_.last_sequence;
    answer.records_compared = found.rows.size();
    check_exclusive();
    for (const auto& [id, match] : matches_)
      if (match.decision.kind != DecisionKind::kNone ||
          match.decision.weight >= linker_.rules->policy().search_weight)
        answer.candidates.push_back(candidate(id, match));
    std::sort(answer.candidates.begin(), answer.candidates.end(), [](const auto& a, const auto& b) {
      if (a.grade != b.grade) return a.grade < b.grade;
      return a.weight != b.weight ? a.weight > b.weight : a.enterprise_id < b.enterprise_id;
    });
    if (request.only_certain)
      std::erase_if(answer.candidates, [](const auto& one) { return one.grade != MatchGrade::kCertain; });
    if (answer.candidates.size() > request.count) answer.candidates.resize(request.count);
    for (auto& one : answer.candidates) add_members(one);
    return answer;
  }

  /// What the answer of run() rests on, also where it is that somebody was not found.
  void note(ReadFootprint& seen) const {
    for (const RuleKey& key : linker_.rules->keys(query_)) seen.key(key.key);
    for (const auto& [id, match] : matches_) seen.identity(id);
  }

 private:
  void compare(RowId row) {
    const LinkDecision decision = linker_.rules->decide(query_, linker_.index.records().view(row));
    const auto [at, first] = matches_.try_emplace(linker_.index.row(row).identity);
    IdentityMatch& match = at->second;
    match.held_apart = match.held_apart || decision.apart;
    if (decision.guard != LinkDecision::kNoGuard)
      add_reason(match, linker_.rules->policy().guards[static_cast<std::size_t>(decision.guard)].reason);
    if (first || better(decision, row, match)) {
      match.row = row;
      match.decision = decision;
    }
  }

  bool better(const LinkDecision& decision, RowId row, const IdentityMatch& match) const {
    if (decision.kind != match.decision.kind) return decision.kind > match.decision.kind;
    if (decision.weight != match.decision.weight) return decision.weight > match.decision.weight;
    return linker_.index.key_text(row) < linker_.index.key_text(match.row);
  }

  static void add_reason(IdentityMatch& match, const std::string& reason) {
    if (std::find(match.reasons.begin(), match.reasons.end(), reason) == match.reasons.end())
      match.reasons.push_back(reason);
  }

  void check_exclusive() {
    const auto& terms = linker_.rules->exclusive_terms();
    const PackedRecords& records = linker_.index.records();
    for (auto& [id, match] : matches_)
      for (std::size_t i = 0; i < terms.size(); ++i) {
        const ValueId mine = records.term_id(terms[i], query_);
        if (mine == kMissing) continue;
        for (const RowId member : linker_.index.identity_entry(id)->members) {
          const ValueId theirs = records.term_id(terms[i], records.view(member));
          if (theirs == mine) match.named = true;
          if (theirs == kMissing || theirs == mine || match.excluded) continue;
          match.excluded = true;
          add_reason(match, linker_.rules->policy().exclusive[i].reason);
        }
      }
  }

  /// Another identity has nearly the same evidence, whether or not a guard asks a steward before it is linked, or it
  /// has the asked NHS number and this one has not. Who would not be linked and is known not to be the one asked about is
  /// no rival.
  bool ambiguous(EnterpriseId id, const IdentityMatch& match) const {
    return std::any_of(matches_.begin(), matches_.end(), [&](const auto& other) {
      const IdentityMatch& rival = other.second;
      if (other.first == id) return false;
      if (rival.named && !match.named) return true;
      const bool possible = rival.decision.kind == DecisionKind::kLink || (!rival.excluded && !rival.held_apart);
      return possible &&
             rival.decision.weight >= match.decision.weight - linker_.rules->policy().conflict_margin;
    });
  }

  MatchCandidate candidate(EnterpriseId id, const IdentityMatch& match) const {
    MatchCandidate out;
    out.enterprise_id = id;
    out.record = linker_.index.key(match.row);
    out.weight = match.decision.weight;
    out.score = match_probability(match.decision.weight);
    out.reasons = match.reasons;
    if (match.decision.kind == DecisionKind::kLink && !match.held_apart && !match.excluded &&
        !ambiguous(id, match)) {
      out.grade = MatchGrade::kCertain;
    } else if (match.decision.weight >= linker_.rules->policy().link_weight) {
      out.grade = MatchGrade::kProbable;
    }
    return out;
  }

  void add_members(MatchCandidate& one) const {
    for (const RowId row : linker_.index.identity_entry(one.enterprise_id)->members)
      one.members.push_back(linker_.index.key(row));
    std::sort(one.members.begin(), one.members.end());
  }

  const Linker::Impl& linker_;
  const RecordView query_;
  std::map<EnterpriseId, IdentityMatch> matches_;
};

}  // namespace

Result<MatchAnswer> Linker::match_person(const MatchRequest& request) const {
  const StandardizeOptions options = impl_->standardize_options();
  if (auto good = check_person(request.person, options); !good) return good.error();
  const StandardRecord person = standardize_person(request.person, options);
  if (!can_be_searched(person, impl_->bundle.model))
    return make_error(ErrorCode::kInvalidInput,
                      "too little to match on: needed is " + needed_fields(impl_->bundle.model) + unused_values(person));
  auto answer = impl_->read([&](ReadFootprint& seen) -> Result<MatchAnswer> {
    const PackedQuery query = impl_->index.records().pack_query(person);
    MatchRun run(*impl_, query.view());
    MatchAnswer found = run.run(request);
    if (seen.needed()) run.note(seen);
    return found;
  });
  // The answer rests on nothing newer: it is true for this earlier state too, and a crash takes no state
  // back.
  if (answer) answer->sequence = std::min(answer->sequence, impl_->committer->durable_seq());
  return answer;
}

}  // namespace gmpi
