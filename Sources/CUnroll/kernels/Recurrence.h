// One direction of a recurrent layer over whole sequences: in each step the product with the recurrent weights, panel by
// panel, and behind each panel, while its results are in cache, the gates.
//
// Shapes: N rows, T steps, H hidden units, P state units (P = H without a projection), G gates. h' and c' are the states before
// a step. A row takes part in a prefix of the steps. Rows that have ended are left out: their outputs and gates are zero.

#pragma once

#include "Elementwise.h"
#include "Functions.h"
#include "Product.h"
#include "Vector.h"

#define STAGED_FLOATS (64 * (1024 + LANES))  // of hidden states copied at a time

typedef CUnroll_Recurrence Layer;
typedef CUnroll_RecurrenceGradient Gradient;

INLINE long gateCount(const Layer *r) { return r->cell == CUnroll_cellLSTM ? 4 : r->cell == CUnroll_cellGRU ? 3 : 1; }
INLINE int isActive(const Layer *r, long t, long n) { return !r->lengths || t < r->lengths[n]; }

/// The first run of rows, from `n` on and below `end`, that take part in step t: its start, and its end in *stop.
INLINE long activeRun(const Layer *r, long t, long n, long end, long *stop) {
  if (!r->lengths) {
    *stop = end;
    return n;
  }
  while (n < end && t >= r->lengths[n]) n++;
  long last = n;
  while (last < end && t < r->lengths[last]) last++;
  *stop = last;
  return n;
}

// The states of row n before step t; those after it are the ones before step t + 1.
INLINE float *hiddenBefore(const Layer *r, long t, long n) { return r->states + (t * r->rows + n) * r->state; }
INLINE float *cellBefore(const Layer *r, long t, long n) { return r->cells + (t * r->rows + n) * r->hidden; }

// MARK: Gates of `count` units from unit u on, of row n at step t. `gates` holds on entry the sums a = W_ih x + b_ih + W_hh h' +
// b_hh of each gate, H floats apart, and on exit the gates.

/// h = tanh a
static void tanhGate(const Layer *r, long t, long n, long u, long count) {
  const long row = t * r->rows + n;
  tanhElements(r->gates + row * r->gateStride + u, hiddenBefore(r, t + 1, n) + u, count);
}

/// h = max(0, a)
static void reluGate(const Layer *r, long t, long n, long u, long count) {
  const long row = t * r->rows + n;
  reluElements(r->gates + row * r->gateStride + u, hiddenBefore(r, t + 1, n) + u, count);
}

/// i = sigmoid a_i, f = sigmoid a_f, g = tanh a_g, o = sigmoid a_o; c = f c' + i g; h = o tanh c, or in `memory` the same before
/// a projection.
static void lstmGates(const Layer *r, long t, long n, long u, long count) {
  const long H = r->hidden, row = t * r->rows + n;
  float *gates = r->gates + row * r->gateStride + u;
  const float *before = cellBefore(r, t, n) + u;
  float *cell = cellBefore(r, t + 1, n) + u;
  float *hidden = (r->memory ? r->memory + row * H : hiddenBefore(r, t + 1, n)) + u;
  EACH(i, rest, count) {
    lanes input = sigmoid16(load16(gates + i, rest)), forget = sigmoid16(load16(gates + H + i, rest));
    lanes candidate = tanh16(load16(gates + 2 * H + i, rest)), output = sigmoid16(load16(gates + 3 * H + i, rest));
    lanes c = fma16(forget, load16(before + i, rest), times16(input, candidate));
    store16(gates + i, input, rest);
    store16(gates + H + i, forget, rest);
    store16(gates + 2 * H + i, candidate, rest);
    store16(gates + 3 * H + i, output, rest);
    store16(cell + i, c, rest);
    store16(hidden + i, times16(output, tanh16(c)), rest);
  }
}

