#include "standardize/nicknames.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace gmpi {
namespace {

// clang-format off
constexpr NicknameSet kSets[] = {
#include "standardize/nickname_table.inc"
};
// clang-format on

using Lookup = std::unordered_map<std::string_view, std::vector<std::string_view>>;

Lookup make_lookup() {
  Lookup lookup;
  for (const auto& set : kSets) {
    lookup[set.root].push_back(set.root);
    std::size_t begin = 0;
    while (begin < set.forms.size()) {
      const auto end = std::min(set.forms.find(' ', begin), set.forms.size());
      lookup[set.forms.substr(begin, end - begin)].push_back(set.root);
      begin = end + 1;
    }
  }
  for (auto& [name, roots] : lookup) {
    std::ranges::sort(roots);
    roots.erase(std::unique(roots.begin(), roots.end()), roots.end());
  }
  return lookup;
}

}  // namespace

std::span<const std::string_view> nickname_roots(std::string_view name) {
  static const Lookup lookup = make_lookup();
  const auto found = lookup.find(name);
  return found == lookup.end() ? std::span<const std::string_view>() : found->second;
}

std::span<const NicknameSet> nickname_sets() {
  return kSets;
}

}  // namespace gmpi
