#include "index/posting_table.h"

#include <algorithm>
#include <cassert>

namespace gmpi {

PostingTable::List::~List() {
  if (capacity_ > kInline) delete[] rows_.heap;
}

void PostingTable::List::move_to(std::uint32_t capacity) {
  Rows moved{};
  if (capacity > kInline) moved.heap = new RowId[capacity];
  std::copy_n(data(), size_, capacity > kInline ? moved.heap : moved.own);
  if (capacity_ > kInline) delete[] rows_.heap;
  rows_ = moved;
  capacity_ = capacity;
}

void PostingTable::List::add(RowId row) {
  if (size_ == capacity_) move_to(capacity_ * 2);
  data()[size_++] = row;
}

void PostingTable::List::remove(RowId row) {
  RowId* const end = data() + size_;
  RowId* const at = std::find(data(), end, row);
  assert(at != end);
  *at = *(end - 1);
  --size_;
  // Shrinks at a quarter, so that a list that swings about a boundary is not copied each time.
  if (capacity_ > kInline && size_ <= capacity_ / 4) move_to(std::max(kInline, capacity_ / 2));
}

void PostingTable::add(PostingKey key, RowId row) {
  List& list = lists_[key];
  heap_bytes_ -= list.heap_bytes();
  list.add(row);
  heap_bytes_ += list.heap_bytes();
  if (bound_ > 0 && list.rows().size() == bound_ + 1) ++above_;
}

void PostingTable::remove(PostingKey key, RowId row) {
  const auto found = lists_.find(key);
  assert(found != lists_.end());
  heap_bytes_ -= found->second.heap_bytes();
  found->second.remove(row);
  heap_bytes_ += found->second.heap_bytes();
  if (bound_ > 0 && found->second.rows().size() == bound_) --above_;
  if (found->second.rows().empty()) lists_.erase(found);
}

std::vector<PostingKey> PostingTable::above(std::size_t bound) const {
  std::vector<PostingKey> keys;
  for (const auto& [key, list] : lists_)
    if (list.rows().size() > bound) keys.push_back(key);
  return keys;
}

std::size_t PostingTable::memory_bytes() const {
  return heap_bytes_ + lists_.bucket_count() * (sizeof(PostingKey) + sizeof(List) + 1);
}

}  // namespace gmpi
