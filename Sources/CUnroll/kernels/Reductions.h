// Sums and the operations on rows that need them. Lane l adds elements l, l + 16, ...; the lanes are combined in a fixed tree.

static float sum(const float *x, long count) {
  lanes total = 0.0f;
  for (long i = 0; i < count; i += LANES) total += load16(x + i, count - i);
  return horizontalSum(total);
}

static double sumOfSquares(const float *x, long count) {
  lanesDouble total = 0.0;
  for (long i = 0; i < count; i += LANES) {
    lanesDouble value = __builtin_convertvector(load16(x + i, count - i), lanesDouble);
    total += value * value;
  }
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) total[i] += total[i + half];
  return total[0];
}

/// A few rows at a time, so that they are read along and the sums stay in the first-level cache.
static void addRows(long m, long n, const float *a, long aRow, float *y) {
  for (long i0 = 0; i0 < m; i0 += 8) {
    const long i1 = smaller(m, i0 + 8);
    for (long j = 0; j < n; j += LANES) {
      lanes total = load16(y + j, n - j);
      for (long i = i0; i < i1; i++) total += load16(a + i * aRow + j, n - j);
      store16(y + j, total, n - j);
    }
  }
}

static void scatterRows(long m, long n, const int32_t *indices, const float *a, long aRow, float *table, long tableRow) {
  for (long i = 0; i < m; i++) add(table + indices[i] * tableRow, a + i * aRow, table + indices[i] * tableRow, n);
}

INLINE float dot(const float *a, const float *b, long count) {
  lanes total = 0.0f;
  for (long i = 0; i < count; i += LANES) total = fma16(load16(a + i, count - i), load16(b + i, count - i), total);
  return horizontalSum(total);
}

INLINE float greatest(const float *x, long count) {
  lanes best = x[0];
  for (long i = 0; i < count; i += LANES) {
    lanes value = load16(x + i, count - i);
    if (count - i < LANES)
      for (long l = count - i; l < LANES; l++) value[l] = x[0];
    best = select16((value > best) | (value != value), value, best);
  }
  return horizontalMaximum(best);
}

INLINE lanes firstLanes(lanes value, long count) {
  if (count < LANES)
    for (long l = count; l < LANES; l++) value[l] = 0;
  return value;
}

/// The sum of e^(x - shift).
INLINE float sumOfExponentials(const float *x, float shift, long count) {
  lanes total = 0.0f;
  for (long i = 0; i < count; i += LANES) total += firstLanes(exp16(load16(x + i, count - i) - shift), count - i);
  return horizontalSum(total);
}

INLINE float logOf(float x) { return log16((lanes)x)[0]; }
INLINE float logSumOfExponentials(const float *x, long count) {
  float shift = greatest(x, count);
  return shift + logOf(sumOfExponentials(x, shift, count));
}

static void softmax(long m, long n, const float *x, float *y) {
  for (long row = 0; row < m; row++, x += n, y += n) {
    float shift = greatest(x, n);
    lanes total = 0.0f;
    for (long i = 0; i < n; i += LANES) {
      lanes value = exp16(load16(x + i, n - i) - shift);
      store16(y + i, value, n - i);
      total += firstLanes(value, n - i);
    }
    float divisor = horizontalSum(total);
    for (long i = 0; i < n; i += LANES) store16(y + i, load16(y + i, n - i) / divisor, n - i);
  }
}

static void softmaxGradient(long m, long n, const float *dy, const float *y, float *dx) {
  for (long row = 0; row < m; row++, dy += n, y += n, dx += n) {
    float mean = dot(dy, y, n);
    for (long i = 0; i < n; i += LANES)
      store16(dx + i, load16(y + i, n - i) * (load16(dy + i, n - i) - mean), n - i);
  }
}

static void logSoftmax(long m, long n, const float *x, float *y) {
  for (long row = 0; row < m; row++, x += n, y += n) {
    float logSum = logSumOfExponentials(x, n);
    for (long i = 0; i < n; i += LANES) store16(y + i, load16(x + i, n - i) - logSum, n - i);
  }
}

