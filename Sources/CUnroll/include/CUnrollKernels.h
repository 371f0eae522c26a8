// Vector kernels on raw float buffers, one table of them for each instruction set.
//
// Kernels allocate nothing, know no tensor and start no thread. They are called between CUnroll_enterKernels and
// CUnroll_leaveKernels. All matrices are row-major; strides count floats. Buffers need no alignment, but run fastest
// when aligned to 64 bytes.
//
// Every output element is computed by one chain of fused multiply-adds in an order that depends on the shapes alone,
// and reductions use sixteen lanes combined in a fixed tree, so that all tables give equal bits.

#ifndef CUNROLL_KERNELS_H
#define CUNROLL_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "CUnrollAnnotations.h"

CUNROLL_ASSUME_NONNULL_BEGIN

/// A matrix that is read: element (i, j) is at[i * row + j * column].
typedef struct CUnroll_Matrix {
  const float *at;
  long row, column;
} CUnroll_Matrix;

/// What sums start from: row i at at + i * row. A row of 0 gives all the same, and no `at` zeros.
typedef struct CUnroll_Start {
  const float *_Nullable at;
  long row;
} CUnroll_Start;

/// Where results go: row i to at + i * row.
typedef struct CUnroll_Target {
  float *at;
  long row;
} CUnroll_Target;

/// The kinds of recurrent cell, with the number of gates stacked in their weights: 1, 1, 4 and 3.
enum {
  CUnroll_cellTanh = 0,
  CUnroll_cellRelu = 1,
  CUnroll_cellLSTM = 2,
  CUnroll_cellGRU = 3,
};

/// One direction of one recurrent layer over a batch of sequences. N rows, T steps, H hidden units, P state units (P =
/// H without a projection), G gates. Row n takes part in steps 0 ..< lengths[n].
typedef struct CUnroll_Recurrence {
  int32_t cell;
  long steps, rows, hidden, state;
  const int32_t *_Nullable lengths;         // [N], or NULL: every row has all steps
  const float *_Nullable recurrentPanels;   // W_hh packed gate by gate: G times [P, H]. NULL: the forward pass reads
  const float *recurrentWeights;            // W_hh [G H, P] as it is stored, where `storedProduct` can
  const float *_Nullable projectionPanels;  // W_hr packed: [H, P]
  const float *_Nullable candidateBias;     // GRU: b_hn [H]
  const float *_Nullable inputTable;        // one-hot input: W_ih transposed, a row [G H] for each token; else NULL
  const float *_Nullable inputBias;         // one-hot input: the biases [G H], or NULL
  const int32_t *_Nullable tokens;          // one-hot input: [T, N]
  long gateStride;                          // floats from one row of gates to the next, at least G H
  float *gates;                             // [T, N, G H]: in: input product and biases; out: activations
  float *_Nullable candidate;               // GRU: [T, N, H], out: W_hn h + b_hn
  float *_Nullable memory;                  // projection: [T, N, H], out: o * tanh(c)
  float *states;                            // [T + 1, N, P], in: the first, before all steps; out: the state after
                                            // each step, zero where a row has ended
  float *_Nullable cells;                   // LSTM: [T + 1, N, H], likewise
} CUnroll_Recurrence;

/// The backward pass of a `CUnroll_Recurrence`, which must hold what the forward pass left in it.
typedef struct CUnroll_RecurrenceGradient {
  const float *outputGradient;              // [T, N, P]
  const float *recurrentPanels;             // W_hh packed [G H, P]; GRU: only the first 2 H rows
  const float *_Nullable candidatePanels;   // GRU: the last H rows of W_hh packed [H, P]
  const float *_Nullable projectionPanels;  // W_hr packed [P, H]
  int32_t initialIsWanted;                  // whether the gradient of the initial hidden state is wanted
  float *hiddenGradient;                    // [N, P], in: of the final state; out: of the initial state, if wanted
  float *_Nullable cellGradient;            // LSTM: [N, H], in: of the final cell; out: of the initial one
  float *_Nullable memoryGradient;          // projection: scratch [N, H]
  float *_Nullable stateGradient;           // projection: [T, N, P], out: of W_hr's product
} CUnroll_RecurrenceGradient;

/// The phases of a step of the backward pass, in order.
enum {
  CUnroll_phaseState = 0,
  CUnroll_phaseGates = 1,
  CUnroll_phaseProduct = 2,
};

