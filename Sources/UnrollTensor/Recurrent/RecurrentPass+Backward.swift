internal import CUnroll

extension RecurrentPass {
  /// The gradients of the operands from those of the results, part by part from the last steps to the first.
  func backward(_ gradients: [Tensor?]) -> RecurrentOperands<Tensor?> {
    let outputGradient = gradients[0] ?? Tensor(zeros: [steps, rows, state])
    // The gradient of a final state that may be shared becomes, in place, that of the initial state.
    var hiddenGradient = gradients[1] ?? Tensor(zeros: initialHidden.shape)
    var cellGradient = gradients[2] ?? Tensor(zeros: initialCell.shape)
    let stateGradient = weights.projection.map { _ in Tensor(zeros: [steps, rows, state]) }
    let sums = OperandGradients(self)
    withLayerAndGradient(outputGradient, &hiddenGradient, &cellGradient, stateGradient) {
      layer, buffers in
      forEachPart(reversed: true) { part in
        Phase.recurrenceBackward.timed { runBackward(part, layer, buffers) }
        Phase.weightGradients.timed { addWeightGradients(of: part, stateGradient, to: sums) }
        Phase.inputProduct.timed { writeInputGradient(of: part, to: sums.vectors) }
      }
    }
    return Phase.weightGradients.timed {
      if let table = sums.table, let bias = sums.inputBias {
        // Each row of gates is in one row of the table.
        addSumOfRows(
          table.pointer, rows: inputSize, columns: gateRows, stride: gateRows, to: bias.pointer)
      }
      return sums.ofOperands(
        of: self, initialHidden: initialHidden.isRecorded ? hiddenGradient : nil,
        initialCell: cellGradient)
    }
  }

  // MARK: Recurrence

  private func withLayerAndGradient(
    _ outputGradient: Tensor, _ hiddenGradient: inout Tensor, _ cellGradient: inout Tensor,
    _ stateGradient: Tensor?,
    _ body: (UnsafePointer<CUnroll_Recurrence>, UnsafePointer<CUnroll_RecurrenceGradient>) -> Void
  ) {
    let isGRU = cell == .gru
    let panels = weights.recurrent.storage.packed(
      recurrentRows(0..<(isGRU ? 2 * hidden : gateRows)))
    let candidatePanels =
      isGRU ? weights.recurrent.storage.packed(recurrentRows(2 * hidden..<gateRows)) : nil
    let projectionPanels = weights.projection?.storage.packed(projectionLayout(transposed: false))
    let memoryGradient = weights.projection.map { _ in Storage(uninitialized: rows * hidden) }
    hiddenGradient.withUnsafeMutableElements { dh in
      cellGradient.withUnsafeMutableElements { dc in
        guard let dh = dh.baseAddress, let dc = dc.baseAddress else { return }
        let buffers = CUnroll_RecurrenceGradient(
          outputGradient: outputGradient.pointer, recurrentPanels: panels.pointer,
          candidatePanels: candidatePanels.map { UnsafePointer($0.pointer) },
          projectionPanels: projectionPanels.map { UnsafePointer($0.pointer) },
          initialIsWanted: initialHidden.isRecorded ? 1 : 0, hiddenGradient: dh,
          cellGradient: cell == .lstm ? dc : nil, memoryGradient: memoryGradient?.pointer,
          stateGradient: stateGradient?.pointer)
        withUnsafePointer(to: buffers) { buffers in
          withLayer { layer in body(layer, buffers) }
        }
      }
    }
    withExtendedLifetime((panels, candidatePanels, projectionPanels, memoryGradient)) {}
  }

