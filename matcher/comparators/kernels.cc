#include "matcher/comparators/kernels.h"

namespace gmpi::comparators {

std::size_t runnable_kernels(const Kernels* (&out)[3]) {
  std::size_t count = 0;
  out[count++] = &kSse2Kernels;
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                    __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
  if (avx2) out[count++] = &kAvx2Kernels;
  if (avx2 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512vbmi2"))
    out[count++] = &kAvx512Kernels;
  return count;
}

const Kernels& kernels() {
  static const Kernels& chosen = []() -> const Kernels& {
    const Kernels* all[3] = {};
    return *all[runnable_kernels(all) - 1];
  }();
  return chosen;
}

}  // namespace gmpi::comparators