/// What cross entropy needs to know about a batch of rows.
typedef struct CUnroll_CrossEntropy {
  long classes;
  int32_t ignored;                      // rows with this target count for nothing
  float smoothing;                      // label smoothing, 0 ... 1
  const float *_Nullable classWeights;  // [classes], or NULL: all one
  float totalWeight;                    // the sum of all class weights
} CUnroll_CrossEntropy;

/// The constants of a step of stochastic gradient descent.
typedef struct CUnroll_SGD {
  float learningRate, weightDecay, momentum, dampening;
  int32_t nesterov, firstStep;
} CUnroll_SGD;

/// The constants of a step of RMSprop; the complement is 1 - smoothing.
typedef struct CUnroll_RMSprop {
  float learningRate, weightDecay, momentum, smoothing, smoothingComplement, epsilon;
} CUnroll_RMSprop;

/// The constants of a step of Adam, whose corrections are those of the step's number t.
typedef struct CUnroll_Adam {
  float learningRate;
  float weightDecay;                              // joins the gradient; 0 where the decay is decoupled
  float decay;                                    // 1 - learningRate * weightDecay where the decay is decoupled, else 1
  float beta1Complement, beta2, beta2Complement;  // complement: 1 - beta
  float epsilon;
  float firstCorrection;       // 1 - beta1^t
  float secondCorrectionRoot;  // sqrt(1 - beta2^t)
} CUnroll_Adam;

/// The constants of a step of Adagrad.
typedef struct CUnroll_Adagrad {
  float learningRate, weightDecay, epsilon;
} CUnroll_Adagrad;

