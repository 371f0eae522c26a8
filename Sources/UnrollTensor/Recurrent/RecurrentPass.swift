internal import CUnroll

/// The buffers of one run of the operation, from the forward to the backward pass.
final class RecurrentPass {
  let cell: RecurrentCell
  let input: RecurrentInput
  let weights: RecurrentWeights
  let initialHidden: Tensor
  let initialCell: Tensor
  let lengths: [Int32]?

  let steps, rows, hidden, state, gateRows, inputSize: Int
  let gates: Storage
  let output: Tensor
  let candidate: Storage?
  let cells: Storage?
  let memory: Storage?

  init(
    _ cell: RecurrentCell, _ input: RecurrentInput, _ weights: RecurrentWeights,
    _ initialHidden: Tensor,
    _ initialCell: Tensor, _ lengths: [Int32]?
  ) {
    precondition(
      weights.input.shape.count == 2 && weights.recurrent.shape.count == 2
        && weights.input.shape[0] == weights.recurrent.shape[0]
        && weights.input.shape[0] % cell.gateCount == 0,
      "Recurrent weights \(weights.input.shape) and \(weights.recurrent.shape) with \(cell.gateCount) gates"
    )
    let gateRows = weights.input.shape[0]
    let hidden = gateRows / cell.gateCount
    let state = weights.recurrent.shape[1]
    let inputSize = weights.input.shape[1]
    let (steps, rows) = (input.steps, input.rows)
    precondition(
      weights.projection.map { cell == .lstm && $0.shape == [state, hidden] } ?? (state == hidden),
      "A projection \(weights.projection?.shape ?? []) from \(hidden) units to a state of \(state)")
    precondition(
      (weights.inputBias == nil) == (weights.recurrentBias == nil)
        && (weights.inputBias.map { $0.shape == [gateRows] } ?? true)
        && (weights.recurrentBias.map { $0.shape == [gateRows] } ?? true),
      "Recurrent weights need two biases [\(gateRows)], or none")
    let expectedAxes = input.vectors == nil ? 2 : 3
    precondition(
      input.shape.count == expectedAxes && (input.vectors?.shape[2] ?? inputSize) == inputSize,
      "An input \(input.shape) for a layer of input size \(inputSize)")
    precondition(
      initialHidden.shape == [rows, state]
        && initialCell.shape == [rows, cell == .lstm ? hidden : 0],
      "Initial states \(initialHidden.shape) and \(initialCell.shape) for \(rows) rows of \(hidden) units"
    )
    if let lengths {
      precondition(
        lengths.count == rows && lengths.allSatisfy { (1...max(steps, 1)).contains(Int($0)) },
        "\(rows) rows need as many lengths of 1 ... \(steps), not \(lengths)")
    }
    if case .oneHot(let tokens) = input { tokens.requireBelow(inputSize) }
    (self.steps, self.rows, self.hidden, self.state) = (steps, rows, hidden, state)
    (self.gateRows, self.inputSize) = (gateRows, inputSize)
    self.cell = cell
    self.input = input
    self.weights = weights
    self.initialHidden = initialHidden
    self.initialCell = initialCell
    self.lengths = lengths
    gates = Storage(uninitialized: steps * rows * gateRows)
    output = Tensor(uninitialized: [steps, rows, state])
    candidate = cell == .gru ? Storage(uninitialized: steps * rows * hidden) : nil
    cells = cell == .lstm ? Storage(uninitialized: steps * rows * hidden) : nil
    memory = weights.projection == nil ? nil : Storage(uninitialized: steps * rows * hidden)
  }

  /// In the order that `backward` returns gradients in.
  var operands: [Tensor] {
    [initialHidden, initialCell, weights.input, weights.recurrent]
      + [weights.inputBias, weights.recurrentBias, weights.projection, input.vectors].compactMap {
        $0
      }
  }

  // MARK: Layouts of the weights

  private func inputLayout(transposed: Bool) -> PackedLayout {
    transposed
      ? PackedLayout(rows: inputSize, columns: gateRows, rowStride: 1, columnStride: inputSize)
      : PackedLayout(rows: gateRows, columns: inputSize, rowStride: inputSize, columnStride: 1)
  }