  private func runBackward(
    _ part: Range<Int>, _ layer: UnsafePointer<CUnroll_Recurrence>,
    _ buffers: UnsafePointer<CUnroll_RecurrenceGradient>
  ) {
    if isSplitByRows {
      forEachRange(of: rows, grain: rowGrain(of: part)) { range in
        kernels.recurrenceBackward(layer, buffers, steps: part, rows: range)
      }
      return
    }
    for step in part.reversed() {
      func run(_ phase: Int, _ rows: Range<Int>, _ columns: Range<Int>) {
        kernels.recurrenceBackward(
          layer, buffers, phase: phase, step: step, rows: rows, columns: columns)
      }
      run(CUnroll_phaseState, 0..<rows, 0..<state)
      forEachBlock(of: hidden) { run(CUnroll_phaseGates, $0, $1) }
      forEachBlock(of: state) { run(CUnroll_phaseProduct, $0, $1) }
    }
  }

  // MARK: Operands

  private func writeInputGradient(of part: Range<Int>, to dx: Tensor?) {
    guard let dx else { return }
    let first = part.lowerBound * rows
    multiply(
      rows: part.count * rows, columns: inputSize, depth: gateRows,
      gates.pointer + first * gateStride, aRow: gateStride,
      weights.input.storage.packed(inputLayout(transposed: false)),
      into: dx.pointer + first * inputSize)
  }

  private func addWeightGradients(
    of part: Range<Int>, _ stateGradient: Tensor?, to sums: OperandGradients
  ) {
    let (first, count) = (part.lowerBound * rows, part.count * rows)
    if let sum = sums.table ?? sums.input { addInputWeightGradient(of: part, to: sum) }
    if let recurrent = sums.recurrent { addRecurrentWeightGradient(of: part, to: recurrent) }
    if let bias = sums.inputBias, sums.table == nil {
      addSumOfRows(
        gates.pointer + first * gateStride, rows: count, columns: gateRows, stride: gateStride,
        to: bias.pointer)
    }
    if let candidate, let bias = sums.candidateBias {
      addSumOfRows(
        candidate.pointer + first * hidden, rows: count, columns: hidden, stride: hidden,
        to: bias.pointer)
    }
    if let projection = sums.projection, let stateGradient, let memory {
      let factor = LeftFactor(
        a: stateGradient.pointer + first * state, columns: state, stride: state,
        c: projection.pointer)
      addProducts(of: part, [factor], memory.pointer + first * hidden, columns: hidden)
    }
  }

  private func addInputWeightGradient(of part: Range<Int>, to sum: Tensor) {
    let (first, count) = (part.lowerBound * rows, part.count * rows)
    let partGates = gates.pointer + first * gateStride
    switch input {
    case .vectors(let x):
      let factor = LeftFactor(a: partGates, columns: gateRows, stride: gateStride, c: sum.pointer)
      withoutPadding(x, in: part) { addProducts(of: part, [factor], $0, columns: inputSize) }
    case .oneHot(let tokens):
      scatter(
        partGates, columns: gateRows, stride: gateStride, at: tokens.values[first..<first + count],
        into: sum.pointer)
    }
  }

  /// Calls `body` with the inputs of a part, those of rows that have ended replaced by zeros: their gates have zero
  /// gradients, but 0 · NaN and 0 · ∞ are NaN.
  private func withoutPadding(
    _ x: Tensor, in part: Range<Int>, _ body: (UnsafePointer<Float>) -> Void
  ) {
    let source = x.pointer + part.lowerBound * rows * inputSize
    guard let lengths, lengths.contains(where: { $0 < part.upperBound }) else {
      return body(source)
    }
    let copy = Storage(uninitialized: part.count * rows * inputSize)
    for step in part {
      for row in 0..<rows {
        let place = ((step - part.lowerBound) * rows + row) * inputSize
        if step < lengths[row] {
          (copy.pointer + place).update(from: source + place, count: inputSize)
        } else {
          (copy.pointer + place).update(repeating: 0, count: inputSize)
        }
      }
    }
    body(copy.pointer)
    withExtendedLifetime(copy) {}
  }

