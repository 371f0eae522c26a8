internal import CUnroll

/// The kinds of recurrent cell.
public enum RecurrentCell: Sendable, Hashable {
  /// h = tanh(W_ih x + b_ih + W_hh h′ + b_hh) (Elman 1990).
  case rnnTanh
  /// h = max(0, W_ih x + b_ih + W_hh h′ + b_hh).
  case rnnReLU
  /// i, f, o = σ(·), g = tanh(·), c = f ⊙ c′ + i ⊙ g, h = o ⊙ tanh(c) (Hochreiter and Schmidhuber 1997; Gers et al. 2000).
  case lstm
  /// r, z = σ(·), n = tanh(W_in x + b_in + r ⊙ (W_hn h′ + b_hn)), h = (1 − z) ⊙ n + z ⊙ h′ (Cho et al. 2014, with the
  /// reset behind the product).
  case gru

  /// How many gates are stacked in the weights: LSTM i, f, g, o; GRU r, z, n.
  public var gateCount: Int {
    switch self {
    case .rnnTanh, .rnnReLU: 1
    case .lstm: 4
    case .gru: 3
    }
  }

  fileprivate var kernel: Int32 {
    switch self {
    case .rnnTanh: Int32(CUnroll_cellTanh)
    case .rnnReLU: Int32(CUnroll_cellRelu)
    case .lstm: Int32(CUnroll_cellLSTM)
    case .gru: Int32(CUnroll_cellGRU)
    }
  }
}

/// What a recurrent layer reads at each step.
public enum RecurrentInput: Sendable {
  /// Vectors, `[T, N, D]`.
  case vectors(Tensor)
  /// Tokens `[T, N]` standing for one-hot vectors of D elements, which are never formed.
  case oneHot(Indices)

  var steps: Int { shape[0] }
  var rows: Int { shape[1] }

  var shape: Shape {
    switch self {
    case .vectors(let x): x.shape
    case .oneHot(let tokens): tokens.shape
    }
  }

  var vectors: Tensor? {
    if case .vectors(let x) = self { x } else { nil }
  }
}

/// The parameters of one direction of one recurrent layer, G gates stacked by rows, as PyTorch lays them out.
public struct RecurrentWeights: Sendable {
  /// W_ih, `[G H, D]`.
  public var input: Tensor
  /// W_hh, `[G H, P]`.
  public var recurrent: Tensor
  /// b_ih, `[G H]`.
  public var inputBias: Tensor?
  /// b_hh, `[G H]`.
  public var recurrentBias: Tensor?
  /// W_hr, `[P, H]`, of an LSTM with a projection (Sak, Senior and Beaufays 2014).
  public var projection: Tensor?

  /// Creates the parameters of one direction of one layer.
  public init(
    input: Tensor, recurrent: Tensor, inputBias: Tensor? = nil, recurrentBias: Tensor? = nil,
    projection: Tensor? = nil
  ) {
    self.input = input
    self.recurrent = recurrent
    self.inputBias = inputBias
    self.recurrentBias = recurrentBias
    self.projection = projection
  }
}

/// One direction of one recurrent layer over whole sequences, from the first step to the last.
///
/// The input product is one matrix product over all steps; the loop over time only multiplies by the recurrent weights,
/// with the gates behind each panel of that product; the backward pass ends with one product over all steps per weight.
/// - Parameters:
///   - initialHidden: `[N, P]`, where P is H without a projection.
///   - initialCell: `[N, H]` for an LSTM, `[N, 0]` otherwise.
///   - lengths: how many steps each of the N rows takes part in, 1 ... T; all of them when absent. Past its end, a row's
///     output is zero.
/// - Returns: the outputs `[T, N, P]` and each row's state after its own last step, `[N, P]` and `[N, H]` (or `[N, 0]`).
public func recurrentSequence(
  _ cell: RecurrentCell, _ input: RecurrentInput, _ weights: RecurrentWeights,
  initialHidden: Tensor,
  initialCell: Tensor, lengths: [Int32]? = nil
) -> (output: Tensor, hidden: Tensor, cell: Tensor) {
  let pass = RecurrentPass(cell, input, weights, initialHidden, initialCell, lengths)
  pass.forward()
  let results = [pass.output, pass.finalHidden(), pass.finalCell()]
  let recordedResults = recorded(results, from: pass.operands) { pass.backward($0) }
  return (recordedResults[0], recordedResults[1], recordedResults[2])
}

