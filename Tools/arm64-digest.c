// Prints a digest of the results of each kernel over several kinds of numbers: `arm64-digest TABLE`.
//
// Two tables are equal to the bit if their lines are equal. Tools/arm64-digest compares those of two architectures.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CUnroll.h"

// MARK: Numbers

static uint64_t seed;

static uint32_t draw(void) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(seed >> 32);
}

static float ofBits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/// mantissa 2^exponent, for mantissas of 24 bits.
static float number(uint32_t mantissa, int exponent, int isNegative) {
  return ofBits((uint32_t)isNegative << 31 | (uint32_t)(exponent + 150) << 23 | (mantissa & 0x7fffff));
}

enum { uniform, patterns, tiny, near, edges, kinds };
static const char *kindNames[kinds] = {"uniform", "patterns", "tiny", "near", "edges"};

/// A float of a kind. Operand 0 and operand 1 of the kind `near`, and of no other, belong together: their products lie just
/// below 2^-126, where a result may be rounded up to the smallest normal number.
static float drawn(int kind, int operand, long index) {
  static const uint32_t edgeBits[] = {
      0,          0x80000000, 1,          0x80000001, 0x007fffff, 0x807fffff, 0x00800000, 0x80800000, 0x00800001, 0x3f800000,
      0xbf800000, 0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0x42b17218, 0xc2aeac50, 0x1f800000, 0x9f800000,
  };
  switch (kind) {
    case uniform: return (float)((int32_t)draw() >> 8) * 0x1p-21f;
    case patterns: return ofBits(draw());
    case tiny: return ofBits((draw() & 0x80ffffff) | (draw() % 40) << 23);
    case near: {
      const uint64_t saved = seed;
      seed = (uint64_t)(index + 1) * 0x9e3779b97f4a7c15u;
      draw();
      const uint32_t first = 0x800000 | (draw() & 0x7fffff), second = (uint32_t)(((1ull << 47) - 1) / first);
      const uint32_t signs = draw();
      seed = saved;
      if (operand == 0) return number(first, -83, signs & 1);
      if (operand == 1) return number(second, -90, signs >> 1 & 1);
      // What is added to them, and numbers whose product with others is very small.
      const float others[] = {0.0f, 0x1p-126f, -0x1p-126f, 0x1p-126f + 0x1p-149f, -0.0f, 0x1p-60f};
      return others[draw() % 6];
    }
    default: return ofBits(edgeBits[draw() % (sizeof edgeBits / sizeof *edgeBits)]);
  }
}

static int kind;  // of the numbers of all buffers that follow

static float *buffer(long count, int operand) {
  float *x = malloc((size_t)(count + 16) * sizeof(float));
  for (long i = 0; i < count; i++) x[i] = drawn(kind, operand, i);
  return x;
}

// MARK: Digests

static uint64_t digest;

static void take(const void *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) digest = (digest ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
}

/// All NaNs count as one: which of them an operation gives is the processor's business.
static void takeFloats(const float *x, long count) {
  for (long i = 0; i < count; i++) {
    const float value = x[i] != x[i] ? ofBits(0x7fc00000) : x[i];
    take(&value, sizeof value);
  }
}

static void takeDouble(double x) {
  if (x != x) x = 0;
  take(&x, sizeof x);
}

static void begin(void) { digest = 1469598103934665603u; }
static void end(const char *kernel) { printf("%-24s %-9s %016llx\n", kernel, kindNames[kind], (unsigned long long)digest); }

// MARK: Kernels

static const CUnroll_Kernels *k;

#define COUNT 6007
#define WITH_BUFFERS                                                         \
  float *a = buffer(COUNT, 0), *b = buffer(COUNT, 1), *x = buffer(COUNT, 2); \
  float *y = buffer(COUNT, 2), *z = buffer(COUNT, 2), *w = buffer(COUNT, 2); \
  (void)a, (void)b, (void)x, (void)y, (void)z, (void)w;                      \
  begin();
#define END(NAME) \
  end(NAME);      \
  free(a), free(b), free(x), free(y), free(z), free(w);
#define ELEMENTWISE(NAME, CALL) \
  {                             \
    WITH_BUFFERS                \
    CALL;                       \
    takeFloats(y, COUNT);       \
    END(NAME)                   \
  }

