// matcher/model_defaults.h - what Splink fills in when a model file is silent, computed as Splink does.
#pragma once

#include <string>

#include "models/linkage_model.h"

namespace gmpi {

/// Splink's m and u for levels that have none, by position: m is 0.95 for the best level and the rest is
/// shared; u follows match weights from -5 to 3 and 10 at the top (so it may exceed 1). Flags what it sets.
/// Requires two levels or more that are not null levels.
void set_default_probabilities(Comparison& comparison);

/// The one column compared, or "custom_" and all of them in the order of their first use.
std::string default_output_name(const Comparison& comparison);

}  // namespace gmpi
