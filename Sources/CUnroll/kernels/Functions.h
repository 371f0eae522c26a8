// exp, log, tanh and sigmoid of sixteen floats. The coefficients come from Tools/approximations.py.
// Only fused multiply-adds, divisions and integer operations, all correctly rounded: equal bits on every machine.

/// e^x with a relative error of 9e-8 for x between -87.3365 and 87.
INLINE lanes expWithin87(lanes x) {
  const lanes shift = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer, in the lowest bits
  lanes shifted = fma16(x, (lanes)1.44269504f, shift);
  lanes n = shifted - shift;
  lanes r = fma16(n, (lanes)-0.693145752f, x);  // ln 2 in two parts, the first exact in 16 bits
  r = fma16(n, (lanes)-1.42860677e-6f, r);
  lanes p = 0.00138368295f;
  p = fma16(p, r, (lanes)0.00837481581f);
  p = fma16(p, r, (lanes)0.0416682251f);
  p = fma16(p, r, (lanes)0.166664198f);
  p = fma16(p, r, (lanes)0.499999911f);
  p = fma16(p, r, (lanes)1.0f);
  p = fma16(p, r, (lanes)1.0f);
  return (lanes)((lanesInt)p + ((lanesInt)shifted << 23));  // p 2^n
}

/// e^x with a relative error of 9e-8, beyond 87 of 2.1e-7; 0 below -87.3365 (no subnormal results), infinity above 88.7.
INLINE lanes exp16(lanes x) {
  // Beyond 87, e^x is the square of e^(x / 2).
  lanesInt isLarge = x > 87.0f;
  lanes reduced = select16(isLarge, x * 0.5f, x);
  lanes y = expWithin87(minimum16(maximum16(reduced, (lanes)-87.3365f), (lanes)87.0f));
  y = select16(isLarge, y * y, y);
  y = select16(x < -87.3365f, (lanes)0.0f, y);
  y = select16(x > 88.72283f, (lanes)__builtin_inff(), y);
  return select16(x != x, x, y);
}

/// The natural logarithm with a relative error of 2e-7; -infinity for 0, NaN below.
INLINE lanes log16(lanes x) {
  lanesInt subnormal = x < 1.17549435e-38f;
  lanes scaled = select16(subnormal, x * 8388608.0f, x);
  lanesInt bits = (lanesInt)scaled;
  // scaled = 2^e (1 + f), 1 + f between sqrt(1/2) and sqrt(2)
  lanesInt e = (bits - 0x3f3504f3) >> 23;
  lanes f = (lanes)(bits - (e << 23)) - 1.0f;
  lanes exponent = __builtin_convertvector(e - (subnormal & 23), lanes);
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
  lanes y = 1.0f / (1.0f + expWithin87(minimum16(maximum16(-x, (lanes)-87.0f), (lanes)87.0f)));
  return select16(x != x, x, y);
}

/// The hyperbolic tangent with an absolute error of 1e-7: 1 - 2 / (1 + e^2x) with the sign of x, or below 0.5, where that
/// cancels, x + x^3 R(x^2) with a relative error of 1e-7.
INLINE lanes tanh16(lanes x) {
  lanesBits sign = (lanesBits)x & 0x80000000u;
  lanes size = (lanes)((lanesBits)x ^ sign);
  lanes limited = minimum16(size, (lanes)9.02f);
  lanes large = 1.0f - 2.0f / (1.0f + expWithin87(limited + limited));
  lanes u = size * size;
  lanes r = 0.0179889798f;
  r = fma16(r, u, (lanes)-0.0533871986f);
  r = fma16(r, u, (lanes)0.133304775f);
  r = fma16(r, u, (lanes)-0.333333105f);
  lanes small = fma16(size * u, r, size);
  lanes y = (lanes)((lanesBits)select16(size < 0.5f, small, large) | sign);
  return select16(x != x, x, y);
}
