// One optimizer step over a run of parameters, with PyTorch's formulas.

#define EACH(BODY)                              \
  for (long i = 0; i < count; i += LANES) {     \
    long rest = count - i;                      \
    lanes gradient = AT(g), value = AT(p);      \
    BODY;                                       \
    store16(p + i, value, rest);                \
  }
#define PUT(P, VALUE) store16(P + i, VALUE, rest)
#define DECAY gradient = fma16((lanes)s->weightDecay, value, gradient)

INLINE lanes root16(lanes x) { return __builtin_elementwise_sqrt(x); }

/// g += wd p; b = mu b + (1 - dampening) g, at first b = g; Nesterov: g += mu b, else g = b; p -= lr g.
static void sgd(const CUnroll_OptimizerStep *s, long count, const float *g, float *p, float *momentum) {
  EACH({
    DECAY;
    if (momentum) {
      lanes buffer = s->firstStep ? gradient
                                  : fma16((lanes)s->momentum, AT(momentum), (1 - s->dampening) * gradient);
      PUT(momentum, buffer);
      gradient = s->nesterov ? fma16((lanes)s->momentum, buffer, gradient) : buffer;
    }
    value = fma16((lanes)-s->learningRate, gradient, value);
  })
}

/// v = alpha v + (1 - alpha) g^2; p -= lr g / (sqrt(v) + eps); centered: v minus the square of the mean gradient.
static void rmsprop(const CUnroll_OptimizerStep *s, long count, const float *g, float *p, float *square,
                    float *average, float *momentum) {
  EACH({
    DECAY;
    lanes v = fma16((lanes)s->beta2, AT(square), s->beta2Complement * gradient * gradient);
    PUT(square, v);
    if (average) {
      lanes mean = AT(average);
      mean = fma16((lanes)s->beta2Complement, gradient - mean, mean);
      PUT(average, mean);
      v = fma16(-mean, mean, v);
    }
    lanes direction = gradient / (root16(v) + s->epsilon);
    if (momentum) {
      direction = fma16((lanes)s->momentum, AT(momentum), direction);
      PUT(momentum, direction);
    }
    value = fma16((lanes)-s->learningRate, direction, value);
  })
}

/// m = m + (1 - beta1)(g - m); v = beta2 v + (1 - beta2) g^2; p -= lr / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + eps).
/// Kingma and Ba 2015; decoupled decay: Loshchilov and Hutter 2019; `greatest`: AMSGrad, Reddi et al. 2018.
static void adam(const CUnroll_OptimizerStep *s, long count, const float *g, float *p, float *first, float *second,
                 float *greatest) {
  const float size = s->learningRate / s->firstCorrection;
  EACH({
    if (s->decoupled)
      value *= s->decay;
    else
      DECAY;
    lanes m = AT(first);
    m = fma16((lanes)s->beta1Complement, gradient - m, m);
    lanes v = fma16((lanes)s->beta2, AT(second), s->beta2Complement * gradient * gradient);
    PUT(first, m);
    PUT(second, v);
    if (greatest) {
      v = maximum16(AT(greatest), v);
      PUT(greatest, v);
    }
    value = fma16((lanes)-size, m / (root16(v) / s->secondCorrectionRoot + s->epsilon), value);
  })
}

/// v += g^2; p -= lr g / (sqrt(v) + eps). Duchi, Hazan and Singer 2011.
static void adagrad(const CUnroll_OptimizerStep *s, long count, const float *g, float *p, float *square) {
  EACH({
    DECAY;
    lanes v = fma16(gradient, gradient, AT(square));
    PUT(square, v);
    value = fma16((lanes)-s->learningRate, gradient / (root16(v) + s->epsilon), value);
  })
}
