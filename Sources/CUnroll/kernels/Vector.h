// The vector types, loads, stores and arithmetic that all kernels are written in.
//
// Included once for each instruction set, which defines WIDTH (floats in a register), TILE_ROWS (rows of a tile of the
// product) and, where it has no fused multiply-add, EMULATED_FMA. `vec` is one register, for the matrix product. `lanes` is
// always sixteen floats, whatever the registers: reductions then have the same lane structure, and so the same bits,
// everywhere.

#pragma once

#include <stdint.h>

#include "../include/CUnrollKernels.h"

#ifndef WIDTH  // an editor that reads a header alone
#define WIDTH 4
#define TILE_ROWS 6
#define EMULATED_FMA
#endif

// Every function that takes or returns `lanes` is inlined, so no calling convention for it is ever needed.
#pragma clang diagnostic ignored "-Wpsabi"

#define LANES 16
#define INLINE static inline __attribute__((always_inline))

// UNROLLED(i, count) { ... }: i = 0 ..< count, each round compiled on its own.
#define UNROLLED(I, COUNT) _Pragma("clang loop unroll(full)") for (int I = 0; I < (COUNT); I++)

// EACH(i, rest, count) { ... }: i = 0, 16, 32, ... below count, with the number of elements from i on in rest.
#define EACH(I, REST, COUNT) for (long I = 0, REST; (REST = (COUNT) - I) > 0; I += LANES)

typedef CUnroll_Matrix Matrix;
typedef CUnroll_Start Start;
typedef CUnroll_Target Target;

typedef float vec __attribute__((ext_vector_type(WIDTH)));
typedef float lanes __attribute__((ext_vector_type(LANES)));
typedef int32_t lanesInt __attribute__((ext_vector_type(LANES)));
typedef uint32_t lanesBits __attribute__((ext_vector_type(LANES)));
typedef double lanesDouble __attribute__((ext_vector_type(LANES)));

INLINE long smaller(long a, long b) { return a < b ? a : b; }

// MARK: Loads and stores

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

// MARK: Choices

INLINE lanes select16(lanesInt condition, lanes yes, lanes no) {
  return (lanes)((condition & (lanesInt)yes) | (~condition & (lanesInt)no));
}

// Where the second argument is NaN, so is the result.
INLINE lanes minimum16(lanes a, lanes b) { return select16(a < b, a, b); }
INLINE lanes maximum16(lanes a, lanes b) { return select16(a > b, a, b); }

/// Zero of the same sign for magnitudes below the smallest normal number: for kernels that pass on what they read. (Where
/// a compiler turns a comparison and a choice into one instruction, some processors pass such a number on and some do not.)
INLINE lanes flushed16(lanes x) {
  lanesInt isNormal = ((lanesInt)x & 0x7f800000) != 0;
  return (lanes)((lanesInt)x & (isNormal | INT32_MIN));
}

// MARK: Products and fused multiply-adds
//
// Their results follow the rule of CUnrollFloatingPoint.h, which arm64 needs help for: it makes a zero of a result that
// would have been rounded up to the smallest normal number, 2^-126. No other operation has such results: the sum of two
// floats is a multiple of 2^-149, so it is rounded only if it is large; a quotient of two 24-bit numbers cannot be less than
// 2^-25 of itself below a power of two; a root is large.

#if defined(__aarch64__)
#define FLUSHES_BEFORE_ROUNDING
#endif

#if defined(EMULATED_FMA) || defined(FLUSHES_BEFORE_ROUNDING)
// A correctly rounded fused multiply-add without the instruction: the product of two floats is exact in double; the sum is
// rounded to odd (Boldo and Melquiond 2008), so that the second rounding, to float, gives what a single one would.
#if defined(FLUSHES_BEFORE_ROUNDING)
#define ROUND_UP_TO_NORMAL(TYPE, S)                                                    \
  TYPE isBelowNormal = (S.pattern & INT64_MAX) < 0x3810000000000000; /* 2^-126 */      \
  TYPE isNearNormal = (S.pattern & INT64_MAX) >= 0x380ffffff0000000; /* less 2^-151 */ \
  TYPE isRaised = isBelowNormal & isNearNormal;                                        \
  S.pattern = (~isRaised & S.pattern) | (isRaised & ((S.pattern & INT64_MIN) | 0x3810000000000000));
#else
#define ROUND_UP_TO_NORMAL(TYPE, S)
#endif

#define DEFINE_EXACT_FMA(NAME, TYPE, COUNT)                                             \
  INLINE TYPE NAME(TYPE a, TYPE b, TYPE c) {                                            \
    typedef double wide __attribute__((ext_vector_type(COUNT)));                        \
    typedef int64_t bits __attribute__((ext_vector_type(COUNT)));                       \
    wide product = __builtin_convertvector(a, wide) * __builtin_convertvector(b, wide); \
    wide addend = __builtin_convertvector(c, wide);                                     \
    wide sum = product + addend;                                                        \
    wide back = sum - product;                                                          \
    wide error = (product - (sum - back)) + (addend - back);                            \
    bits inexact = (error > 0.0) | (error < 0.0);                                       \
    union {                                                                             \
      wide value;                                                                       \
      bits pattern;                                                                     \
    } s = {.value = sum};                                                               \
    bits even = (s.pattern & 1) == 0;                                                   \
    bits outward = (error > 0.0) == (sum > 0.0);                                        \
    s.pattern += (inexact & even) & ((outward & 2) - 1);                                \
    ROUND_UP_TO_NORMAL(bits, s)                                                         \
    return __builtin_convertvector(s.value, TYPE);                                      \
  }
DEFINE_EXACT_FMA(exactFmaVec, vec, WIDTH)
DEFINE_EXACT_FMA(exactFma16, lanes, LANES)
#endif

#if defined(EMULATED_FMA)
INLINE vec fmaVec(vec a, vec b, vec c) { return exactFmaVec(a, b, c); }
INLINE lanes fma16(lanes a, lanes b, lanes c) { return exactFma16(a, b, c); }
#elif defined(FLUSHES_BEFORE_ROUNDING)
/// May be zero where the rule wants 2^-126: Product.h looks for that.
INLINE vec fmaVec(vec a, vec b, vec c) { return __builtin_elementwise_fma(a, b, c); }

/// A zero of a product of others is computed again.
INLINE lanes fma16(lanes a, lanes b, lanes c) {
  lanes result = __builtin_elementwise_fma(a, b, c);
  lanesInt mayBeWrong = (result == 0.0f) & (a != 0.0f) & (b != 0.0f);
  if (__builtin_reduce_or(mayBeWrong)) result = exactFma16(a, b, c);
  return result;
}
#else
INLINE vec fmaVec(vec a, vec b, vec c) { return __builtin_elementwise_fma(a, b, c); }
INLINE lanes fma16(lanes a, lanes b, lanes c) { return __builtin_elementwise_fma(a, b, c); }
#endif

/// a b. A plain `*` is for products that cannot come near 2^-126.
INLINE lanes times16(lanes a, lanes b) {
#if defined(FLUSHES_BEFORE_ROUNDING)
  return fma16(a, b, (lanes)-0.0f);
#else
  return a * b;
#endif
}

INLINE float times(float a, float b) { return times16((lanes)a, (lanes)b)[0]; }

INLINE lanes root16(lanes x) { return __builtin_elementwise_sqrt(x); }

// MARK: Reductions

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
