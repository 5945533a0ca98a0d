// matcher/training/training_rules.h - what a blocking rule means for a session of expectation-maximisation.
//
// The pairs of a rule agree on its columns. The comparisons that read those columns see only agreement there
// and learn nothing; the share of matches among the pairs is higher by the evidence of that agreement.
// Source: Splink 4 (em_training_session.py). Threads: pure.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "models/linkage_model.h"

namespace gmpi {

/// Whether each comparison of the model reads none of the rule's columns, so that the rule's pairs can train
/// it.
std::vector<bool> trained_by(const LinkageModel& model, const BlockingRule& rule);

/// (comparison, level): exact-match levels that together say what the rule makes equal, those of several
/// columns first. The odds of a pair of the rule are the prior odds times their m / u.
std::vector<std::pair<std::size_t, std::size_t>> levels_of_rule(const LinkageModel& model,
                                                                const BlockingRule& rule);

/// P(a pair of the rule is one person), from the model's prior, m and u. Within (0, 1).
double prior_of_rule(const LinkageModel& model, const BlockingRule& rule);

/// The other way: P(two random records are one person), from that of a rule's pairs.
double prior_behind_rule(const LinkageModel& model, const BlockingRule& rule, double prior_of_rule);

/// Rules from `candidates` by which each comparison is trained `wanted` times where they allow it: again and
/// again the one that trains the most comparisons that still want it, the first of equals. Rules that explode
/// lists or are without any column of a comparison left to train are passed over.
std::vector<BlockingRule> choose_training_rules(const LinkageModel& model,
                                                std::span<const BlockingRule> candidates, std::size_t wanted);

}  // namespace gmpi
