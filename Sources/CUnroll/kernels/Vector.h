// The vector types, loads and stores that all kernels are written in.
//
// Included once for each instruction set, which defines WIDTH (floats in a register) and, where it has none, EMULATED_FMA.
// `vec` is one register, for the matrix product. `lanes` is always sixteen floats, whatever the registers: reductions
// then have the same lane structure, and so the same bits, everywhere.

#pragma once

#include <stdint.h>

#include "../include/CUnroll.h"

// Every function that takes or returns `lanes` is inlined, so no calling convention for it is ever needed.
#pragma clang diagnostic ignored "-Wpsabi"

#define LANES 16
#define INLINE static inline __attribute__((always_inline))

typedef float vec __attribute__((ext_vector_type(WIDTH)));
typedef float lanes __attribute__((ext_vector_type(LANES)));
typedef int32_t lanesInt __attribute__((ext_vector_type(LANES)));
typedef uint32_t lanesBits __attribute__((ext_vector_type(LANES)));
typedef double lanesDouble __attribute__((ext_vector_type(LANES)));

#ifdef EMULATED_FMA
// A correctly rounded fused multiply-add without the instruction: the product of two floats is exact in double; the sum is
// rounded to odd (Boldo and Melquiond 2008), so that the second rounding, to float, gives what a single one would.
#define DEFINE_FMA(NAME, TYPE, COUNT)                                                              \
  INLINE TYPE NAME(TYPE a, TYPE b, TYPE c) {                                                       \
    typedef double wide __attribute__((ext_vector_type(COUNT)));                                   \
    typedef int64_t bits __attribute__((ext_vector_type(COUNT)));                                  \
    wide product = __builtin_convertvector(a, wide) * __builtin_convertvector(b, wide);            \
    wide addend = __builtin_convertvector(c, wide);                                                \
    wide sum = product + addend;                                                                   \
    wide back = sum - product;                                                                     \
    wide error = (product - (sum - back)) + (addend - back);                                       \
    bits inexact = (error > 0.0) | (error < 0.0);                                                  \
    union { wide value; bits pattern; } s = {.value = sum};                                        \
    bits even = (s.pattern & 1) == 0;                                                              \
    bits outward = (error > 0.0) == (sum > 0.0);                                                   \
    s.pattern += (inexact & even) & ((outward & 2) - 1);                                           \
    return __builtin_convertvector(s.value, TYPE);                                                 \
  }
DEFINE_FMA(fmaVec, vec, WIDTH)
DEFINE_FMA(fma16, lanes, LANES)
#else
INLINE vec fmaVec(vec a, vec b, vec c) { return __builtin_elementwise_fma(a, b, c); }
INLINE lanes fma16(lanes a, lanes b, lanes c) { return __builtin_elementwise_fma(a, b, c); }
#endif

INLINE vec loadVec(const float *p) {
  vec v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

/// The first `count` floats at p, none if it is negative, zeros after them.
INLINE vec loadSome(const float *p, long count) {
  if (count >= WIDTH) return loadVec(p);
  vec v = 0.0f;
  for (long i = 0; i < count; i++) v[i] = p[i];
  return v;
}

INLINE void storeVec(float *p, vec v) { __builtin_memcpy(p, &v, sizeof v); }

/// The first `count` floats at p, zeros after them.
INLINE lanes load16(const float *p, long count) {
  lanes v;
  if (count >= LANES) {
    __builtin_memcpy(&v, p, sizeof v);
    return v;
  }
#ifdef MASKED_LOADS
  v = (lanes)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
#else
  v = 0.0f;
  for (long i = 0; i < count; i++) v[i] = p[i];
#endif
  return v;
}

INLINE void store16(float *p, lanes v, long count) {
  if (count >= LANES) {
    __builtin_memcpy(p, &v, sizeof v);
    return;
  }
#ifdef MASKED_LOADS
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), (__m512)v);
#else
  for (long i = 0; i < count; i++) p[i] = v[i];
#endif
}

INLINE lanes select16(lanesInt condition, lanes yes, lanes no) {
  return (lanes)((condition & (lanesInt)yes) | (~condition & (lanesInt)no));
}

// Where the second argument is NaN, so is the result.
INLINE lanes minimum16(lanes a, lanes b) { return select16(a < b, a, b); }
INLINE lanes maximum16(lanes a, lanes b) { return select16(a > b, a, b); }

/// Lane 0 + lane 8, ... , then the halves of that, in this order always.
INLINE float horizontalSum(lanes v) {
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) v[i] += v[i + half];
  return v[0];
}

INLINE float horizontalMaximum(lanes v) {
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) v[i] = v[i] > v[i + half] ? v[i] : v[i + half];
  return v[0];
}

INLINE lanes root16(lanes x) { return __builtin_elementwise_sqrt(x); }

INLINE long smaller(long a, long b) { return a < b ? a : b; }
