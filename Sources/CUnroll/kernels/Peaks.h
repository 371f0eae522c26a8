// What the machine can do at most: multiply-adds that never leave the registers, and reading.

#pragma once

#include "Vector.h"

static double multiplyAddPeak(long rounds) {
  enum { CHAINS = TILE_ROWS * 2 };
  vec sums[CHAINS];
  for (int i = 0; i < CHAINS; i++) sums[i] = (float)i;
  volatile float unknown = 0.999f;  // so that the compiler computes nothing beforehand
  vec factor = unknown, addend = 1.0f - unknown;
  for (long round = 0; round < rounds; round++)
    UNROLLED(i, CHAINS) sums[i] = fmaVec(sums[i], factor, addend);
  vec total = 0.0f;
  for (int i = 0; i < CHAINS; i++) total += sums[i];
  volatile float sink = total[0];
  (void)sink;
  return 2.0 * WIDTH * CHAINS * (double)rounds;
}

static float readAll(const float *x, long count) {
  lanes sums[4] = {0.0f, 0.0f, 0.0f, 0.0f};
  for (long i = 0; i + 4 * LANES <= count; i += 4 * LANES)
    for (int j = 0; j < 4; j++) sums[j] += load16(x + i + j * LANES, LANES);
  return horizontalSum(sums[0] + sums[1] + sums[2] + sums[3]);
}
