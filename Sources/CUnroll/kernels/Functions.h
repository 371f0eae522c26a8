// exp, log, tanh and sigmoid of sixteen floats. The coefficients come from Tools/approximations.py.
// Only fused multiply-adds, divisions and integer operations, all correctly rounded: equal bits on every machine.
//
// No plain product or fused multiply-add here that matters comes near 2^-126, so arm64 needs no `times16`: the results of exp
// and sigmoid are above it, and where r * r is tiny, r itself is so much larger that the sum with it is r.

#pragma once

#include "Vector.h"

/// e^x = *power (1 + result) for x between -87.3365 and 87: *power is 2^n, the result e^(x - n ln 2) - 1, precise near 0 too.
INLINE lanes reducedExpMinus1(lanes x, lanes *power) {
  const lanes shift = 12583039.0f;  // 1.5 * 2^23 + 127: adding it leaves n + 127, an exponent, in the lowest bits
  lanes shifted = fma16(x, (lanes)1.44269504f, shift);
  lanes n = shifted - shift;
  lanes r = fma16(n, (lanes)-0.693145752f, x);  // ln 2 in two parts, the first exact in 16 bits
  r = fma16(n, (lanes)-1.42860677e-6f, r);
  lanes p = 0.00139012688f;
  p = fma16(p, r, (lanes)0.00836314075f);
  p = fma16(p, r, (lanes)0.0416668542f);
  p = fma16(p, r, (lanes)0.166665778f);
  p = fma16(p, r, (lanes)0.5f);
  *power = (lanes)((lanesInt)shifted << 23);
  return fma16(p, r * r, r);
}

/// e^x with a relative error of 9e-8, beyond 87 of 2.1e-7; 0 below -87.3365, infinity above 88.7.
INLINE lanes exp16(lanes x) {
  // Beyond 87, e^x is the square of e^(x / 2).
  lanesInt isLarge = x > 87.0f;
  lanes reduced = select16(isLarge, x * 0.5f, x);
  lanes power, rest = reducedExpMinus1(minimum16((lanes)87.0f, maximum16((lanes)-87.3365f, reduced)), &power);
  lanes y = fma16(rest, power, power);
  y = select16(isLarge, y * y, y);
  y = select16(x < -87.3365f, (lanes)0.0f, y);
  return select16(x > 88.72283f, (lanes)__builtin_inff(), y);
}

/// The natural logarithm with a relative error of 2e-7; -infinity for 0 and all that counts as it, NaN below.
INLINE lanes log16(lanes x) {
  lanesInt bits = (lanesInt)x;
  // x = 2^e (1 + f), 1 + f between sqrt(1/2) and sqrt(2)
  lanesInt e = (bits - 0x3f3504f3) >> 23;
  lanes f = (lanes)(bits - (e << 23)) - 1.0f;
  lanes exponent = __builtin_convertvector(e, lanes);
  lanes r = -0.0830503404f;
  r = fma16(r, f, (lanes)0.127987608f);
  r = fma16(r, f, (lanes)-0.12943472f);
  r = fma16(r, f, (lanes)0.141902566f);
  r = fma16(r, f, (lanes)-0.166434854f);
  r = fma16(r, f, (lanes)0.200018793f);
  r = fma16(r, f, (lanes)-0.250002801f);
  r = fma16(r, f, (lanes)0.333333254f);
  lanes square = f * f;
  lanes tail = fma16(r * f, square, square * -0.5f);
  tail = fma16(exponent, (lanes)1.42860677e-6f, tail);
  lanes y = fma16(exponent, (lanes)0.693145752f, f + tail);
  y = select16(x == 0.0f, (lanes)-__builtin_inff(), y);
  y = select16(x < 0.0f, (lanes)__builtin_nanf(""), y);
  return select16((x != x) | (x == __builtin_inff()), x, y);
}

/// 1 / (1 + e^-x) with an absolute error of 1e-7; the least result, for -87 and below, is 1.6e-38.
INLINE lanes sigmoid16(lanes x) {
  lanes power, rest = reducedExpMinus1(minimum16((lanes)87.0f, maximum16((lanes)-87.0f, -x)), &power);
  return 1.0f / fma16(rest, power, power + 1.0f);
}

/// The hyperbolic tangent with a relative error of 2e-7: (e^2x - 1) / (e^2x + 1), with the sign of x.
INLINE lanes tanh16(lanes x) {
  lanesBits sign = (lanesBits)x & 0x80000000u;
  lanes size = minimum16((lanes)9.02f, (lanes)((lanesBits)x ^ sign));
  lanes power, rest = reducedExpMinus1(size + size, &power);
  lanes numerator = fma16(rest, power, power - 1.0f);
  return (lanes)((lanesBits)(numerator / (numerator + 2.0f)) | sign);
}
