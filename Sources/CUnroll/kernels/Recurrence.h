// One direction of a recurrent layer over whole sequences: in each step the product with the recurrent weights, panel by
// panel, and behind each panel, while its results are in cache, the gates.
//
// A row takes part in a prefix of the steps. Rows that have ended are left out: their outputs and gates are zero.

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

// MARK: Gates of `count` units from unit u on, of row n at step t.

static void tanhGate(const Layer *r, long t, long n, long u, long count) {
  const long row = t * r->rows + n;
  tanhElements(r->gates + row * r->gateStride + u, hiddenBefore(r, t + 1, n) + u, count);
}

static void reluGate(const Layer *r, long t, long n, long u, long count) {
  const long row = t * r->rows + n;
  reluElements(r->gates + row * r->gateStride + u, hiddenBefore(r, t + 1, n) + u, count);
}

static void lstmGates(const Layer *r, long t, long n, long u, long count) {
  const long H = r->hidden, row = t * r->rows + n;
  float *gates = r->gates + row * r->gateStride + u;
  const float *before = cellBefore(r, t, n) + u;
  float *cell = cellBefore(r, t + 1, n) + u;
  float *hidden = (r->memory ? r->memory + row * H : hiddenBefore(r, t + 1, n)) + u;
  for (long i = 0; i < count; i += LANES) {
    const long rest = count - i;
    lanes input = sigmoid16(AT(gates)), forget = sigmoid16(AT(gates + H));
    lanes candidate = tanh16(AT(gates + 2 * H)), output = sigmoid16(AT(gates + 3 * H));
    lanes c = fma16(forget, AT(before), input * candidate);
    store16(gates + i, input, rest);
    store16(gates + H + i, forget, rest);
    store16(gates + 2 * H + i, candidate, rest);
    store16(gates + 3 * H + i, output, rest);
    store16(cell + i, c, rest);
    store16(hidden + i, output * tanh16(c), rest);
  }
}

static void gruGates(const Layer *r, long t, long n, long u, long count) {
  const long H = r->hidden, row = t * r->rows + n;
  float *gates = r->gates + row * r->gateStride + u;
  const float *product = r->candidate + row * H + u;
  const float *before = hiddenBefore(r, t, n) + u;
  float *hidden = hiddenBefore(r, t + 1, n) + u;
  for (long i = 0; i < count; i += LANES) {
    const long rest = count - i;
    lanes reset = sigmoid16(AT(gates)), update = sigmoid16(AT(gates + H));
    lanes new = tanh16(fma16(reset, AT(product), AT(gates + 2 * H)));
    store16(gates + i, reset, rest);
    store16(gates + H + i, update, rest);
    store16(gates + 2 * H + i, new, rest);
    store16(hidden + i, fma16(update, AT(before) - new, new), rest);
  }
}

// MARK: Forward

/// What the products of `count` units from u on start from in row n, for one-hot input: a row of the table and the biases.
INLINE void lookUpInput(const Layer *r, long t, long n, long u, long count) {
  const long H = r->hidden, G = gateCount(r), row = t * r->rows + n;
  const float *input = r->inputTable + r->tokens[row] * G * H + u;
  float *gates = r->gates + row * r->gateStride + u;
  for (long g = 0; g < G; g++)
    for (long i = 0; i < count; i += LANES) {
      const long rest = count - i;
      lanes value = AT(input + g * H);
      if (r->inputBias) value += AT(r->inputBias + g * H + u);
      store16(gates + g * H + i, value, rest);
    }
}

/// Where the recurrent product of a gate starts from and where it goes.
typedef struct {
  const float *initial;
  long initialRow;
  float *target;
  long targetRow;
} GateProduct;