  /// W_hhᵀ gate by gate, so that a panel of one gate has the same units as that of the next.
  private var recurrentLayout: PackedLayout {
    PackedLayout(
      blocks: cell.gateCount, blockStride: hidden * state, rows: state, columns: hidden,
      rowStride: 1,
      columnStride: state)
  }

  private func recurrentRows(_ range: Range<Int>) -> PackedLayout {
    PackedLayout(
      offset: range.lowerBound * state, rows: range.count, columns: state, rowStride: state,
      columnStride: 1)
  }

  private func projectionLayout(transposed: Bool) -> PackedLayout {
    transposed
      ? PackedLayout(rows: hidden, columns: state, rowStride: 1, columnStride: hidden)
      : PackedLayout(rows: state, columns: hidden, rowStride: hidden, columnStride: 1)
  }

  /// Whether each thread runs its own rows over the whole sequence; where there are too few rows for that, all threads run
  /// each step together, with their own units.
  private var isSplitByRows: Bool {
    rows >= 4 * Threads.count || rows * gateRows * state < 1 << 16
  }

  /// Splits a step into blocks of rows and columns, the columns from the beginning of a panel, and runs them at once: as
  /// many ranges of columns as there are threads and panels, and, with still more threads, several ranges of rows.
  private func forEachBlock(of columns: Int, _ body: (Range<Int>, Range<Int>) -> Void) {
    let width = kernels.panelWidth
    let panels = (columns + width - 1) / width
    let across = min(panels, Threads.count)
    let down = max(1, min(rows / 4, Threads.count / across))
    forEachRange(of: across * down, grain: 1) { blocks in
      for block in blocks {
        let (row, column) = (block / across, block % across)
        body(
          rows * row / down..<rows * (row + 1) / down,
          panels * column / across
            * width..<min(
              columns, panels * (column + 1) / across * width))
      }
    }
  }

  /// Below this many multiply-adds, a second thread does not pay.
  private var rowGrain: Int { max(1, (1 << 17) / max(steps * gateRows * state, 1)) }

  // MARK: Forward

  /// The product of the input weights with the vectors of all steps at once. Tokens are looked up as the steps come.
  func readInput() {
    guard let x = input.vectors else { return }
    let bias = startingBias()
    multiply(
      rows: steps * rows, columns: gateRows, depth: inputSize, x.pointer, aRow: inputSize,
      weights.input.storage.packed(inputLayout(transposed: true)), initial: bias?.pointer,
      into: gates.pointer)
    withExtendedLifetime(bias) {}
  }

  func forward() {
    let isOneHot = input.vectors == nil
    let bias = isOneHot ? startingBias() : nil
    let table =
      isOneHot ? weights.input.storage.transposed(rows: gateRows, columns: inputSize) : nil
    let panels = weights.recurrent.storage.packed(recurrentLayout)
    let projectionPanels = weights.projection?.storage.packed(projectionLayout(transposed: true))
    withLayer(panels: panels, projectionPanels: projectionPanels, table: table, bias: bias) {
      layer in
      if isSplitByRows {
        forEachRange(of: rows, grain: rowGrain) { range in
          kernels.recurrenceForward(layer, range.lowerBound, range.upperBound)
        }
      } else {
        for step in 0..<steps {
          forEachBlock(of: hidden) { rows, units in
            kernels.recurrenceForwardUnits(
              layer, step, rows.lowerBound, rows.upperBound, units.lowerBound, units.upperBound)
          }
          if projectionPanels != nil { kernels.recurrenceProjection(layer, step, 0, rows) }
        }
      }
    }
    withExtendedLifetime((panels, projectionPanels, table, bias)) {}
  }

  /// What every row of gates starts from: both biases, but for the candidate of a GRU, whose b_hn is under the reset.
  private func startingBias() -> Tensor? {
    guard let inputBias = weights.inputBias, let recurrentBias = weights.recurrentBias else {
      return nil
    }
    let sum = Tensor(uninitialized: [gateRows])
    let shared = cell == .gru ? 2 * hidden : gateRows
    kernels.add(inputBias.pointer, recurrentBias.pointer, sum.pointer, shared)
    (sum.pointer + shared).update(from: inputBias.pointer + shared, count: gateRows - shared)
    return sum
  }