/// r = sigmoid a_r, z = sigmoid a_z, n = tanh(a_n + r q) with q = W_hn h' + b_hn, which a_n does not have; h = (1 - z) n + z h'.
static void gruGates(const Layer *r, long t, long n, long u, long count) {
  const long H = r->hidden, row = t * r->rows + n;
  float *gates = r->gates + row * r->gateStride + u;
  const float *product = r->candidate + row * H + u;
  const float *before = hiddenBefore(r, t, n) + u;
  float *hidden = hiddenBefore(r, t + 1, n) + u;
  EACH(i, rest, count) {
    lanes reset = sigmoid16(load16(gates + i, rest)), update = sigmoid16(load16(gates + H + i, rest));
    lanes new = tanh16(fma16(reset, load16(product + i, rest), load16(gates + 2 * H + i, rest)));
    store16(gates + i, reset, rest);
    store16(gates + H + i, update, rest);
    store16(gates + 2 * H + i, new, rest);
    store16(hidden + i, fma16(update, load16(before + i, rest) - new, new), rest);
  }
}

// MARK: Forward

/// What the products of `count` units from u on start from in row n, for one-hot input: a row of the table and the biases.
INLINE void lookUpInput(const Layer *r, long t, long n, long u, long count) {
  const long H = r->hidden, G = gateCount(r), row = t * r->rows + n;
  const float *input = r->inputTable + r->tokens[row] * G * H + u;
  float *gates = r->gates + row * r->gateStride + u;
  for (long g = 0; g < G; g++)
    EACH(i, rest, count) {
      lanes value = load16(input + g * H + i, rest);
      if (r->inputBias) value += load16(r->inputBias + g * H + u + i, rest);
      store16(gates + g * H + i, value, rest);
    }
}

/// The products of some rows of hidden states, at `hidden`, with the recurrent weights of the panel of units from u on, gate by
/// gate, each from its start to its target. Changes `starts`.
INLINE void multiplyGates(const Layer *r, long rows, long u, Matrix hidden, Start starts[4], const Target targets[4]) {
  const long H = r->hidden, P = r->state, G = gateCount(r), gateFloats = packedCount(P, H);
  const long width = panelWidthAt(u, H), count = smaller(width, H - u);
  if (!r->recurrentPanels) {
    for (long g = 0; g < G; g++)
      storedProduct(rows, count, P, hidden, r->recurrentWeights + (g * H + u) * P, starts[g], targets[g]);
    return;
  }
  for (long k0 = 0; k0 < P; k0 += DEPTH) {
    const long depth = smaller(DEPTH, P - k0);
    const float *panel = r->recurrentPanels + u * P + k0 * width;
    const Matrix left = {hidden.at + k0, hidden.row, 1};
    if (rows == 1) {
      rowProduct(G, count, width, depth, left.at, panel, gateFloats, starts, targets);
    } else {
      for (long g = 0; g < G; g++) {
        const float *next = g + 1 < G ? panel + (g + 1) * gateFloats : panel + depth * width;
        panelProduct(rows, count, width, depth, left, panel + g * gateFloats, next, starts[g], targets[g]);
      }
    }
    for (long g = 0; g < G; g++) starts[g] = startFrom(targets[g]);
  }
}