typedef struct CUNROLL_SENDABLE CUnroll_Kernels {
  const char *name;
  long panelWidth;  // columns of a full panel of a packed matrix

  // Matrix product. `pack` lays B [k, n] out in panels of columns; `packedCount` is the number of floats that takes.
  // `product` writes C = start + A B with A [m, k], one of whose strides is 1. A start at C itself accumulates.
  long (*packedCount)(long k, long n);
  void (*pack)(long k, long n, CUnroll_Matrix b, float *packed);
  void (*product)(long m, long n, long k, CUnroll_Matrix a, const float *packed, CUnroll_Start start, CUnroll_Target c);
  // C = start + A Wᵀ, to the same bits, with W [n, k] row by row and not packed: n and k multiples of half a
  // panelWidth, A's column 1. Best for few rows.
  void (*storedProduct)(long m, long n, long k, CUnroll_Matrix a, const float *w, CUnroll_Start start, CUnroll_Target c);

  // For measuring: `rounds` times as many independent multiply-adds as a tile of the product has registers (returns how
  // many floating-point operations that were), and the sum of `count` floats, down to a multiple of 64.
  double (*multiplyAddPeak)(long rounds);
  float (*readAll)(const float *x, long count);

  // Element by element over `count` floats.
  void (*add)(const float *a, const float *b, float *y, long count);
  void (*subtract)(const float *a, const float *b, float *y, long count);
  void (*multiply)(const float *a, const float *b, float *y, long count);
  void (*divide)(const float *a, const float *b, float *y, long count);
  void (*scale)(float factor, const float *x, float *y, long count);
  // y = y + share (x - y), fused.
  void (*approach)(float share, const float *x, float *y, long count);
  void (*tanh)(const float *x, float *y, long count);
  void (*sigmoid)(const float *x, float *y, long count);
  void (*relu)(const float *x, float *y, long count);
  void (*exp)(const float *x, float *y, long count);
  void (*log)(const float *x, float *y, long count);
  void (*squareRoot)(const float *x, float *y, long count);
  void (*absolute)(const float *x, float *y, long count);
  // Gradients from the result y (exp's is `multiply`) or, for log and absolute, from the argument.
  void (*tanhGradient)(const float *dy, const float *y, float *dx, long count);
  void (*sigmoidGradient)(const float *dy, const float *y, float *dx, long count);
  void (*reluGradient)(const float *dy, const float *y, float *dx, long count);
  void (*absoluteGradient)(const float *dy, const float *x, float *dx, long count);
  void (*logGradient)(const float *dy, const float *x, float *dx, long count);
  void (*clamp)(float limit, float *x, long count);  // into -limit ... limit

  // Reductions.
  float (*sum)(const float *x, long count);
  double (*sumOfSquares)(const float *x, long count);
  void (*addRows)(long m, long n, const float *a, long aRow, float *y);  // y[j] += sum over i of a[i, j], in order of i
  // table[indices[i], :] += a[i, :] for each of m rows in order; rows of the table are tableRow floats apart.
  void (*scatterRows)(long m, long n, const int32_t *indices, const float *a, long aRow, float *table, long tableRow);

  // Rows of [m, n].
  void (*softmax)(long m, long n, const float *x, float *y);
  void (*softmaxGradient)(long m, long n, const float *dy, const float *y, float *dx);
  void (*logSoftmax)(long m, long n, const float *x, float *y);
  void (*logSoftmaxGradient)(long m, long n, const float *dy, const float *y, float *dx);
  // Layer normalisation with the reciprocal standard deviation and mean of each row kept in statistics [m, 2].
  void (*layerNorm)(long m, long n, const float *x, const float *weight, const float *bias, float epsilon, float *y,
                    float *statistics);
  void (*layerNormGradient)(long m, long n, const float *dy, const float *x, const float *weight, const float *statistics,
                            float *dx, float *normalised);
  // Loss of each row (times its class weight) and the logarithm of its sum of exponentials; then, given that, the
  // gradient times `factor` with respect to the logits.
  void (*crossEntropy)(const CUnroll_CrossEntropy *options, long m, const float *logits, const int32_t *targets, float *losses,
                       float *logSums);
  void (*crossEntropyGradient)(const CUnroll_CrossEntropy *options, long m, const float *logits, const int32_t *targets,
                               const float *logSums, float factor, float *gradient);

  // Recurrent layers: rows n0 ..< n1 over steps t0 ..< t1, the backward pass from the last to the first.
  //
  // Where there are few rows for the threads, a step at a time is split by units instead: `recurrenceForwardUnits` for
  // units u0 ..< u1 (u0 at the beginning of a panel), then, with a projection, `recurrenceProjection`; the backward
  // pass phase by phase, the units or columns of the last two split likewise.
  void (*recurrenceForward)(const CUnroll_Recurrence *layer, long t0, long t1, long n0, long n1);
  void (*recurrenceForwardUnits)(const CUnroll_Recurrence *layer, long t, long n0, long n1, long u0, long u1);
  void (*recurrenceProjection)(const CUnroll_Recurrence *layer, long t, long n0, long n1);
  void (*recurrenceBackward)(const CUnroll_Recurrence *layer, const CUnroll_RecurrenceGradient *gradient, long t0, long t1,
                             long n0, long n1);
  void (*recurrenceBackwardPhase)(const CUnroll_Recurrence *layer, const CUnroll_RecurrenceGradient *gradient, int phase,
                                  long t, long n0, long n1, long u0, long u1);

  // Optimizers: parameters p along gradients g, with buffers of the same size; those that may be NULL go with an
  // option.
  void (*sgd)(const CUnroll_SGD *step, long count, const float *g, float *p, float *_Nullable velocity);
  void (*rmsprop)(const CUnroll_RMSprop *step, long count, const float *g, float *p, float *square, float *_Nullable mean,
                  float *_Nullable velocity);
  void (*adam)(const CUnroll_Adam *step, long count, const float *g, float *p, float *first, float *second,
               float *_Nullable greatest);
  void (*adagrad)(const CUnroll_Adagrad *step, long count, const float *g, float *p, float *square);

  // y = x * (scale where the draw of element i is below keep, else 0). Draw first + i of the key is that of element i;
  // `first` is a multiple of 16.
  void (*dropout)(uint64_t key, uint64_t first, float keep, float scale, const float *x, float *y, long count);
} CUnroll_Kernels;

/// The table for an instruction set ("baseline", "avx2", "avx512", "neon"), or for NULL the best that this machine has;
/// NULL when the machine or the build lacks it.
const CUnroll_Kernels *_Nullable CUnroll_select(const char *_Nullable name);

/// Draws `count` numbers of the Philox 4x32-10 counter generator: draw i is a function of (key, first + i).
void CUnroll_philox(uint64_t key, uint64_t first, uint32_t *draws, long count);

CUNROLL_ASSUME_NONNULL_END

#endif