  private func withLayer(
    panels: Storage, projectionPanels: Storage? = nil, table: Storage? = nil, bias: Tensor? = nil,
    _ body: (UnsafePointer<CUnroll_Recurrence>) -> Void
  ) {
    let tokens: [Int32] = if case .oneHot(let indices) = input { indices.values } else { [] }
    tokens.withUnsafeBufferPointer { tokens in
      (lengths ?? []).withUnsafeBufferPointer { ends in
        let layer = CUnroll_Recurrence(
          cell: cell.kernel, steps: steps, rows: rows, hidden: hidden, state: state,
          lengths: lengths == nil ? nil : ends.baseAddress, recurrentPanels: panels.pointer,
          projectionPanels: projectionPanels.map { UnsafePointer($0.pointer) },
          candidateBias: cell == .gru
            ? weights.recurrentBias.map { UnsafePointer($0.pointer + 2 * hidden) } : nil,
          inputTable: table.map { UnsafePointer($0.pointer) },
          inputBias: bias.map { UnsafePointer($0.pointer) },
          tokens: tokens.baseAddress, initialHidden: initialHidden.pointer,
          initialCell: cell == .lstm ? UnsafePointer(initialCell.pointer) : nil,
          gates: gates.pointer,
          candidate: candidate?.pointer, cells: cells?.pointer, memory: memory?.pointer,
          output: output.pointer)
        withUnsafePointer(to: layer, body)
      }
    }
  }

  private func lastStep(ofRow row: Int) -> Int { Int(lengths?[row] ?? Int32(steps)) - 1 }

  func finalHidden() -> Tensor {
    steps == 0 ? initialHidden.detached() : lastRows(of: output.pointer, width: state)
  }

  func finalCell() -> Tensor {
    guard let cells, steps > 0 else { return initialCell.detached() }
    return lastRows(of: cells.pointer, width: hidden)
  }

  private func lastRows(of history: UnsafePointer<Float>, width: Int) -> Tensor {
    let result = Tensor(uninitialized: [rows, width])
    for row in 0..<rows {
      let source = history + (lastStep(ofRow: row) * rows + row) * width
      (result.pointer + row * width).update(from: source, count: width)
    }
    return result
  }

  // MARK: Backward

  func backward(_ gradients: [Tensor?]) -> [Tensor?] {
    let outputGradient = gradients[0] ?? Tensor(zeros: output.shape)
    // The gradient of a final state that may be shared becomes, in place, that of the initial state.
    var hiddenGradient = gradients[1] ?? Tensor(zeros: initialHidden.shape)
    var cellGradient = gradients[2] ?? Tensor(zeros: initialCell.shape)
    let stateGradient = weights.projection.map { _ in Tensor(zeros: output.shape) }
    Phase.recurrenceBackward.timed {
      runBackward(outputGradient, &hiddenGradient, &cellGradient, stateGradient)
    }
    let states: [Tensor?] = [hiddenGradient, cellGradient]
    return states + Phase.weightGradients.timed { parameterGradients(stateGradient) }
      + Phase.inputProduct.timed { inputGradient() }
  }

  /// Of the vectors that were read, if they were vectors.
  private func inputGradient() -> [Tensor?] {
    guard let x = input.vectors else { return [] }
    guard x.isRecorded else { return [nil] }
    let dx = Tensor(uninitialized: x.shape)
    multiply(
      rows: steps * rows, columns: inputSize, depth: gateRows, gates.pointer, aRow: gateRows,
      weights.input.storage.packed(inputLayout(transposed: false)), into: dx.pointer)
    return [dx]
  }

  private func parameterGradients(_ stateGradient: Tensor?) -> [Tensor?] {
    var gradients = [inputWeightGradient(), recurrentWeightGradient()]
    if weights.inputBias != nil {
      let dBias = sumOfRows(gates.pointer, rows: steps * rows, columns: gateRows)
      gradients += [dBias, recurrentBiasGradient(dBias)]
    }
    if weights.projection != nil { gradients.append(projectionGradient(stateGradient)) }
    return gradients
  }

