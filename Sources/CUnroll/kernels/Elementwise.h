// Element by element, sixteen at a time.

#define ELEMENTWISE(NAME, PARAMETERS, RESULT)                                                   \
  static void NAME PARAMETERS {                                                                 \
    for (long i = 0; i < count; i += LANES) {                                                   \
      long rest = count - i;                                                                    \
      store16(y + i, RESULT, rest);                                                             \
    }                                                                                           \
  }
#define AT(P) load16(P + i, rest)

ELEMENTWISE(add, (const float *a, const float *b, float *y, long count), AT(a) + AT(b))
ELEMENTWISE(subtract, (const float *a, const float *b, float *y, long count), AT(a) - AT(b))
ELEMENTWISE(multiply, (const float *a, const float *b, float *y, long count), AT(a) * AT(b))
ELEMENTWISE(divide, (const float *a, const float *b, float *y, long count), AT(a) / AT(b))
ELEMENTWISE(scale, (float factor, const float *x, float *y, long count), factor * AT(x))
ELEMENTWISE(accumulate, (float factor, const float *x, float *y, long count), fma16((lanes)factor, AT(x), AT(y)))
ELEMENTWISE(tanhElements, (const float *x, float *y, long count), tanh16(AT(x)))
ELEMENTWISE(sigmoidElements, (const float *x, float *y, long count), sigmoid16(AT(x)))
ELEMENTWISE(reluElements, (const float *x, float *y, long count), select16(AT(x) < 0.0f, (lanes)0.0f, AT(x)))
ELEMENTWISE(expElements, (const float *x, float *y, long count), exp16(AT(x)))
ELEMENTWISE(logElements, (const float *x, float *y, long count), log16(AT(x)))
ELEMENTWISE(squareRoot, (const float *x, float *y, long count), __builtin_elementwise_sqrt(AT(x)))
ELEMENTWISE(absolute, (const float *x, float *y, long count), (lanes)((lanesBits)AT(x) & 0x7fffffffu))

INLINE lanes tanhSlope(lanes y) { return fma16(-y, y, (lanes)1.0f); }
INLINE lanes sigmoidSlope(lanes y) { return fma16(-y, y, y); }
INLINE lanes absoluteSlope(lanes x) {
  return select16(x > 0.0f, (lanes)1.0f, select16(x < 0.0f, (lanes)-1.0f, (lanes)0.0f));
}
INLINE lanes reluSlope(lanes y) { return select16(y > 0.0f, (lanes)1.0f, (lanes)0.0f); }

#define GRADIENT(NAME, SLOPE)                                                                   \
  static void NAME(const float *dy, const float *value, float *y, long count) {                 \
    for (long i = 0; i < count; i += LANES) {                                                   \
      long rest = count - i;                                                                    \
      store16(y + i, AT(dy) * SLOPE(AT(value)), rest);                                          \
    }                                                                                           \
  }
GRADIENT(tanhGradient, tanhSlope)
GRADIENT(sigmoidGradient, sigmoidSlope)
GRADIENT(reluGradient, reluSlope)
GRADIENT(absoluteGradient, absoluteSlope)
GRADIENT(logGradient, 1.0f /)

static void clampElements(float limit, float *x, long count) {
  for (long i = 0; i < count; i += LANES) {
    long rest = count - i;
    lanes value = AT(x);
    value = select16(value > limit, (lanes)limit, value);
    store16(x + i, select16(value < -limit, (lanes)-limit, value), rest);
  }
}
