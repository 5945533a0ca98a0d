#include "blocking/sorted_keys.h"

#include <algorithm>
#include <array>
#include <bit>

#include <tbb/parallel_for.h>

namespace gmpi {

namespace {

constexpr std::size_t kPartEntries = 2048;  // aimed at: with the copy, 64 KiB
constexpr unsigned kPartBitsMax = 12;
constexpr unsigned kDigitBits = 8;
constexpr std::size_t kChunks = 64;

/// Of a key's leading `bits` bits, the last kDigitBits.
std::size_t digit_of(BlockingKey key, unsigned bits) {
  return (key >> (64 - bits)) & ((std::size_t{1} << kDigitBits) - 1);
}

void sort_by_digit(const std::vector<KeyEntry>& from, KeyEntry* to, unsigned bits) {
  std::array<std::uint32_t, std::size_t{1} << kDigitBits> next{};
  for (const auto& entry : from) ++next[digit_of(entry.key, bits)];
  std::uint32_t begin = 0;
  for (auto& place : next) begin += std::exchange(place, begin);
  for (const auto& entry : from) to[next[digit_of(entry.key, bits)]++] = entry;
}

/// One part, whose keys agree in their first `bits` bits.
void sort_part(KeyEntry* first, KeyEntry* last, unsigned bits) {
  thread_local std::vector<KeyEntry> copy;
  for (const unsigned digit : {2u, 1u}) {
    copy.assign(first, last);
    sort_by_digit(copy, first, bits + digit * kDigitBits);
  }
  const auto head = [&](const KeyEntry* entry) { return entry->key >> (64 - bits - 2 * kDigitBits); };
  for (KeyEntry *begin = first, *end = first; begin != last; begin = end) {
    bool mixed = false;
    for (; end != last && head(end) == head(begin); ++end) mixed |= end->key != begin->key;
    if (mixed) std::stable_sort(begin, end, [](const KeyEntry& a, const KeyEntry& b) { return a.key < b.key; });
  }
}

/// The unsorted entries of all positions, in chunks of consecutive positions.
void fill_chunks(std::size_t count, const AppendKeys& append, std::vector<LargeVector<KeyEntry>>& chunks) {
  chunks.resize(kChunks);
  tbb::parallel_for(std::size_t{0}, kChunks, [&](std::size_t chunk) {
    const auto begin = static_cast<std::uint32_t>(count * chunk / kChunks);
    const auto end = static_cast<std::uint32_t>(count * (chunk + 1) / kChunks);
    auto& entries = chunks[chunk];
    entries.clear();
    entries.reserve(end - begin);
    std::vector<BlockingKey> keys;
    for (std::uint32_t position = begin; position < end; ++position) {
      keys.clear();
      append(position, keys);
      for (const auto key : keys) entries.push_back({key, position});
    }
  });
}

}  // namespace

void sort_keys(std::size_t count, bool repeats, const AppendKeys& append, KeySpace& space) {
  auto& chunks = space.chunks;
  fill_chunks(count, append, chunks);
  std::size_t total = 0;
  for (const auto& chunk : chunks) total += chunk.size();
  const unsigned bits =
      std::clamp<unsigned>(static_cast<unsigned>(std::bit_width(total / kPartEntries)), 1, kPartBitsMax);
  const std::size_t parts = std::size_t{1} << bits;

  // places[chunk][part]: where the chunk's entries of the part go.
  std::vector<std::vector<std::size_t>> places(kChunks, std::vector<std::size_t>(parts));
  tbb::parallel_for(std::size_t{0}, kChunks, [&](std::size_t chunk) {
    for (const auto& entry : chunks[chunk]) ++places[chunk][entry.key >> (64 - bits)];
  });
  std::vector<std::size_t> part_begin(parts + 1, total);
  std::size_t begin = 0;
  for (std::size_t part = 0; part < parts; ++part) {
    part_begin[part] = begin;
    for (auto& chunk : places) begin += std::exchange(chunk[part], begin);
  }
  auto& entries = space.entries;
  entries.resize(total);
  tbb::parallel_for(std::size_t{0}, kChunks, [&](std::size_t chunk) {
    for (const auto& entry : chunks[chunk]) entries[places[chunk][entry.key >> (64 - bits)]++] = entry;
  });
  tbb::parallel_for(std::size_t{0}, parts, [&](std::size_t part) {
    sort_part(entries.data() + part_begin[part], entries.data() + part_begin[part + 1], bits);
  });
  if (repeats) entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
}

LargeVector<KeyEntry> sorted_keys(std::size_t count, bool repeats, const AppendKeys& append) {
  KeySpace space;
  sort_keys(count, repeats, append, space);
  return std::move(space.entries);
}

}  // namespace gmpi
