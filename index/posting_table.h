// index/posting_table.h - blocking key -> the rows that have it.
//
// Nearly all keys are held by one or two records, so two rows stand inline and only longer lists own memory.
// Rows of a key are in no order. Keys are 64-bit hashes made by blocking/.
// Threads: external lock needed. Cost: one probe a call; remove looks through the key's rows.
// Tested by tests/index/posting_table_test.cc.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "models/packed_records.h"

namespace gmpi {

using PostingKey = std::uint64_t;

class PostingTable {
 public:
  /// Requires: the row does not have the key.
  void add(PostingKey key, RowId row);
  /// Requires: the row has the key.
  void remove(PostingKey key, RowId row);
  /// Valid until the next add or remove.
  std::span<const RowId> rows(PostingKey key) const {
    const auto found = lists_.find(key);
    return found == lists_.end() ? std::span<const RowId>() : found->second.rows();
  }
  std::size_t keys() const { return lists_.size(); }
  /// From now on keys_above() says how many keys more rows than this have. Requires an empty table. 0: not counted.
  void count_above(std::size_t bound) { bound_ = bound; }
  std::size_t keys_above() const { return above_; }
  /// Keys that more rows than `bound` have, in no order. Cost: the table.
  std::vector<PostingKey> above(std::size_t bound) const;
  void reserve(std::size_t keys) { lists_.reserve(keys); }
  std::size_t memory_bytes() const;

 private:
  /// Up to two rows inline, then an own array that doubles.
  class List {
   public:
    List() = default;
    List(List&& other) noexcept : size_(other.size_), capacity_(other.capacity_), rows_(other.rows_) {
      other.size_ = 0;
      other.capacity_ = kInline;
    }
    List& operator=(List&& other) noexcept {
      std::swap(size_, other.size_);
      std::swap(capacity_, other.capacity_);
      std::swap(rows_, other.rows_);
      return *this;
    }
    ~List();

    std::span<const RowId> rows() const { return {data(), size_}; }
    void add(RowId row);
    void remove(RowId row);
    std::size_t heap_bytes() const { return capacity_ > kInline ? capacity_ * sizeof(RowId) : 0; }

   private:
    static constexpr std::uint32_t kInline = 2;
    const RowId* data() const { return capacity_ > kInline ? rows_.heap : rows_.own; }
    RowId* data() { return capacity_ > kInline ? rows_.heap : rows_.own; }
    void move_to(std::uint32_t capacity);

    std::uint32_t size_ = 0;
    std::uint32_t capacity_ = kInline;
    union Rows {
      RowId own[kInline];
      RowId* heap;
    } rows_{};
  };

  boost::unordered_flat_map<PostingKey, List> lists_;
  std::size_t heap_bytes_ = 0;
  std::size_t bound_ = 0;
  std::size_t above_ = 0;  // keys with more rows than bound_
};

}  // namespace gmpi
