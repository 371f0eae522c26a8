// Which table of kernels this machine can run.

#include <string.h>

#include "include/CUnrollKernels.h"

extern const CUnroll_Kernels CUnroll_baseline;
#if defined(__x86_64__)
extern const CUnroll_Kernels CUnroll_avx2, CUnroll_avx512;
#elif defined(__aarch64__)
extern const CUnroll_Kernels CUnroll_neon;
#endif

const CUnroll_Kernels *CUnroll_select(const char *name) {
  const CUnroll_Kernels *available[3];
  int count = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    available[count++] = &CUnroll_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) available[count++] = &CUnroll_avx2;
#elif defined(__aarch64__)
  available[count++] = &CUnroll_neon;
#endif
  available[count++] = &CUnroll_baseline;
  for (int i = 0; i < count; i++)
    if (!name || strcmp(name, available[i]->name) == 0) return available[i];
  return NULL;
}