/// The recurrent products and gates of units u0 ..< u1 of rows n0 ..< n1, all of which take part in step t.
static void forwardStep(const Layer *r, long t, long n0, long n1, long u0, long u1) {
  const long H = r->hidden, P = r->state, G = gateCount(r), stride = r->gateStride, m = n1 - n0;
  const long first = t * r->rows + n0;
  const float *before = hiddenBefore(r, t, n0);
  float *gates = r->gates + first * stride;

  // Rows a multiple of 2 KiB apart share few sets of the first-level cache: read them from a copy that is spread out.
  float staged[STAGED_FLOATS] __attribute__((aligned(64)));
  const int isStaged = P % 512 == 0 && P <= 4096 && m > 1;
  const long stagedRows = isStaged ? smaller(m, STAGED_FLOATS / (P + LANES)) : m;
  for (long block = 0; block < m; block += stagedRows) {
    const long rows = smaller(stagedRows, m - block);
    Matrix left = {before + block * P, P, 1};
    if (isStaged) {
      for (long i = 0; i < rows; i++) __builtin_memcpy(staged + i * (P + LANES), left.at + i * P, (size_t)P * sizeof(float));
      left = (Matrix){staged, P + LANES, 1};
    }
    for (long u = u0; u < u1; u += PANEL) {
      const long count = smaller(panelWidthAt(u, H), H - u);
      if (r->inputTable)
        for (long n = n0 + block; n < n0 + block + rows; n++) lookUpInput(r, t, n, u, count);
      Start starts[4] = {};
      Target targets[4] = {};
      for (long g = 0; g < G; g++) {
        targets[g] = (Target){gates + block * stride + g * H + u, stride};
        starts[g] = startFrom(targets[g]);
      }
      if (r->candidate) {
        targets[2] = (Target){r->candidate + (first + block) * H + u, H};
        starts[2] = (Start){r->candidateBias ? r->candidateBias + u : 0, 0};
      }
      multiplyGates(r, rows, u, left, starts, targets);
      for (long n = n0 + block; n < n0 + block + rows; n++) switch (r->cell) {
          case CUnroll_cellTanh: tanhGate(r, t, n, u, count); break;
          case CUnroll_cellRelu: reluGate(r, t, n, u, count); break;
          case CUnroll_cellLSTM: lstmGates(r, t, n, u, count); break;
          case CUnroll_cellGRU: gruGates(r, t, n, u, count); break;
        }
    }
  }
}

/// h = W_hr (o tanh c): the projection of rows n0 ..< n1, all of which take part in step t.
static void projectStep(const Layer *r, long t, long n0, long n1) {
  const long first = t * r->rows + n0;
  const long H = r->hidden, P = r->state;
  product(n1 - n0, P, H, (Matrix){r->memory + first * H, H, 1}, r->projectionPanels, (Start){0, 0},
          (Target){hiddenBefore(r, t + 1, n0), P});
}

/// Zeros in all that a forward step of row n would have written.
static void clearEnded(const Layer *r, long t, long n) {
  const long row = t * r->rows + n, H = r->hidden, G = gateCount(r);
  __builtin_memset(r->gates + row * r->gateStride, 0, (size_t)(G * H) * sizeof(float));
  __builtin_memset(hiddenBefore(r, t + 1, n), 0, (size_t)r->state * sizeof(float));
  if (r->candidate) __builtin_memset(r->candidate + row * H, 0, (size_t)H * sizeof(float));
  if (r->cells) __builtin_memset(cellBefore(r, t + 1, n), 0, (size_t)H * sizeof(float));
  if (r->memory) __builtin_memset(r->memory + row * H, 0, (size_t)H * sizeof(float));
}

static void recurrenceForwardUnits(const Layer *r, long t, long n0, long n1, long u0, long u1) {
  long stop;
  for (long n = activeRun(r, t, n0, n1, &stop); n < stop; n = activeRun(r, t, stop, n1, &stop))
    forwardStep(r, t, n, stop, u0, u1);
  if (r->lengths && u0 == 0)
    for (long n = n0; n < n1; n++)
      if (!isActive(r, t, n)) clearEnded(r, t, n);
}

static void recurrenceProjection(const Layer *r, long t, long n0, long n1) {
  long stop;
  for (long n = activeRun(r, t, n0, n1, &stop); n < stop; n = activeRun(r, t, stop, n1, &stop)) projectStep(r, t, n, stop);
}

static void recurrenceForward(const Layer *r, long t0, long t1, long n0, long n1) {
  for (long t = t0; t < t1; t++) {
    recurrenceForwardUnits(r, t, n0, n1, 0, r->hidden);
    if (r->projectionPanels) recurrenceProjection(r, t, n0, n1);
  }
}

