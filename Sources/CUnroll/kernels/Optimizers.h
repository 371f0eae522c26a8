// One optimizer step over a run of `count` parameters p along their gradients g, with PyTorch's formulas.

#pragma once

#include "Vector.h"

/// g + wd p: weight decay as a part of the gradient.
INLINE lanes decayed(lanes gradient, float weightDecay, lanes value) { return fma16((lanes)weightDecay, value, gradient); }

/// factor g^2
INLINE lanes squareOf(float factor, lanes gradient) { return times16(times16((lanes)factor, gradient), gradient); }

/// g += wd p; b = mu b + (1 - dampening) g, at first b = g; Nesterov: g += mu b, else g = b; p -= lr g.
static void sgd(const CUnroll_SGD *s, long count, const float *g, float *p, float *velocity) {
  for (long i = 0; i < count; i += LANES) {
    const long rest = count - i;
    lanes value = load16(p + i, rest);
    lanes gradient = decayed(load16(g + i, rest), s->weightDecay, value);
    if (velocity) {
      lanes b = s->firstStep
                    ? gradient
                    : fma16((lanes)s->momentum, load16(velocity + i, rest), times16((lanes)(1 - s->dampening), gradient));
      store16(velocity + i, b, rest);
      gradient = s->nesterov ? fma16((lanes)s->momentum, b, gradient) : b;
    }
    store16(p + i, fma16((lanes)-s->learningRate, gradient, value), rest);
  }
}

/// g += wd p; v = alpha v + (1 - alpha) g^2; p -= lr g / (sqrt(v) + eps).
/// Centered: m += (1 - alpha)(g - m), and v - m^2 in v's place under the root. With momentum: b = mu b + g / (...); p -= lr b.
static void rmsprop(const CUnroll_RMSprop *s, long count, const float *g, float *p, float *square, float *mean,
                    float *velocity) {
  for (long i = 0; i < count; i += LANES) {
    const long rest = count - i;
    lanes value = load16(p + i, rest);
    lanes gradient = decayed(load16(g + i, rest), s->weightDecay, value);
    lanes v = fma16((lanes)s->smoothing, load16(square + i, rest), squareOf(s->smoothingComplement, gradient));
    store16(square + i, v, rest);
    if (mean) {
      lanes m = load16(mean + i, rest);
      m = fma16((lanes)s->smoothingComplement, gradient - m, m);
      store16(mean + i, m, rest);
      v = fma16(-m, m, v);
    }
    lanes direction = gradient / (root16(v) + s->epsilon);
    if (velocity) {
      direction = fma16((lanes)s->momentum, load16(velocity + i, rest), direction);
      store16(velocity + i, direction, rest);
    }
    store16(p + i, fma16((lanes)-s->learningRate, direction, value), rest);
  }
}

/// p *= decay; g += wd p; m += (1 - beta1)(g - m); v = beta2 v + (1 - beta2) g^2;
/// p -= lr / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + eps).
/// Kingma and Ba 2015; decoupled decay: Loshchilov and Hutter 2019; `greatest`, the largest v: AMSGrad, Reddi et al. 2018.
static void adam(const CUnroll_Adam *s, long count, const float *g, float *p, float *first, float *second, float *greatest) {
  const float size = s->learningRate / s->firstCorrection;
  for (long i = 0; i < count; i += LANES) {
    const long rest = count - i;
    lanes value = times16((lanes)s->decay, load16(p + i, rest));
    lanes gradient = decayed(load16(g + i, rest), s->weightDecay, value);
    lanes m = load16(first + i, rest);
    m = fma16((lanes)s->beta1Complement, gradient - m, m);
    lanes v = fma16((lanes)s->beta2, load16(second + i, rest), squareOf(s->beta2Complement, gradient));
    store16(first + i, m, rest);
    store16(second + i, v, rest);
    if (greatest) {
      v = maximum16(flushed16(load16(greatest + i, rest)), v);
      store16(greatest + i, v, rest);
    }
    store16(p + i, fma16((lanes)-size, m / (root16(v) / s->secondCorrectionRoot + s->epsilon), value), rest);
  }
}

/// g += wd p; v += g^2; p -= lr g / (sqrt(v) + eps). Duchi, Hazan and Singer 2011.
static void adagrad(const CUnroll_Adagrad *s, long count, const float *g, float *p, float *square) {
  for (long i = 0; i < count; i += LANES) {
    const long rest = count - i;
    lanes value = load16(p + i, rest);
    lanes gradient = decayed(load16(g + i, rest), s->weightDecay, value);
    lanes v = fma16(gradient, gradient, load16(square + i, rest));
    store16(square + i, v, rest);
    store16(p + i, fma16((lanes)-s->learningRate, gradient / (root16(v) + s->epsilon), value), rest);
  }
}
