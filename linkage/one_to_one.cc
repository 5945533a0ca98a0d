#include "linkage/one_to_one.h"

#include <algorithm>
#include <limits>
#include <string>

namespace gmpi {

namespace {

constexpr std::uint32_t kNobody = std::numeric_limits<std::uint32_t>::max();

/// The best link of a group: its probability and the rank of the record at the other end.
struct Best {
  double probability = -1;
  std::uint32_t other = kNobody;

  void offer(double offered, std::uint32_t rank) {
    if (offered > probability || (offered == probability && rank < other)) *this = {offered, rank};
  }
  bool is(double wanted, std::uint32_t rank) const { return probability == wanted && other == rank; }
};

class Rounds {
 public:
  Rounds(std::span<const std::uint32_t> source, std::span<const std::uint32_t> single, std::span<const ProbableLink> links)
      : links_(links), own_(source.size(), 0), group_(source.size()) {
    for (std::size_t i = 0; i < single.size(); ++i)
      for (std::size_t rank = 0; rank < source.size(); ++rank)
        if (source[rank] == single[i]) own_[rank] |= std::uint64_t{1} << i;
    for (std::uint32_t rank = 0; rank < group_.size(); ++rank) group_[rank] = rank;
  }

  std::vector<std::uint32_t> run() {
    while (round()) {
    }
    return std::move(group_);
  }

 private:
  bool may_join(const ProbableLink& link, const std::vector<std::uint64_t>& holds) const {
    return group_[link.a] != group_[link.b] && (holds[group_[link.a]] & holds[group_[link.b]]) == 0;
  }

  /// False when nothing moved.
  bool round() {
    std::vector<std::uint64_t> holds(group_.size(), 0);
    for (std::size_t rank = 0; rank < group_.size(); ++rank) holds[group_[rank]] |= own_[rank];
    std::vector<Best> best(group_.size());
    for (const auto& link : links_) {
      if (!may_join(link, holds)) continue;
      best[group_[link.a]].offer(link.probability, link.b);
      best[group_[link.b]].offer(link.probability, link.a);
    }
    std::vector<std::uint32_t> next = group_;
    for (const auto& link : links_) {
      if (!may_join(link, holds) || !best[group_[link.a]].is(link.probability, link.b) ||
          !best[group_[link.b]].is(link.probability, link.a))
        continue;
      next[link.a] = std::min(next[link.a], group_[link.b]);
      next[link.b] = std::min(next[link.b], group_[link.a]);
    }
    const bool moved = next != group_;
    group_ = std::move(next);
    return moved;
  }

  std::span<const ProbableLink> links_;
  std::vector<std::uint64_t> own_;  // bits of single sources, by rank
  std::vector<std::uint32_t> group_;
};

}  // namespace

Result<std::vector<std::uint32_t>> one_to_one_groups(std::span<const std::uint32_t> source,
                                                     std::span<const std::uint32_t> single,
                                                     std::span<const ProbableLink> links) {
  if (single.size() > kSingleSourcesMax)
    return make_error(ErrorCode::kInvalidInput,
                      "at most " + std::to_string(kSingleSourcesMax) + " sources can be held to one record a person");
  return Rounds(source, single, links).run();
}

}  // namespace gmpi
