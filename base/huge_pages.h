// base/huge_pages.h - memory for large arrays that are read at random: pages of 2 MiB where the system gives them.
//
// A random read of an array of many megabytes misses the translation cache as well as the data cache; with huge pages
// only the latter. Small arrays come from the ordinary heap. Without support (or when it is refused) only speed is lost.
// Threads: as std::allocator. Effect: docs/performance.md.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>

namespace gmpi {

template <class T>
struct HugePageAllocator {
  using value_type = T;

  static constexpr std::size_t kPageBytes = std::size_t{2} << 20;
  static constexpr std::size_t kLineBytes = 64;

  HugePageAllocator() = default;
  template <class U>
  HugePageAllocator(const HugePageAllocator<U>&) {}

  T* allocate(std::size_t count) {
    const std::size_t wanted = count * sizeof(T);
    const std::size_t alignment = wanted >= kPageBytes ? kPageBytes : kLineBytes;
    const std::size_t bytes = (wanted + alignment - 1) / alignment * alignment;
    if (count > static_cast<std::size_t>(-1) / sizeof(T) / 2) throw std::bad_array_new_length();
    void* memory = std::aligned_alloc(alignment, bytes);
    if (memory == nullptr) throw std::bad_alloc();
#if defined(MADV_HUGEPAGE)
    if (alignment == kPageBytes) (void)::madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) { std::free(memory); }

  template <class U>
  bool operator==(const HugePageAllocator<U>&) const {
    return true;
  }
};

/// Begins at a cache line.
template <class T>
using LargeVector = std::vector<T, HugePageAllocator<T>>;

}  // namespace gmpi
