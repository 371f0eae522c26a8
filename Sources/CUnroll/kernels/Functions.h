// exp, log, tanh and sigmoid of sixteen floats. The coefficients come from Tools/approximations.py.
// Only fused multiply-adds, divisions and integer operations, all correctly rounded: equal bits on every machine.

/// e^x with a relative error of 1.2e-7; 0 below -87.3 (no subnormal results), infinity above 88.7.
INLINE lanes exp16(lanes x) {
  lanes limited = minimum16(maximum16(x, (lanes)-87.336544f), (lanes)88.72283f);
  const lanes shift = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  lanes n = fma16(limited, (lanes)1.44269504f, shift) - shift;
  lanes r = fma16(n, (lanes)-0.693145752f, limited);  // ln 2 in two parts, the first exact in 16 bits
  r = fma16(n, (lanes)-1.42860677e-6f, r);
  lanes p = 0.00138368295f;
  p = fma16(p, r, (lanes)0.00837481581f);
  p = fma16(p, r, (lanes)0.0416682251f);
  p = fma16(p, r, (lanes)0.166664198f);
  p = fma16(p, r, (lanes)0.499999911f);
  p = fma16(p, r, (lanes)1.0f);
  p = fma16(p, r, (lanes)1.0f);
  // 2^n in two factors, since n may be 128.
  lanesInt exponent = __builtin_convertvector(n, lanesInt);
  lanesInt half = exponent >> 1;
  lanes y = p * (lanes)((half + 127) << 23) * (lanes)((exponent - half + 127) << 23);
  y = select16(x < -87.336544f, (lanes)0.0f, y);
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

/// The hyperbolic tangent with an absolute error of 3.3e-7: x P(x^2) / Q(x^2), which passes 1 at 8.69.
INLINE lanes tanh16(lanes x) {
  lanes limited = minimum16(maximum16(x, (lanes)-8.69f), (lanes)8.69f);
  lanes u = limited * limited;
  lanes p = -8.48871144e-14f;
  p = fma16(p, u, (lanes)5.2779725e-11f);
  p = fma16(p, u, (lanes)-2.02253325e-08f);
  p = fma16(p, u, (lanes)1.11543486e-05f);
  p = fma16(p, u, (lanes)0.00310396124f);
  p = fma16(p, u, (lanes)0.130840153f);
  p = fma16(p, u, (lanes)1.0f);
  lanes q = 0.000254615181f;
  q = fma16(q, u, (lanes)0.0244951993f);
  q = fma16(q, u, (lanes)0.464173406f);
  q = fma16(q, u, (lanes)1.0f);
  lanes y = minimum16(maximum16(limited * p / q, (lanes)-1.0f), (lanes)1.0f);
  return select16(x != x, x, y);
}

/// 1 / (1 + e^-x) as (1 + tanh(x / 2)) / 2, with an absolute error of 2e-7: for gates.
INLINE lanes gate16(lanes x) { return fma16(tanh16(x * 0.5f), (lanes)0.5f, (lanes)0.5f); }

/// 1 / (1 + e^-x) with a small relative error for large negative x too.
INLINE lanes sigmoid16(lanes x) { return 1.0f / (1.0f + exp16(-x)); }