static void logSoftmaxGradient(long m, long n, const float *dy, const float *y, float *dx) {
  for (long row = 0; row < m; row++, dy += n, y += n, dx += n) {
    float total = sum(dy, n);
    for (long i = 0; i < n; i += LANES)
      store16(dx + i, fma16((lanes)-total, exp16(load16(y + i, n - i)), load16(dy + i, n - i)), n - i);
  }
}

static void layerNorm(long m, long n, const float *x, const float *weight, const float *bias, float epsilon, float *y,
                      float *statistics) {
  for (long row = 0; row < m; row++, x += n, y += n, statistics += 2) {
    float mean = sum(x, n) / (float)n;
    lanes squares = 0.0f;
    for (long i = 0; i < n; i += LANES) {
      lanes centred = firstLanes(load16(x + i, n - i) - mean, n - i);
      squares = fma16(centred, centred, squares);
    }
    float reciprocal = 1.0f / __builtin_sqrtf(horizontalSum(squares) / (float)n + epsilon);
    statistics[0] = mean;
    statistics[1] = reciprocal;
    for (long i = 0; i < n; i += LANES) {
      lanes value = (load16(x + i, n - i) - mean) * reciprocal;
      store16(y + i, fma16(value, load16(weight + i, n - i), load16(bias + i, n - i)), n - i);
    }
  }
}

static void layerNormGradient(long m, long n, const float *dy, const float *x, const float *weight,
                              const float *statistics, float *dx, float *normalised) {
  for (long row = 0; row < m; row++, dy += n, x += n, dx += n, normalised += n, statistics += 2) {
    float mean = statistics[0], reciprocal = statistics[1];
    lanes slopes = 0.0f, products = 0.0f;
    for (long i = 0; i < n; i += LANES) {
      lanes value = firstLanes((load16(x + i, n - i) - mean) * reciprocal, n - i);
      lanes slope = load16(dy + i, n - i) * load16(weight + i, n - i);
      store16(normalised + i, value, n - i);
      slopes += slope;
      products = fma16(slope, value, products);
    }
    float meanSlope = horizontalSum(slopes) / (float)n, meanProduct = horizontalSum(products) / (float)n;
    for (long i = 0; i < n; i += LANES) {
      lanes slope = load16(dy + i, n - i) * load16(weight + i, n - i);
      lanes value = fma16((lanes)-meanProduct, load16(normalised + i, n - i), slope - meanSlope);
      store16(dx + i, value * reciprocal, n - i);
    }
  }
}

static void crossEntropy(const CUnroll_CrossEntropy *options, long m, const float *logits, const int32_t *targets,
                         float *losses, float *logSums) {
  const long n = options->classes;
  const float *weights = options->classWeights;
  for (long row = 0; row < m; row++, logits += n) {
    logSums[row] = losses[row] = 0;
    const int32_t target = targets[row];
    if (target == options->ignored) continue;
    const float logSum = logSumOfExponentials(logits, n);
    float loss = (weights ? weights[target] : 1.0f) * (logSum - logits[target]);
    if (options->smoothing > 0) {
      // The mean over all classes c of w_c (logSum - x_c).
      float weighted = weights ? dot(weights, logits, n) : sum(logits, n);
      float all = (options->totalWeight * logSum - weighted) / (float)n;
      loss = (1 - options->smoothing) * loss + options->smoothing * all;
    }
    logSums[row] = logSum;
    losses[row] = loss;
  }
}

static void crossEntropyGradient(const CUnroll_CrossEntropy *options, long m, const float *logits,
                                 const int32_t *targets, const float *logSums, float factor, float *gradient) {
  const long n = options->classes;
  const float *weights = options->classWeights;
  for (long row = 0; row < m; row++, logits += n, gradient += n) {
    const int32_t target = targets[row];
    if (target == options->ignored) {
      __builtin_memset(gradient, 0, (size_t)n * sizeof(float));
      continue;
    }
    const float spread = options->smoothing / (float)n * factor;
    const float hard = (1 - options->smoothing) * (weights ? weights[target] : 1.0f) * factor;
    const float total = hard + spread * options->totalWeight;
    for (long i = 0; i < n; i += LANES) {
      lanes value = total * exp16(load16(logits + i, n - i) - logSums[row]);
      if (spread > 0) value -= spread * (weights ? load16(weights + i, n - i) : (lanes)1.0f);
      store16(gradient + i, value, n - i);
    }
    gradient[target] -= hard;
  }
}
