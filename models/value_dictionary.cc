#include "models/value_dictionary.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

#include "base/random.h"

namespace gmpi {

namespace {

/// Eight bytes at a time through mix64: fast on the short texts of names and codes, and the same on every machine.
std::size_t hash_text(std::string_view text) {
  std::uint64_t h = text.size() * 0x9e3779b97f4a7c15ULL;
  const char* p = text.data();
  std::size_t left = text.size();
  for (; left >= 8; left -= 8, p += 8) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    h = mix64(h ^ word);
  }
  std::uint64_t word = 0;
  std::memcpy(&word, p, left);
  return mix64(h ^ word);
}

}  // namespace

StringPool::StringPool() : offsets_{0, 0}, slots_(std::size_t{1} << kFirstSlotBits, 0) {}

std::uint64_t StringPool::hash_of(std::string_view text) { return hash_text(text); }

std::size_t StringPool::slot_of(std::string_view sought, std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash >> shift_;
  for (; slots_[at] != 0; at = (at + 1) & mask)
    if ((slots_[at] ^ hash) >> 32 == 0 && text(static_cast<ValueId>(slots_[at])) == sought) break;
  return at;
}

ValueId StringPool::intern(std::string_view text, std::uint64_t hash) {
  std::size_t slot = slot_of(text, hash);
  if (slots_[slot] != 0) return static_cast<ValueId>(slots_[slot]);
  const auto id = static_cast<ValueId>(size());
  assert(id < kOverlayBit);
  if (size() > slots_.size() / 4 * 3) {
    grow();
    slot = slot_of(text, hash);
  }
  bytes_.insert(bytes_.end(), text.begin(), text.end());
  offsets_.push_back(bytes_.size());
  slots_[slot] = (hash & ~std::uint64_t{0xffffffffu}) | id;
  return id;
}

/// Twice the table. Entries stay in the order of their hashes, so both tables are walked once from begin to end.
void StringPool::grow() {
  LargeVector<std::uint64_t> wider(slots_.size() * 2, 0);
  --shift_;
  const std::size_t mask = wider.size() - 1;
  for (const std::uint64_t slot : slots_) {
    if (slot == 0) continue;
    std::size_t at = slot >> shift_;
    while (wider[at] != 0) at = (at + 1) & mask;
    wider[at] = slot;
  }
  slots_.swap(wider);
}

void StringPool::intern_all(std::span<const std::string_view> texts, ValueId* ids) {
  constexpr std::size_t kAtOnce = 32;
  std::array<std::uint64_t, kAtOnce> hashes;
  for (std::size_t first = 0; first < texts.size(); first += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, texts.size() - first);
    const auto some = texts.subspan(first, count);
    for (std::size_t i = 0; i < count; ++i) {
      hashes[i] = hash_of(some[i]);
      __builtin_prefetch(&slots_[hashes[i] >> shift_]);
    }
    const auto probable = [&](std::size_t i) {  // the number of the text in most cases; never more than a hint
      const std::uint64_t slot = slots_[hashes[i] >> shift_];
      return (slot ^ hashes[i]) >> 32 == 0 ? static_cast<ValueId>(slot) : kMissing;
    };
    for (std::size_t i = 0; i < count; ++i) __builtin_prefetch(&offsets_[probable(i)]);
    for (std::size_t i = 0; i < count; ++i) __builtin_prefetch(bytes_.data() + offsets_[probable(i)]);
    for (std::size_t i = 0; i < count; ++i) ids[first + i] = some[i].empty() ? kMissing : intern(some[i], hashes[i]);
  }
}

ValueId StringPool::find(std::string_view text) const {
  return static_cast<ValueId>(slots_[slot_of(text, hash_of(text))]);
}

std::size_t StringPool::memory_bytes() const {
  return bytes_.capacity() + offsets_.capacity() * sizeof(offsets_[0]) + slots_.capacity() * sizeof(slots_[0]);
}

ValueId ValueDictionary::intern(std::string_view value) {
  const ValueId id = values_.intern(value);
  if (!is_list_ || id + 1 < element_offsets_.size()) return id;
  const auto first = static_cast<std::ptrdiff_t>(elements_.size());
  for (const auto element : split_list(value))
    if (!is_null_element(element)) elements_.push_back(element_pool_.intern(element));
  std::sort(elements_.begin() + first, elements_.end());
  elements_.erase(std::unique(elements_.begin() + first, elements_.end()), elements_.end());
  element_offsets_.push_back(static_cast<std::uint32_t>(elements_.size()));
  return id;
}

void ValueDictionary::intern_all(std::span<const std::string_view> values, ValueId* ids) {
  if (!is_list_) return values_.intern_all(values, ids);
  for (const auto value : values) *ids++ = value.empty() ? kMissing : intern(value);
}

std::size_t ValueDictionary::memory_bytes() const {
  return values_.memory_bytes() + element_pool_.memory_bytes() + elements_.capacity() * sizeof(ValueId) +
         element_offsets_.capacity() * sizeof(std::uint32_t);
}

std::vector<std::string_view> split_list(std::string_view joined) {
  std::vector<std::string_view> elements;
  while (!joined.empty()) {
    const auto end = std::min(joined.find(kListSeparator), joined.size());
    if (end > 0) elements.push_back(joined.substr(0, end));
    joined.remove_prefix(std::min(end + 1, joined.size()));
  }
  return elements;
}

std::string join_list(std::span<const std::string> elements) {
  std::string joined;
  for (const auto& element : elements) {
    if (!joined.empty()) joined += kListSeparator;
    joined += element;
  }
  return joined;
}

}  // namespace gmpi
