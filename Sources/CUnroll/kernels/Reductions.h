// Sums, and the operations on the rows of a matrix [m, n] that need them. Lane l adds elements l, l + 16, ...; the lanes are
// combined in a fixed tree.

#pragma once

#include "Elementwise.h"
#include "Functions.h"
#include "Vector.h"

static float sum(const float *x, long count) {
  lanes total = 0.0f;
  EACH(i, rest, count) total += load16(x + i, rest);
  return horizontalSum(total);
}

static double sumOfSquares(const float *x, long count) {
  lanesDouble total = 0.0;
  EACH(i, rest, count) {
    lanesDouble value = __builtin_convertvector(load16(x + i, rest), lanesDouble);
    total += value * value;
  }
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) total[i] += total[i + half];
  return total[0];
}

/// y[j] += sum over i of a[i, j]. A few rows at a time, so that they are read along and the sums stay in the first-level
/// cache.
static void addRows(long m, long n, const float *a, long aRow, float *y) {
  for (long i0 = 0; i0 < m; i0 += 8) {
    const long i1 = smaller(m, i0 + 8);
    EACH(j, rest, n) {
      lanes total = load16(y + j, rest);
      for (long i = i0; i < i1; i++) total += load16(a + i * aRow + j, rest);
      store16(y + j, total, rest);
    }
  }
}

static void scatterRows(long m, long n, const int32_t *indices, const float *a, long aRow, float *table, long tableRow) {
  for (long i = 0; i < m; i++) add(table + indices[i] * tableRow, a + i * aRow, table + indices[i] * tableRow, n);
}

INLINE float dot(const float *a, const float *b, long count) {
  lanes total = 0.0f;
  EACH(i, rest, count) total = fma16(load16(a + i, rest), load16(b + i, rest), total);
  return horizontalSum(total);
}

/// The greatest element, or a NaN if there is one.
INLINE float greatest(const float *x, long count) {
  lanes best = x[0];
  EACH(i, rest, count) {
    lanes value = load16(x + i, rest);
    if (rest < LANES)
      for (long l = rest; l < LANES; l++) value[l] = x[0];
    best = select16((value > best) | (value != value), value, best);
  }
  return horizontalMaximum(best);
}

/// The first `count` lanes, zeros after them.
INLINE lanes firstLanes(lanes value, long count) {
  if (count < LANES)
    for (long l = count; l < LANES; l++) value[l] = 0;
  return value;
}

// MARK: Softmax

/// The sum of e^(x - shift).
INLINE float sumOfExponentials(const float *x, float shift, long count) {
  lanes total = 0.0f;
  EACH(i, rest, count) total += firstLanes(exp16(load16(x + i, rest) - shift), rest);
  return horizontalSum(total);
}

INLINE float logOf(float x) { return log16((lanes)x)[0]; }

/// log sum e^x = max + log sum e^(x - max)
INLINE float logSumOfExponentials(const float *x, long count) {
  float shift = greatest(x, count);
  return shift + logOf(sumOfExponentials(x, shift, count));
}

/// y = e^(x - max) / sum e^(x - max)
static void softmax(long m, long n, const float *x, float *y) {
  for (long row = 0; row < m; row++, x += n, y += n) {
    float shift = greatest(x, n);
    lanes total = 0.0f;
    EACH(i, rest, n) {
      lanes value = exp16(load16(x + i, rest) - shift);
      store16(y + i, value, rest);
      total += firstLanes(value, rest);
    }
    float divisor = horizontalSum(total);
    EACH(i, rest, n) store16(y + i, load16(y + i, rest) / divisor, rest);
  }
}

/// dx = y (dy - sum dy y)
static void softmaxGradient(long m, long n, const float *dy, const float *y, float *dx) {
  for (long row = 0; row < m; row++, dy += n, y += n, dx += n) {
    float mean = dot(dy, y, n);
    EACH(i, rest, n) store16(dx + i, times16(load16(y + i, rest), load16(dy + i, rest) - mean), rest);
  }
}

/// y = x - log sum e^x
static void logSoftmax(long m, long n, const float *x, float *y) {
  for (long row = 0; row < m; row++, x += n, y += n) {
    float logSum = logSumOfExponentials(x, n);
    EACH(i, rest, n) store16(y + i, load16(x + i, rest) - logSum, rest);
  }
}

/// dx = dy - e^y sum dy
static void logSoftmaxGradient(long m, long n, const float *dy, const float *y, float *dx) {
  for (long row = 0; row < m; row++, dy += n, y += n, dx += n) {
    float total = sum(dy, n);
    EACH(i, rest, n) store16(dx + i, fma16((lanes)-total, exp16(load16(y + i, rest)), load16(dy + i, rest)), rest);
  }
}

// MARK: Layer normalisation