static void elementwise(void) {
  ELEMENTWISE("add", k->add(a, b, y, COUNT))
  ELEMENTWISE("subtract", k->subtract(a, b, y, COUNT))
  ELEMENTWISE("multiply", k->multiply(a, b, y, COUNT))
  ELEMENTWISE("divide", k->divide(a, b, y, COUNT))
  ELEMENTWISE("squareRoot", k->squareRoot(a, y, COUNT))
  ELEMENTWISE("absolute", k->absolute(a, y, COUNT))
  ELEMENTWISE("absoluteGradient", k->absoluteGradient(a, b, y, COUNT))
  for (int i = 0; i < 40; i++) {
    ELEMENTWISE("scale", k->scale(b[i], a + i, y, 1))
  }
  ELEMENTWISE("approach", k->approach(0.3f, a, y, COUNT))
  ELEMENTWISE("clamp", k->clamp(0.8f, y, COUNT))
  ELEMENTWISE("dropout", k->dropout(77, 1 << 20, 0.7f, 1 / 0.7f, a, y, COUNT))
  ELEMENTWISE("tanh", k->tanh(a, y, COUNT))
  ELEMENTWISE("sigmoid", k->sigmoid(a, y, COUNT))
  ELEMENTWISE("relu", k->relu(a, y, COUNT))
  ELEMENTWISE("exp", k->exp(a, y, COUNT))
  ELEMENTWISE("log", k->log(a, y, COUNT))
  ELEMENTWISE("tanhGradient", k->tanhGradient(a, b, y, COUNT))
  ELEMENTWISE("sigmoidGradient", k->sigmoidGradient(a, b, y, COUNT))
  ELEMENTWISE("reluGradient", k->reluGradient(a, b, y, COUNT))
  ELEMENTWISE("logGradient", k->logGradient(a, b, y, COUNT))
}

static void reductions(void) {
  static const long widths[] = {1, 15, 33, 100};
  for (int i = 0; i < 4; i++) {
    const long n = widths[i], m = 50;
    WITH_BUFFERS
    const float total = k->sum(a, m * n);
    takeFloats(&total, 1);
    takeDouble(k->sumOfSquares(a, m * n));
    END("sums")
    int32_t indices[50], targets[50];
    for (int r = 0; r < 50; r++) indices[r] = (int32_t)(draw() % 7), targets[r] = (int32_t)(draw() % n) - (r % 9 == 0);
#define ROWS(NAME, CALL)                                              \
  {                                                                   \
    WITH_BUFFERS                                                      \
    CALL;                                                             \
    takeFloats(y, COUNT), takeFloats(z, COUNT), takeFloats(w, COUNT); \
    END(NAME)                                                         \
  }
    ROWS("addRows", k->addRows(m, n, a, n, y))
    ROWS("scatterRows", k->scatterRows(m, n, indices, a, n, y, n))
    ROWS("softmax", k->softmax(m, n, a, y))
    ROWS("softmaxGradient", k->softmaxGradient(m, n, a, b, y))
    ROWS("logSoftmax", k->logSoftmax(m, n, a, y))
    ROWS("logSoftmaxGradient", k->logSoftmaxGradient(m, n, a, b, y))
    ROWS("layerNorm", k->layerNorm(m, n, a, b, x, 1e-5f, y, z))
    ROWS("layerNorm, no epsilon", k->layerNorm(m, n, a, b, x, 0, y, z))
    ROWS("layerNormGradient", k->layerNormGradient(m, n, a, b, x, b + 1, y, z))
    CUnroll_CrossEntropy options = {n, -1, 0, NULL, (float)n};
    ROWS("crossEntropy", k->crossEntropy(&options, m, a, targets, y, z);
         k->crossEntropyGradient(&options, m, a, targets, z, b[3], w))
    float *weights = buffer(n, 1);
    options = (CUnroll_CrossEntropy){n, -1, 0.1f, weights, k->sum(weights, n)};
    ROWS("weighted crossEntropy", k->crossEntropy(&options, m, a, targets, y, z);
         k->crossEntropyGradient(&options, m, a, targets, z, 0.3f, w))
    free(weights);
  }
}

static float *packedOf(long rows, long columns, CUnroll_Matrix b) {
  float *panels = calloc((size_t)k->packedCount(rows, columns) + 16, sizeof(float));
  k->pack(rows, columns, b, panels);
  return panels;
}

