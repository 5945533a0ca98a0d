#include "models/policy.h"

#include <algorithm>

namespace gmpi {

Policy live_policy(Policy policy) {
  std::erase_if(policy.guards, [](const Guard& guard) { return guard.profile == "batch"; });
  return policy;
}

Policy batch_policy(Policy policy) {
  if (!policy.batch) return policy;
  std::erase_if(policy.guards, [](const Guard& guard) { return guard.profile == "live"; });
  policy.link_weight = policy.batch->link_weight;
  policy.conflict_margin = policy.batch->conflict_margin;
  policy.review_weight = std::min(policy.review_weight, policy.link_weight);
  if (!policy.batch->review_guards) std::erase_if(policy.guards, [](const Guard& guard) { return !guard.apart; });
  return policy;
}

}  // namespace gmpi