/// The buffers of one run of the operation, from the forward to the backward pass.
private final class RecurrentPass {
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

  /// Below this many multiply-adds, a second thread does not pay.
  private var rowGrain: Int { max(1, (1 << 17) / max(steps * gateRows * state, 1)) }

  // MARK: Forward

  func forward() {
    let bias = startingBias()
    var table: Storage?
    if let x = input.vectors {
      multiply(
        rows: steps * rows, columns: gateRows, depth: inputSize, x.pointer, aRow: inputSize,
        weights.input.storage.packed(inputLayout(transposed: true)), initial: bias?.pointer,
        into: gates.pointer)
    } else {
      table = weights.input.storage.transposed(rows: gateRows, columns: inputSize)
    }
    let panels = weights.recurrent.storage.packed(recurrentLayout)
    let projectionPanels = weights.projection?.storage.packed(projectionLayout(transposed: true))
    withLayer(panels: panels, projectionPanels: projectionPanels, table: table, bias: bias) {
      layer in
      forEachRange(of: rows, grain: rowGrain) { range in
        kernels.recurrenceForward(layer, 0, steps, range.lowerBound, range.upperBound)
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
    runBackward(outputGradient, &hiddenGradient, &cellGradient, stateGradient)

    var dInput: Tensor?
    if let x = input.vectors, x.isRecorded {
      let dx = Tensor(uninitialized: x.shape)
      multiply(
        rows: steps * rows, columns: inputSize, depth: gateRows, gates.pointer, aRow: gateRows,
        weights.input.storage.packed(inputLayout(transposed: false)), into: dx.pointer)
      dInput = dx
    }
    var optional: [Tensor?] = []
    if weights.inputBias != nil {
      let dBias = sumOfRows(gates.pointer, rows: steps * rows, columns: gateRows)
      optional += [dBias, recurrentBiasGradient(dBias)]
    }
    if weights.projection != nil { optional.append(projectionGradient(stateGradient)) }
    if input.vectors != nil { optional.append(dInput) }
    return [hiddenGradient, cellGradient, inputWeightGradient(), recurrentWeightGradient()]
      + optional
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
            forEachRange(of: rows, grain: rowGrain) { range in
              kernels.recurrenceBackward(
                layer, buffers, 0, steps, range.lowerBound, range.upperBound)
            }
          }
        }
      }
    }
    withExtendedLifetime((forwardPanels, panels, candidatePanels, projectionPanels, memoryGradient))
    {}
  }

  private func inputWeightGradient() -> Tensor? {
    guard weights.input.isRecorded else { return nil }
    switch input {
    case .vectors(let x):
      let result = Tensor(zeros: weights.input.shape)
      accumulateProduct(
        overRows: steps * rows, gates.pointer, columns: gateRows, stride: gateRows, x.pointer,
        columns: inputSize, into: result.pointer)
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
    func accumulate(_ source: UnsafePointer<Float>, columns: Int, stride: Int, intoRow row: Int) {
      let target = result.pointer + row * state
      accumulateProduct(
        overRows: rows, source, columns: columns, stride: stride, initialHidden.pointer,
        columns: state,
        into: target)
      accumulateProduct(
        overRows: (steps - 1) * rows, source + rows * stride, columns: columns, stride: stride,
        output.pointer,
        columns: state, into: target)
    }
    if let candidate {
      accumulate(gates.pointer, columns: 2 * hidden, stride: gateRows, intoRow: 0)
      accumulate(candidate.pointer, columns: hidden, stride: hidden, intoRow: 2 * hidden)
    } else {
      accumulate(gates.pointer, columns: gateRows, stride: gateRows, intoRow: 0)
    }
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
    accumulateProduct(
      overRows: steps * rows, stateGradient.pointer, columns: state, stride: state, memory.pointer,
      columns: hidden, into: result.pointer)
    return result
  }
}