// MARK: Backward: dh and dc are the gradients with respect to h and c of row n after step t, da those with respect to the sums a
// before the activation, which take the place of the activations in `gates`. For `count` units from unit u on.

/// da = dh (1 - h^2), or dh where h > 0
static void simpleGradient(const Layer *r, long t, long n, const float *dh, long u, long count) {
  const long row = t * r->rows + n;
  (r->cell == CUnroll_cellTanh ? tanhGradient : reluGradient)(dh + u, hiddenBefore(r, t + 1, n) + u,
                                                              r->gates + row * r->gateStride + u, count);
}

/// From c = f c' + i g and h = o tanh c, with dc of the step after on entry:
///
///     dc += dh o (1 - tanh^2 c)      all that c has an influence on
///     da_i = dc g i (1 - i)          da_f = dc c' f (1 - f)
///     da_g = dc i (1 - g^2)          da_o = dh tanh(c) o (1 - o)
///     dc' = dc f                     into dc, for the step before
///
/// dh' = W_hh^T da comes after, in `previousGradient`.
static void lstmGradient(const Layer *r, long t, long n, const float *dh, float *dc, long u, long count) {
  const long H = r->hidden, row = t * r->rows + n;
  float *gates = r->gates + row * r->gateStride + u;
  const float *before = cellBefore(r, t, n) + u, *cell = cellBefore(r, t + 1, n) + u;
  dh += u;
  dc += u;
  EACH(i, rest, count) {
    lanes input = load16(gates + i, rest), forget = load16(gates + H + i, rest);
    lanes candidate = load16(gates + 2 * H + i, rest), output = load16(gates + 3 * H + i, rest);
    lanes hidden = load16(dh + i, rest), squashed = tanh16(load16(cell + i, rest));
    lanes total = fma16(times16(hidden, output), tanhSlope(squashed), load16(dc + i, rest));
    store16(gates + i, times16(times16(total, candidate), sigmoidSlope(input)), rest);
    store16(gates + H + i, times16(times16(total, load16(before + i, rest)), sigmoidSlope(forget)), rest);
    store16(gates + 2 * H + i, times16(times16(total, input), tanhSlope(candidate)), rest);
    store16(gates + 3 * H + i, times16(times16(hidden, squashed), sigmoidSlope(output)), rest);
    store16(dc + i, times16(total, forget), rest);
  }
}

/// From n = tanh(a_n + r q) with q = W_hn h' + b_hn, and h = (1 - z) n + z h':
///
///     da_n = dh (1 - z) (1 - n^2)    dq = da_n r, into `candidate`
///     da_r = da_n q r (1 - r)        da_z = dh (h' - n) z (1 - z)
///     dh' = dh z                     into dh
///
/// The rest of dh', W_hr^T da_r + W_hz^T da_z + W_hn^T dq, is added in `previousGradient`.
static void gruGradient(const Layer *r, long t, long n, float *dh, long u, long count) {
  const long H = r->hidden, row = t * r->rows + n;
  float *gates = r->gates + row * r->gateStride + u, *product = r->candidate + row * H + u;
  const float *before = hiddenBefore(r, t, n) + u;
  dh += u;
  EACH(i, rest, count) {
    lanes reset = load16(gates + i, rest), update = load16(gates + H + i, rest), new = load16(gates + 2 * H + i, rest);
    lanes hidden = load16(dh + i, rest);
    lanes candidate = times16(times16(hidden, 1.0f - update), tanhSlope(new));
    store16(gates + i, times16(times16(candidate, load16(product + i, rest)), sigmoidSlope(reset)), rest);
    store16(gates + H + i, times16(times16(hidden, load16(before + i, rest) - new), sigmoidSlope(update)), rest);
    store16(gates + 2 * H + i, candidate, rest);
    store16(product + i, times16(candidate, reset), rest);
    store16(dh + i, times16(hidden, update), rest);
  }
}