/// The products of some rows of hidden states with the recurrent weights of the panel of units from u on, gate by gate.
INLINE void multiplyGates(const Layer *r, long rows, long u, const float *hidden, long hiddenRow, GateProduct products[4]) {
  const long H = r->hidden, P = r->state, G = gateCount(r), gateFloats = packedCount(P, H);
  const long width = H - u > PANEL ? PANEL : lastPanelWidth(H), count = smaller(width, H - u);
  if (!r->recurrentPanels) {
    for (long g = 0; g < G; g++) {
      const GateProduct p = products[g];
      storedProduct(rows, count, P, hidden, hiddenRow, r->recurrentWeights + (g * H + u) * P, p.initial, p.initialRow,
                    p.target, p.targetRow);
    }
    return;
  }
  for (long k0 = 0; k0 < P; k0 += DEPTH) {
    const long depth = smaller(DEPTH, P - k0);
    const float *panel = r->recurrentPanels + u * P + k0 * width;
    if (rows == 1) {
      const float *initials[4] = {products[0].initial, products[1].initial, products[2].initial, products[3].initial};
      float *targets[4] = {products[0].target, products[1].target, products[2].target, products[3].target};
      rowProduct(G, count, width, depth, hidden + k0, panel, gateFloats, initials, targets);
    } else {
      for (long g = 0; g < G; g++) {
        const GateProduct p = products[g];
        const float *next = g + 1 < G ? panel + (g + 1) * gateFloats : panel + depth * width;
        panelProduct(rows, count, width, depth, hidden + k0, hiddenRow, 0, panel + g * gateFloats, next, p.initial,
                     p.initialRow, p.target, p.targetRow);
      }
    }
    for (long g = 0; g < G; g++) {
      products[g].initial = products[g].target;
      products[g].initialRow = products[g].targetRow;
    }
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
    const float *left = before + block * P;
    long leftRow = P;
    if (isStaged) {
      leftRow = P + LANES;
      for (long i = 0; i < rows; i++)
        __builtin_memcpy(staged + i * leftRow, left + i * P, (size_t)P * sizeof(float));
      left = staged;
    }
    for (long u = u0; u < u1; u += PANEL) {
      const long width = H - u > PANEL ? PANEL : lastPanelWidth(H), count = smaller(width, H - u);
      if (r->inputTable)
        for (long n = n0 + block; n < n0 + block + rows; n++) lookUpInput(r, t, n, u, count);
      GateProduct products[4] = {};
      for (long g = 0; g < G; g++) {
        float *target = gates + block * stride + g * H + u;
        products[g] = (GateProduct){target, stride, target, stride};
      }
      if (r->candidate)
        products[2] = (GateProduct){r->candidateBias ? r->candidateBias + u : 0, 0, r->candidate + (first + block) * H + u, H};
      multiplyGates(r, rows, u, left, leftRow, products);
      for (long n = n0 + block; n < n0 + block + rows; n++) switch (r->cell) {
          case CUnroll_cellTanh: tanhGate(r, t, n, u, count); break;
          case CUnroll_cellRelu: reluGate(r, t, n, u, count); break;
          case CUnroll_cellLSTM: lstmGates(r, t, n, u, count); break;
          case CUnroll_cellGRU: gruGates(r, t, n, u, count); break;
        }
    }
  }
}

/// The projection of rows n0 ..< n1, all of which take part in step t.
static void projectStep(const Layer *r, long t, long n0, long n1) {
  const long first = t * r->rows + n0;
  product(n1 - n0, r->state, r->hidden, r->memory + first * r->hidden, r->hidden, 1, r->projectionPanels, 0, 0,
          hiddenBefore(r, t + 1, n0), r->state);
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
  for (long n = activeRun(r, t, n0, n1, &stop); n < stop; n = activeRun(r, t, stop, n1, &stop))
    projectStep(r, t, n, stop);
}

static void recurrenceForward(const Layer *r, long t0, long t1, long n0, long n1) {
  for (long t = t0; t < t1; t++) {
    recurrenceForwardUnits(r, t, n0, n1, 0, r->hidden);
    if (r->projectionPanels) recurrenceProjection(r, t, n0, n1);
  }
}

// MARK: Backward: from dh (and dc) of row n at step t, its activations become gradients before the activation.

static void simpleGradient(const Layer *r, long t, long n, const float *dh, long u, long count) {
  const long row = t * r->rows + n;
  (r->cell == CUnroll_cellTanh ? tanhGradient : reluGradient)(
      dh + u, hiddenBefore(r, t + 1, n) + u, r->gates + row * r->gateStride + u, count);
}