static void products(void) {
  static const long shapes[][3] = {{1, 33, 70}, {1, 300, 1}, {7, 65, 129}, {25, 130, 1100}, {100, 96, 64}, {13, 17, 3},
                                   {40, 40, 1}, {70, 70, 2}, {3, 70, 512}, {2, 3, 0},       {1, 256, 512}};
  for (int i = 0; i < 11; i++) {
    const long m = shapes[i][0], n = shapes[i][1], K = shapes[i][2];
    float *a = buffer(m * K, 0), *b = buffer(K * n, 1), *start = buffer(m * n, 2), *c = buffer(m * n, 2);
    float *panels = packedOf(K, n, (CUnroll_Matrix){b, n, 1});
    begin();
    k->product(m, n, K, (CUnroll_Matrix){a, K, 1}, panels, (CUnroll_Start){0, 0}, (CUnroll_Target){c, n});
    takeFloats(c, m * n);
    k->product(m, n, K, (CUnroll_Matrix){a, 1, m}, panels, (CUnroll_Start){start, n}, (CUnroll_Target){c, n});
    takeFloats(c, m * n);
    k->product(m, n, K, (CUnroll_Matrix){a, 1, m}, panels, (CUnroll_Start){c, n}, (CUnroll_Target){c, n});
    takeFloats(c, m * n);
    free(panels);
    panels = packedOf(K, n, (CUnroll_Matrix){b, 1, K});
    k->product(m, n, K, (CUnroll_Matrix){a, K, 1}, panels, (CUnroll_Start){start, 0}, (CUnroll_Target){c, n});
    takeFloats(c, m * n);
    end("product");
    free(a), free(b), free(start), free(c), free(panels);
  }
  static const long stored[][3] = {{1, 64, 96}, {3, 32, 64}, {9, 96, 32}};
  for (int i = 0; i < 3; i++) {
    const long m = stored[i][0], n = stored[i][1], K = stored[i][2];
    float *a = buffer(m * K, 0), *b = buffer(K * n, 1), *start = buffer(m * n, 2), *c = buffer(m * n, 2);
    begin();
    k->storedProduct(m, n, K, (CUnroll_Matrix){a, K, 1}, b, (CUnroll_Start){0, 0}, (CUnroll_Target){c, n});
    takeFloats(c, m * n);
    k->storedProduct(m, n, K, (CUnroll_Matrix){a, K, 1}, b, (CUnroll_Start){start, n}, (CUnroll_Target){c, n});
    takeFloats(c, m * n);
    end("storedProduct");
    free(a), free(b), free(start), free(c);
  }
}

static void optimizers(void) {
  for (int i = 0; i < 2; i++) {
    const CUnroll_SGD sgd = {0.1f, i ? 0x1p-64f : 0.01f, 0.9f, i ? 0 : 0.2f, i, 0};
    const CUnroll_RMSprop rmsprop = {0.1f, i ? 0 : 0.01f, 0.9f, 0.99f, 0.01f, 1e-8f};
    const CUnroll_Adam adam = {0.1f, i ? 0 : 0.01f, i ? 0.999f : 1, 0.1f, 0.99f, 0.01f, 1e-8f, 0.19f, 0.14f};
    const CUnroll_Adagrad adagrad = {0.1f, i ? 0 : 0.01f, 1e-8f};
#define STEP(NAME, CALL)                                                                    \
  {                                                                                         \
    WITH_BUFFERS                                                                            \
    CALL;                                                                                   \
    takeFloats(b, COUNT), takeFloats(x, COUNT), takeFloats(y, COUNT), takeFloats(z, COUNT); \
    END(NAME)                                                                               \
  }
    STEP("sgd", k->sgd(&sgd, COUNT, a, b, NULL))
    STEP("sgd with momentum", k->sgd(&sgd, COUNT, a, b, x))
    STEP("rmsprop", k->rmsprop(&rmsprop, COUNT, a, b, x, NULL, NULL))
    STEP("centered rmsprop", k->rmsprop(&rmsprop, COUNT, a, b, x, y, z))
    STEP("adam", k->adam(&adam, COUNT, a, b, x, y, NULL))
    STEP("adam with amsgrad", k->adam(&adam, COUNT, a, b, x, y, z))
    STEP("adagrad", k->adagrad(&adagrad, COUNT, a, b, x))
  }
}

