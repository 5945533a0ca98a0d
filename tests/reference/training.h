// tests/reference/training.h - expectation-maximisation as the textbook has it: over single pairs, in long
// double. Slow on purpose; what matcher/training's run_em over counts of patterns must equal.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "matcher/training/expectation_maximisation.h"
#include "models/linkage_model.h"

namespace gmpi::reference {

struct ComparedPair {
  std::vector<int> levels;  // of each comparison; -1: none holds
  std::vector<std::optional<double>>
      log2_frequency;  // of the agreed value, where the level adjusts and one is known
};

EmResult run_em(std::span<const Comparison> comparisons, double prior, std::span<const ComparedPair> pairs,
                const EmOptions& options);

}  // namespace gmpi::reference
