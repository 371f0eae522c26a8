// Element by element, sixteen at a time. The result y may be an operand.

#pragma once

#include "Functions.h"
#include "Vector.h"

static void add(const float *a, const float *b, float *y, long count) {
  EACH(i, rest, count) store16(y + i, load16(a + i, rest) + load16(b + i, rest), rest);
}

static void subtract(const float *a, const float *b, float *y, long count) {
  EACH(i, rest, count) store16(y + i, load16(a + i, rest) - load16(b + i, rest), rest);
}

static void multiply(const float *a, const float *b, float *y, long count) {
  EACH(i, rest, count) store16(y + i, times16(load16(a + i, rest), load16(b + i, rest)), rest);
}

static void divide(const float *a, const float *b, float *y, long count) {
  EACH(i, rest, count) store16(y + i, load16(a + i, rest) / load16(b + i, rest), rest);
}

static void scale(float factor, const float *x, float *y, long count) {
  EACH(i, rest, count) store16(y + i, times16((lanes)factor, load16(x + i, rest)), rest);
}

static void approach(float share, const float *x, float *y, long count) {
  EACH(i, rest, count) {
    const lanes old = load16(y + i, rest);
    store16(y + i, fma16((lanes)share, load16(x + i, rest) - old, old), rest);
  }
}

static void clampElements(float limit, float *x, long count) {
  EACH(i, rest, count) {
    lanes value = flushed16(load16(x + i, rest));
    value = select16(value > limit, (lanes)limit, value);
    store16(x + i, select16(value < -limit, (lanes)-limit, value), rest);
  }
}

// MARK: Functions

static void tanhElements(const float *x, float *y, long count) {
  EACH(i, rest, count) store16(y + i, tanh16(load16(x + i, rest)), rest);
}

static void sigmoidElements(const float *x, float *y, long count) {
  EACH(i, rest, count) store16(y + i, sigmoid16(load16(x + i, rest)), rest);
}

static void reluElements(const float *x, float *y, long count) {
  EACH(i, rest, count) {
    lanes value = flushed16(load16(x + i, rest));
    store16(y + i, select16(value < 0.0f, (lanes)0.0f, value), rest);
  }
}

static void expElements(const float *x, float *y, long count) {
  EACH(i, rest, count) store16(y + i, exp16(load16(x + i, rest)), rest);
}

static void logElements(const float *x, float *y, long count) {
  EACH(i, rest, count) store16(y + i, log16(load16(x + i, rest)), rest);
}

static void squareRoot(const float *x, float *y, long count) {
  EACH(i, rest, count) store16(y + i, root16(load16(x + i, rest)), rest);
}

static void absolute(const float *x, float *y, long count) {
  EACH(i, rest, count) {
    lanes value = flushed16(load16(x + i, rest));
    store16(y + i, (lanes)((lanesBits)value & 0x7fffffffu), rest);
  }
}

// MARK: Their gradients: dx = dy f'(x), the derivative from y = f(x) or, for logarithm and absolute value, from x.

/// 1 - y^2
INLINE lanes tanhSlope(lanes y) { return fma16(-y, y, (lanes)1.0f); }
/// y (1 - y)
INLINE lanes sigmoidSlope(lanes y) { return fma16(-y, y, y); }

static void tanhGradient(const float *dy, const float *y, float *dx, long count) {
  EACH(i, rest, count) store16(dx + i, times16(load16(dy + i, rest), tanhSlope(load16(y + i, rest))), rest);
}

static void sigmoidGradient(const float *dy, const float *y, float *dx, long count) {
  EACH(i, rest, count) store16(dx + i, times16(load16(dy + i, rest), sigmoidSlope(load16(y + i, rest))), rest);
}

static void reluGradient(const float *dy, const float *y, float *dx, long count) {
  EACH(i, rest, count) {
    lanes slope = flushed16(load16(dy + i, rest));
    store16(dx + i, select16(load16(y + i, rest) > 0.0f, slope, (lanes)0.0f), rest);
  }
}

static void absoluteGradient(const float *dy, const float *x, float *dx, long count) {
  EACH(i, rest, count) {
    lanes value = flushed16(load16(x + i, rest)), slope = flushed16(load16(dy + i, rest));
    store16(dx + i, select16(value > 0.0f, slope, select16(value < 0.0f, -slope, slope * 0.0f)), rest);
  }
}

static void logGradient(const float *dy, const float *x, float *dx, long count) {
  EACH(i, rest, count) store16(dx + i, times16(load16(dy + i, rest), 1.0f / load16(x + i, rest)), rest);
}
