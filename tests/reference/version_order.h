// tests/reference/version_order.h - models/version_order.h as its rule is told: keep all that came, and at
// each arrival look at the whole set again. No bound. Cost: linear in what came.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "models/version_order.h"

namespace gmpi::reference {

class PlainVersionOrder {
 public:
  Placement put(ContentMark mark);
  /// Requires something to be current.
  void erase(UnixMillis at_ms);
  void undo_erase();

  /// Nothing: unknown, or deleted.
  const std::optional<ContentMark>& current() const { return current_; }

 private:
  /// The greatest dated and the greatest numbered content that stand; null where there is none.
  std::pair<const ContentMark*, const ContentMark*> greatest() const;
  const ContentMark* winner() const;

  std::vector<ContentMark> came_;      // every content that was accepted, by arrival
  std::vector<ContentMark> standing_;  // those since the last deletion, and the deletion; by arrival
  std::optional<ContentMark> current_;
};

}  // namespace gmpi::reference
