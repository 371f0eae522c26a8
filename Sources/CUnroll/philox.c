// The scalar counter generator; kernels/Dropout.h draws the same numbers sixteen at a time.

#include "kernels/Philox.h"

#include "include/CUnrollKernels.h"

void CUnroll_philox(uint64_t key, uint64_t first, uint32_t *draws, long count) {
  uint32_t words[4];
  for (long i = 0; i < count; i++) {
    uint64_t position = first + (uint64_t)i;
    if (i == 0 || position % 4 == 0) philoxBlock(key, position / 4, words);
    draws[i] = words[position % 4];
  }
}