// One step of the backward pass is three phases, each of which needs all of the one before: the gradient of the hidden state
// (with the projection), the gates unit by unit, and the product with the recurrent weights column by column.
// `hiddenGradient` holds on entry what comes from step t + 1 or from the final state.

/// dh += the gradient of the output; with a projection h = W_hr m, dm = W_hr^T dh into `memoryGradient`.
static void stateGradient(const Layer *r, const Gradient *d, long t, long n0, long n1) {
  const long P = r->state, first = t * r->rows + n0;
  float *state = d->hiddenGradient + n0 * P;
  add(state, d->outputGradient + first * P, state, (n1 - n0) * P);
  if (!d->projectionPanels) return;
  __builtin_memcpy(d->stateGradient + first * P, state, (size_t)((n1 - n0) * P) * sizeof(float));
  product(n1 - n0, r->hidden, P, (Matrix){state, P, 1}, d->projectionPanels, (Start){0, 0},
          (Target){d->memoryGradient + n0 * r->hidden, r->hidden});
}

static void gateGradient(const Layer *r, const Gradient *d, long t, long n0, long n1, long u0, long u1) {
  const long H = r->hidden, count = u1 - u0;
  float *hidden = (d->projectionPanels ? d->memoryGradient : d->hiddenGradient) + n0 * H;
  for (long n = n0; n < n1; n++, hidden += H) {
    if (r->cell == CUnroll_cellLSTM)
      lstmGradient(r, t, n, hidden, d->cellGradient + n * H, u0, count);
    else if (r->cell == CUnroll_cellGRU)
      gruGradient(r, t, n, hidden, u0, count);
    else
      simpleGradient(r, t, n, hidden, u0, count);
  }
}

/// dh' = W_hh^T da, for a GRU added to what is there: columns p0 ..< p1, p0 at the beginning of a panel.
static void previousGradient(const Layer *r, const Gradient *d, long t, long n0, long n1, long p0, long p1) {
  if (t == 0 && !d->initialIsWanted) return;
  const long H = r->hidden, P = r->state, G = gateCount(r), stride = r->gateStride;
  const long m = n1 - n0, columns = p1 - p0;
  const long first = t * r->rows + n0;
  const Matrix gates = {r->gates + first * stride, stride, 1};
  const Target state = {d->hiddenGradient + n0 * P + p0, P};
  if (r->candidate) {
    product(m, columns, 2 * H, gates, d->recurrentPanels + p0 * 2 * H, startFrom(state), state);
    product(m, columns, H, (Matrix){r->candidate + first * H, H, 1}, d->candidatePanels + p0 * H, startFrom(state), state);
  } else {
    product(m, columns, G * H, gates, d->recurrentPanels + p0 * G * H, (Start){0, 0}, state);
  }
}

static void recurrenceBackward(const Layer *r, const Gradient *d, long t0, long t1, long n0, long n1) {
  for (long t = t1 - 1; t >= t0; t--) {
    long stop;
    for (long n = activeRun(r, t, n0, n1, &stop); n < stop; n = activeRun(r, t, stop, n1, &stop)) {
      stateGradient(r, d, t, n, stop);
      gateGradient(r, d, t, n, stop, 0, r->hidden);
      previousGradient(r, d, t, n, stop, 0, r->state);
    }
  }
}

static void recurrenceBackwardPhase(const Layer *r, const Gradient *d, int phase, long t, long n0, long n1, long u0, long u1) {
  long stop;
  for (long n = activeRun(r, t, n0, n1, &stop); n < stop; n = activeRun(r, t, stop, n1, &stop)) {
    if (phase == CUnroll_phaseState)
      stateGradient(r, d, t, n, stop);
    else if (phase == CUnroll_phaseGates)
      gateGradient(r, d, t, n, stop, u0, u1);
    else
      previousGradient(r, d, t, n, stop, u0, u1);
  }
}