  private func runBackward(
    _ outputGradient: Tensor, _ hiddenGradient: inout Tensor, _ cellGradient: inout Tensor,
    _ stateGradient: Tensor?
  ) {
    let isGRU = cell == .gru
    let forwardPanels = weights.recurrent.storage.packed(recurrentLayout)
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
          projectionPanels: projectionPanels.map { UnsafePointer($0.pointer) }, hiddenGradient: dh,
          cellGradient: cell == .lstm ? dc : nil, memoryGradient: memoryGradient?.pointer,
          stateGradient: stateGradient?.pointer)
        withUnsafePointer(to: buffers) { buffers in
          withLayer(panels: forwardPanels) { layer in
            if isSplitByRows {
              forEachRange(of: rows, grain: rowGrain) { range in
                kernels.recurrenceBackward(layer, buffers, range.lowerBound, range.upperBound)
              }
            } else {
              for step in (0..<steps).reversed() { runBackwardStep(step, layer, buffers) }
            }
          }
        }
      }
    }
    withExtendedLifetime((forwardPanels, panels, candidatePanels, projectionPanels, memoryGradient))
    {}
  }

  private func runBackwardStep(
    _ step: Int, _ layer: UnsafePointer<CUnroll_Recurrence>,
    _ buffers: UnsafePointer<CUnroll_RecurrenceGradient>
  ) {
    func run(_ phase: Int, _ rows: Range<Int>, _ columns: Range<Int>) {
      kernels.recurrenceBackwardPhase(
        layer, buffers, Int32(phase), step, rows.lowerBound, rows.upperBound, columns.lowerBound,
        columns.upperBound)
    }
    run(CUnroll_phaseState, 0..<rows, 0..<state)
    forEachBlock(of: hidden) { run(CUnroll_phaseGates, $0, $1) }
    forEachBlock(of: state) { run(CUnroll_phaseProduct, $0, $1) }
  }

  private func inputWeightGradient() -> Tensor? {
    guard weights.input.isRecorded else { return nil }
    switch input {
    case .vectors(let x):
      let result = Tensor(zeros: weights.input.shape)
      let factor = LeftFactor(
        a: gates.pointer, columns: gateRows, stride: gateRows, c: result.pointer)
      accumulateProducts(overRows: steps * rows, [factor], x.pointer, columns: inputSize)
      return result
    case .oneHot(let tokens):
      let table = Tensor(zeros: [inputSize, gateRows])
      scatter(
        gates.pointer, columns: gateRows, stride: gateRows, at: tokens.values, into: table.pointer)
      return table.transposed(0, 1)
    }
  }

  /// Σ over steps and rows of (gradient before the activation)ᵀ · (hidden state before the step).
  private func recurrentWeightGradient() -> Tensor? {
    guard weights.recurrent.isRecorded, steps > 0 else { return nil }
    let result = Tensor(zeros: weights.recurrent.shape)
    func factors(fromStep step: Int) -> [LeftFactor] {
      func factor(_ source: Storage, columns: Int, stride: Int, intoRow row: Int) -> LeftFactor {
        LeftFactor(
          a: source.pointer + step * rows * stride, columns: columns, stride: stride,
          c: result.pointer + row * state)
      }
      guard let candidate else {
        return [factor(gates, columns: gateRows, stride: gateRows, intoRow: 0)]
      }
      return [
        factor(gates, columns: 2 * hidden, stride: gateRows, intoRow: 0),
        factor(candidate, columns: hidden, stride: hidden, intoRow: 2 * hidden),
      ]
    }
    accumulateProducts(
      overRows: rows, factors(fromStep: 0), initialHidden.pointer, columns: state)
    accumulateProducts(
      overRows: (steps - 1) * rows, factors(fromStep: 1), output.pointer, columns: state)
    return result
  }

  private func recurrentBiasGradient(_ inputBiasGradient: Tensor) -> Tensor {
    guard let candidate else { return inputBiasGradient }
    let underReset = sumOfRows(candidate.pointer, rows: steps * rows, columns: hidden)
    return concatenate([inputBiasGradient.sliced(0..<2 * hidden, axis: 0), underReset], axis: 0)
  }

  private func projectionGradient(_ stateGradient: Tensor?) -> Tensor? {
    guard let projection = weights.projection, projection.isRecorded, let stateGradient, let memory
    else { return nil }
    let result = Tensor(zeros: projection.shape)
    let factor = LeftFactor(
      a: stateGradient.pointer, columns: state, stride: state, c: result.pointer)
    accumulateProducts(overRows: steps * rows, [factor], memory.pointer, columns: hidden)
    return result
  }
}