static void lstmGradient(const Layer *r, long t, long n, const float *dh, float *dc, long u, long count) {
  const long H = r->hidden, row = t * r->rows + n;
  float *gates = r->gates + row * r->gateStride;
  const float *before = cellBefore(r, t, n), *cell = cellBefore(r, t + 1, n);
  for (long i = u; i < u + count; i += LANES) {
    const long rest = u + count - i;
    lanes input = AT(gates), forget = AT(gates + H), candidate = AT(gates + 2 * H), output = AT(gates + 3 * H);
    lanes hidden = AT(dh), squashed = tanh16(AT(cell));
    lanes total = fma16(hidden * output, tanhSlope(squashed), AT(dc));
    store16(gates + i, total * candidate * sigmoidSlope(input), rest);
    store16(gates + H + i, total * AT(before) * sigmoidSlope(forget), rest);
    store16(gates + 2 * H + i, total * input * tanhSlope(candidate), rest);
    store16(gates + 3 * H + i, hidden * squashed * sigmoidSlope(output), rest);
    store16(dc + i, total * forget, rest);
  }
}

static void gruGradient(const Layer *r, long t, long n, float *dh, long u, long count) {
  const long H = r->hidden, row = t * r->rows + n;
  float *gates = r->gates + row * r->gateStride, *product = r->candidate + row * H;
  const float *before = hiddenBefore(r, t, n);
  for (long i = u; i < u + count; i += LANES) {
    const long rest = u + count - i;
    lanes reset = AT(gates), update = AT(gates + H), new = AT(gates + 2 * H), hidden = AT(dh);
    lanes candidate = hidden * (1.0f - update) * tanhSlope(new);
    store16(gates + i, candidate * AT(product) * sigmoidSlope(reset), rest);
    store16(gates + H + i, hidden * (AT(before) - new) * sigmoidSlope(update), rest);
    store16(gates + 2 * H + i, candidate, rest);
    store16(product + i, candidate * reset, rest);
    store16(dh + i, hidden * update, rest);
  }
}

// One step of the backward pass is three phases, each of which needs all of the one before: the gradient of the hidden state
// (with the projection), the gates unit by unit, and the product with the recurrent weights column by column.
// `hiddenGradient` holds on entry what comes from step t + 1 or from the final state.

static void stateGradient(const Layer *r, const Gradient *d, long t, long n0, long n1) {
  const long P = r->state, first = t * r->rows + n0;
  float *state = d->hiddenGradient + n0 * P;
  add(state, d->outputGradient + first * P, state, (n1 - n0) * P);
  if (!d->projectionPanels) return;
  __builtin_memcpy(d->stateGradient + first * P, state, (size_t)((n1 - n0) * P) * sizeof(float));
  product(n1 - n0, r->hidden, P, state, P, 1, d->projectionPanels, 0, 0, d->memoryGradient + n0 * r->hidden, r->hidden);
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

/// Columns p0 ..< p1 of the gradient of the state before the step; p0 at the beginning of a panel.
static void previousGradient(const Layer *r, const Gradient *d, long t, long n0, long n1, long p0, long p1) {
  if (t == 0 && !d->initialIsWanted) return;
  const long H = r->hidden, P = r->state, G = gateCount(r), stride = r->gateStride;
  const long m = n1 - n0, columns = p1 - p0;
  const long first = t * r->rows + n0;
  const float *gates = r->gates + first * stride;
  float *state = d->hiddenGradient + n0 * P + p0;
  if (r->candidate) {
    product(m, columns, 2 * H, gates, stride, 1, d->recurrentPanels + p0 * 2 * H, state, P, state, P);
    product(m, columns, H, r->candidate + first * H, H, 1, d->candidatePanels + p0 * H, state, P, state, P);
  } else {
    product(m, columns, G * H, gates, stride, 1, d->recurrentPanels + p0 * G * H, 0, 0, state, P);
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

static void recurrenceBackwardPhase(const Layer *r, const Gradient *d, int phase, long t, long n0, long n1, long u0,
                                    long u1) {
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