/// x^ = (x - mean) / sqrt(variance + epsilon); y = x^ weight + bias. Keeps the mean and 1 / sqrt(...) in `statistics` [m, 2].
static void layerNorm(long m, long n, const float *x, const float *weight, const float *bias, float epsilon, float *y,
                      float *statistics) {
  for (long row = 0; row < m; row++, x += n, y += n, statistics += 2) {
    float mean = sum(x, n) / (float)n;
    lanes squares = 0.0f;
    EACH(i, rest, n) {
      lanes centred = firstLanes(load16(x + i, rest) - mean, rest);
      squares = fma16(centred, centred, squares);
    }
    float reciprocal = 1.0f / __builtin_elementwise_sqrt(horizontalSum(squares) / (float)n + epsilon);
    statistics[0] = mean;
    statistics[1] = reciprocal;
    EACH(i, rest, n) {
      lanes value = times16(load16(x + i, rest) - mean, (lanes)reciprocal);
      store16(y + i, fma16(value, load16(weight + i, rest), load16(bias + i, rest)), rest);
    }
  }
}

/// With s = dy weight: dx = (s - mean s - x^ mean (s x^)) / sqrt(variance + epsilon). x^ goes to `normalised`: the gradient of
/// the weight is the sum over rows of dy x^, that of the bias the sum of dy.
static void layerNormGradient(long m, long n, const float *dy, const float *x, const float *weight, const float *statistics,
                              float *dx, float *normalised) {
  for (long row = 0; row < m; row++, dy += n, x += n, dx += n, normalised += n, statistics += 2) {
    float mean = statistics[0], reciprocal = statistics[1];
    lanes slopes = 0.0f, products = 0.0f;
    EACH(i, rest, n) {
      lanes value = firstLanes(times16(load16(x + i, rest) - mean, (lanes)reciprocal), rest);
      lanes slope = times16(load16(dy + i, rest), load16(weight + i, rest));
      store16(normalised + i, value, rest);
      slopes += slope;
      products = fma16(slope, value, products);
    }
    float meanSlope = horizontalSum(slopes) / (float)n, meanProduct = horizontalSum(products) / (float)n;
    EACH(i, rest, n) {
      lanes slope = times16(load16(dy + i, rest), load16(weight + i, rest));
      lanes value = fma16((lanes)-meanProduct, load16(normalised + i, rest), slope - meanSlope);
      store16(dx + i, times16(value, (lanes)reciprocal), rest);
    }
  }
}

// MARK: Cross entropy

/// Row i with class y costs (1 - s) w_y (-log p_y) + s / n sum over c of w_c (-log p_c), with the smoothing s.
static void crossEntropy(const CUnroll_CrossEntropy *options, long m, const float *logits, const int32_t *targets,
                         float *losses, float *logSums) {
  const long n = options->classes;
  const float *weights = options->classWeights;
  for (long row = 0; row < m; row++, logits += n) {
    logSums[row] = losses[row] = 0;
    const int32_t target = targets[row];
    if (target == options->ignored) continue;
    const float logSum = logSumOfExponentials(logits, n);
    float loss = times(weights ? weights[target] : 1.0f, logSum - logits[target]);
    if (options->smoothing > 0) {
      // The mean over all classes c of w_c (logSum - x_c).
      float weighted = weights ? dot(weights, logits, n) : sum(logits, n);
      float all = (times(options->totalWeight, logSum) - weighted) / (float)n;
      loss = times(1 - options->smoothing, loss) + times(options->smoothing, all);
    }
    logSums[row] = logSum;
    losses[row] = loss;
  }
}

/// dx_c = factor (((1 - s) w_y + s / n sum w) p_c - s / n w_c - [c = y] (1 - s) w_y)
static void crossEntropyGradient(const CUnroll_CrossEntropy *options, long m, const float *logits, const int32_t *targets,
                                 const float *logSums, float factor, float *gradient) {
  const long n = options->classes;
  const float *weights = options->classWeights;
  for (long row = 0; row < m; row++, logits += n, gradient += n) {
    const int32_t target = targets[row];
    if (target == options->ignored) {
      __builtin_memset(gradient, 0, (size_t)n * sizeof(float));
      continue;
    }
    const float spread = times(options->smoothing / (float)n, factor);
    const float hard = times(times(1 - options->smoothing, weights ? weights[target] : 1.0f), factor);
    const float total = hard + times(spread, options->totalWeight);
    EACH(i, rest, n) {
      lanes value = times16((lanes)total, exp16(load16(logits + i, rest) - logSums[row]));
      if (spread > 0) value -= times16((lanes)spread, weights ? load16(weights + i, rest) : (lanes)1.0f);
      store16(gradient + i, value, rest);
    }
    gradient[target] -= hard;
  }
}