  /// Σ over steps and rows of (gradient before the activation)ᵀ · (hidden state before the step).
  private func addRecurrentWeightGradient(of part: Range<Int>, to sum: Tensor) {
    func factor(_ source: Storage, columns: Int, stride: Int, intoRow row: Int) -> LeftFactor {
      LeftFactor(
        a: source.pointer + part.lowerBound * rows * stride, columns: columns, stride: stride,
        c: sum.pointer + row * state)
    }
    let factors =
      if let candidate {
        [
          factor(gates, columns: 2 * hidden, stride: gateStride, intoRow: 0),
          factor(candidate, columns: hidden, stride: hidden, intoRow: 2 * hidden),
        ]
      } else {
        [factor(gates, columns: gateRows, stride: gateStride, intoRow: 0)]
      }
    addProducts(
      of: part, factors, states.pointer + part.lowerBound * rows * state, columns: state)
  }

  /// The products of the factors with `b`, which has a row `[columns]` for each step of the part and row of the batch.
  private func addProducts(
    of part: Range<Int>, _ factors: [LeftFactor], _ b: UnsafePointer<Float>, columns: Int
  ) {
    accumulateProducts(
      overRows: part.count * rows, factors, b, columns: columns, isFirst: part.upperBound == steps)
  }
}

/// Where the gradients of a pass's operands but the states are summed; none for what is not recorded.
private struct OperandGradients {
  /// `[G H, D]`, for vectors.
  let input: Tensor?
  /// `[D, G H]`, for one-hot input; the biases' gradient comes from it too.
  let table: Tensor?
  /// `[G H, P]`.
  let recurrent: Tensor?
  /// `[G H]`, of both biases but for the candidate of a GRU.
  let inputBias: Tensor?
  /// GRU: `[H]`, of b_hn.
  let candidateBias: Tensor?
  /// `[P, H]`.
  let projection: Tensor?
  /// `[T, N, D]`.
  let vectors: Tensor?

  init(_ pass: RecurrentPass) {
    let weights = pass.weights
    func sum(for weight: Tensor?) -> Tensor? {
      weight.flatMap { $0.isRecorded ? Tensor(uninitialized: $0.shape) : nil }
    }
    let isOneHot = pass.input.vectors == nil
    input = isOneHot ? nil : sum(for: weights.input)
    table =
      isOneHot && (weights.input.isRecorded || weights.inputBias != nil)
      ? Tensor(zeros: [pass.inputSize, pass.gateRows]) : nil
    recurrent = sum(for: weights.recurrent)
    inputBias = weights.inputBias.map { Tensor(zeros: $0.shape) }
    candidateBias =
      pass.cell == .gru && inputBias != nil ? Tensor(zeros: [pass.hidden]) : nil
    projection = sum(for: weights.projection)
    vectors = sum(for: pass.input.vectors)
  }

  /// The gradients of all operands that the pass has.
  func ofOperands(
    of pass: RecurrentPass, initialHidden: Tensor?, initialCell: Tensor?
  ) -> RecurrentOperands<Tensor?> {
    let weights = pass.weights
    let transposedTable = weights.input.isRecorded ? table?.transposed(0, 1) : nil
    return RecurrentOperands(
      initialHidden: initialHidden, initialCell: initialCell, input: input ?? transposedTable,
      recurrent: recurrent, inputBias: weights.inputBias.map { _ in inputBias },
      recurrentBias: weights.recurrentBias.map { _ in recurrentBias(gateRows: pass.gateRows) },
      projection: weights.projection.map { _ in projection },
      vectors: pass.input.vectors.map { _ in vectors })
  }

  /// That of the input bias but for a GRU's candidate, and never in the same memory, which would be copied in the first
  /// step that limits the gradient's norm.
  private func recurrentBias(gateRows: Int) -> Tensor? {
    guard let inputBias else { return nil }
    let shared = inputBias.sliced(0..<gateRows - (candidateBias?.count ?? 0), axis: 0)
    return concatenate([shared] + (candidateBias.map { [$0] } ?? []), axis: 0)
  }
}
