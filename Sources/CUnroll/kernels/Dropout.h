// Dropout by a counter generator: the mask is never stored, the backward pass draws it again.

#pragma once

#include "Vector.h"

/// Four blocks of Philox side by side: draws 16 b ..< 16 b + 16 of a key, in order.
INLINE lanesBits philox16(uint64_t key, uint64_t block) {
  typedef uint32_t four __attribute__((ext_vector_type(4)));
  typedef uint64_t fourWide __attribute__((ext_vector_type(4)));
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  fourWide counter = (fourWide){0, 1, 2, 3} + block * 4;
  four c0 = __builtin_convertvector(counter, four), c1 = __builtin_convertvector(counter >> 32, four);
  four c2 = 0, c3 = 0;
  for (int round = 0; round < 10; round++) {
    fourWide p0 = 0xD2511F53ull * __builtin_convertvector(c0, fourWide);
    fourWide p1 = 0xCD9E8D57ull * __builtin_convertvector(c2, fourWide);
    four n0 = __builtin_convertvector(p1 >> 32, four) ^ c1 ^ k0;
    four n2 = __builtin_convertvector(p0 >> 32, four) ^ c3 ^ k1;
    c1 = __builtin_convertvector(p1, four);
    c3 = __builtin_convertvector(p0, four);
    c0 = n0;
    c2 = n2;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  lanesBits draws;
  for (int i = 0; i < 4; i++) {
    draws[4 * i] = c0[i];
    draws[4 * i + 1] = c1[i];
    draws[4 * i + 2] = c2[i];
    draws[4 * i + 3] = c3[i];
  }
  return draws;
}

/// `first` is a multiple of 16: element i then has draw first + i of the key, whatever pieces the elements come in.
static void dropout(uint64_t key, uint64_t first, float keep, float scale, const float *x, float *y, long count) {
  EACH(i, rest, count) {
    lanesBits draws = philox16(key, (first + (uint64_t)i) / LANES);
    lanes uniform = __builtin_convertvector((lanesInt)(draws >> 8), lanes) * 0x1p-24f;
    store16(y + i, select16(uniform < keep, times16((lanes)scale, load16(x + i, rest)), (lanes)0.0f), rest);
  }
}
