// models/value_dictionary.h - each distinct value of a column once, known by a small number.
//
// Records hold numbers instead of texts: equal values have equal numbers, so equality is one integer compare and a
// value's derived facts (its parts, its frequency) are computed once per distinct value instead of once per record.
// Number 0 is "missing" in every dictionary.
//
// A list value is one value: its elements joined by kListSeparator in the order given. Elements have numbers of
// their own, so that "have these lists an element in common" is a merge of two short sorted arrays.
// Tested by tests/models/value_dictionary_test.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/huge_pages.h"

namespace gmpi {

using ValueId = std::uint32_t;
inline constexpr ValueId kMissing = 0;
/// Set in ids of values that only a query holds (models/packed_records.h); a dictionary never gives it out.
inline constexpr ValueId kOverlayBit = 0x80000000u;

inline constexpr char kListSeparator = '\x1f';
/// What stands in a computed list for an element that is NULL, and for one that is the empty text.
inline constexpr char kNullElement = '\x1d';
inline constexpr char kEmptyElement = '\x1e';
/// NULL stands in a list's value, as two lists may differ by it, and is no element that lists have in common.
inline bool is_null_element(std::string_view element) { return element.size() == 1 && element[0] == kNullElement; }

/// Texts, each once. Append-only; ids count up from 1.
/// A table of open addresses holds 32 bits of each text's hash beside its number: a look-up reads one line of it and,
/// where the hash agrees, the text. Threads: any number of readers while nobody interns.
class StringPool {
 public:
  StringPool();
  StringPool(const StringPool&) = delete;
  StringPool& operator=(const StringPool&) = delete;

  ValueId intern(std::string_view text) { return intern(text, hash_of(text)); }
  /// ids[i] = intern(texts[i]), several look-ups of memory at a time; an empty text is kMissing.
  void intern_all(std::span<const std::string_view> texts, ValueId* ids);
  ValueId find(std::string_view text) const;  // kMissing when absent
  std::string_view text(ValueId id) const {
    return {bytes_.data() + offsets_[id], static_cast<std::size_t>(offsets_[id + 1] - offsets_[id])};
  }
  /// Bring what text() reads nearer: first where the text stands, then, once that is near, the text.
  void prefetch(ValueId id) const { __builtin_prefetch(&offsets_[id]); }
  void prefetch_text(ValueId id) const { __builtin_prefetch(bytes_.data() + offsets_[id]); }
  /// One more than the largest id given out.
  std::size_t size() const { return offsets_.size() - 1; }
  std::size_t memory_bytes() const;

 private:
  /// Its upper 32 bits tell texts apart, those of them that come first are the place in the table.
  static std::uint64_t hash_of(std::string_view text);
  ValueId intern(std::string_view text, std::uint64_t hash);
  /// The slot of the text, or the free one where it belongs. Requires a table.
  std::size_t slot_of(std::string_view text, std::uint64_t hash) const;
  void grow();

  static constexpr unsigned kFirstSlotBits = 4;

  LargeVector<char> bytes_;
  LargeVector<std::uint64_t> offsets_;  // of value i: [offsets_[i], offsets_[i + 1])
  LargeVector<std::uint64_t> slots_;    // upper 32 bits: of the hash; lower: number of the text, 0: free
  unsigned shift_ = 64 - kFirstSlotBits;
};

/// The distinct values of one column.
class ValueDictionary {
 public:
  explicit ValueDictionary(bool is_list) : is_list_(is_list) {
    if (is_list_) element_offsets_ = {0, 0};
  }

  bool is_list() const { return is_list_; }
  ValueId intern(std::string_view value);
  /// ids[i] = values[i] is empty ? kMissing : intern(values[i]).
  void intern_all(std::span<const std::string_view> values, ValueId* ids);
  ValueId find(std::string_view value) const { return values_.find(value); }
  std::string_view text(ValueId id) const { return values_.text(id); }
  std::size_t size() const { return values_.size(); }
  std::size_t memory_bytes() const;

  /// Element numbers of a list value, ascending without repeats. Requires is_list().
  std::span<const ValueId> elements(ValueId id) const {
    return {elements_.data() + element_offsets_[id], element_offsets_[id + 1] - element_offsets_[id]};
  }
  ValueId find_element(std::string_view element) const { return element_pool_.find(element); }
  std::string_view element_text(ValueId element) const { return element_pool_.text(element); }

 private:
  bool is_list_;
  StringPool values_;
  StringPool element_pool_;
  std::vector<ValueId> elements_;
  std::vector<std::uint32_t> element_offsets_;
};

/// "a<sep>b" -> {"a", "b"}; the empty text is no element.
std::vector<std::string_view> split_list(std::string_view joined);
std::string join_list(std::span<const std::string> elements);

}  // namespace gmpi