/// Weights and inputs of the kind times `scale`, so that numbers without an end do not drown all others.
static void recurrence(const char *name, int32_t cell, long P, float scale) {
  const long T = 7, N = 5, H = 37, G = cell == CUnroll_cellLSTM ? 4 : cell == CUnroll_cellGRU ? 3 : 1, stride = G * H + 3;
  const int isGRU = cell == CUnroll_cellGRU, isProjected = P != H;
  static const int32_t lengths[] = {7, 2, 5, 7, 1};
  float *weights = buffer(G * H * P, 0), *projection = buffer(P * H, 0), *bias = buffer(H, 2);
  float *gates = buffer(T * N * stride, 1), *candidate = buffer(T * N * H, 2), *memory = buffer(T * N * H, 2);
  float *states = buffer((T + 1) * N * P, 1), *cells = buffer((T + 1) * N * H, 1);
  float *slope = buffer(T * N * P, 0), *dh = buffer(N * P, 0), *dc = buffer(N * H, 0), *dm = buffer(N * H, 0);
  float *ds = buffer(T * N * P, 0);
  k->scale(scale, weights, weights, G * H * P);
  const long gateFloats = k->packedCount(P, H);
  float *forward = calloc((size_t)(G * gateFloats) + 16, sizeof(float));
  for (long g = 0; g < G; g++) k->pack(P, H, (CUnroll_Matrix){weights + g * H * P, 1, P}, forward + g * gateFloats);
  float *forwardProjection = packedOf(H, P, (CUnroll_Matrix){projection, 1, H});
  float *backward = packedOf(isGRU ? 2 * H : G * H, P, (CUnroll_Matrix){weights, P, 1});
  float *backwardCandidate = packedOf(H, P, (CUnroll_Matrix){weights + (G - 1) * H * P, P, 1});
  float *backwardProjection = packedOf(P, H, (CUnroll_Matrix){projection, H, 1});
  const CUnroll_Recurrence layer = {.cell = cell,
                                    .steps = T,
                                    .rows = N,
                                    .hidden = H,
                                    .state = P,
                                    .lengths = lengths,
                                    .recurrentPanels = forward,
                                    .recurrentWeights = weights,
                                    .projectionPanels = isProjected ? forwardProjection : NULL,
                                    .candidateBias = isGRU ? bias : NULL,
                                    .gateStride = stride,
                                    .gates = gates,
                                    .candidate = isGRU ? candidate : NULL,
                                    .memory = isProjected ? memory : NULL,
                                    .states = states,
                                    .cells = cells};
  const CUnroll_RecurrenceGradient gradient = {.outputGradient = slope,
                                               .recurrentPanels = backward,
                                               .candidatePanels = isGRU ? backwardCandidate : NULL,
                                               .projectionPanels = isProjected ? backwardProjection : NULL,
                                               .initialIsWanted = 1,
                                               .hiddenGradient = dh,
                                               .cellGradient = dc,
                                               .memoryGradient = dm,
                                               .stateGradient = ds};
  begin();
  k->recurrenceForward(&layer, 0, T, 0, N);
  takeFloats(gates, T * N * stride), takeFloats(states, (T + 1) * N * P), takeFloats(cells, (T + 1) * N * H);
  k->recurrenceBackward(&layer, &gradient, 0, T, 0, N);
  takeFloats(gates, T * N * stride), takeFloats(dh, N * P), takeFloats(dc, N * H), takeFloats(candidate, T * N * H);
  end(name);
  free(weights), free(projection), free(bias), free(gates), free(candidate), free(memory), free(states), free(cells);
  free(slope), free(dh), free(dc), free(dm), free(ds), free(forward), free(forwardProjection), free(backward);
  free(backwardCandidate), free(backwardProjection);
}

int main(int count, char **words) {
  k = CUnroll_select(count > 1 ? words[1] : NULL);
  if (!k) {
    fprintf(stderr, "no such table\n");
    return 1;
  }
  const CUnroll_FloatingPointState before = CUnroll_enterKernels();
  for (kind = 0; kind < kinds; kind++) {
    seed = 12345;
    elementwise();
    reductions();
    products();
    optimizers();
    for (int i = 0; i < 2; i++) {
      const float scale = i ? 0x1p-3f : 0x1p-30f;
      recurrence("rnn tanh", CUnroll_cellTanh, 37, scale);
      recurrence("rnn relu", CUnroll_cellRelu, 37, scale);
      recurrence("lstm", CUnroll_cellLSTM, 37, scale);
      recurrence("lstm with projection", CUnroll_cellLSTM, 19, scale);
      recurrence("gru", CUnroll_cellGRU, 37, scale);
    }
  }
  CUnroll_leaveKernels(before);
  return 0;
}
