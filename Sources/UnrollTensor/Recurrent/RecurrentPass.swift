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
  /// The floats from one row of gates to the next.
  let gateStride: Int
  /// `[T, N, G H]`, with unused floats between the rows.
  let gates: Storage
  let candidate: Storage?
  /// `[T + 1, N, P]`, the initial state and the state after each step.
  let states: Storage
  /// `[T + 1, N, H]`, likewise.
  let cells: Storage?
  let memory: Storage?

  init(
    _ cell: RecurrentCell, _ input: RecurrentInput, _ weights: RecurrentWeights,
    _ initialHidden: Tensor,
    _ initialCell: Tensor, _ lengths: [Int32]?
  ) {
    guard
      weights.input.shape.count == 2 && weights.recurrent.shape.count == 2
        && weights.input.shape[0] == weights.recurrent.shape[0]
        && weights.input.shape[0] % cell.gateCount == 0
    else {
      fatalError(
        "Recurrent weights \(weights.input.shape) and \(weights.recurrent.shape) with \(cell.gateCount) gates"
      )
    }
    let gateRows = weights.input.shape[0]
    let hidden = gateRows / cell.gateCount
    let state = weights.recurrent.shape[1]
    let inputSize = weights.input.shape[1]
    let expectedAxes = input.vectors == nil ? 2 : 3
    guard input.shape.count == expectedAxes && (input.vectors?.shape[2] ?? inputSize) == inputSize
    else { fatalError("An input \(input.shape) for a layer of input size \(inputSize)") }
    let (steps, rows) = (input.steps, input.rows)
    guard
      weights.projection.map({ cell == .lstm && $0.shape == [state, hidden] }) ?? (state == hidden)
    else {
      fatalError(
        "A projection \(weights.projection?.shape ?? []) from \(hidden) units to a state of \(state)"
      )
    }
    guard
      (weights.inputBias == nil) == (weights.recurrentBias == nil)
        && (weights.inputBias.map({ $0.shape == [gateRows] }) ?? true)
        && (weights.recurrentBias.map({ $0.shape == [gateRows] }) ?? true)
    else { fatalError("Recurrent weights need two biases [\(gateRows)], or none") }
    guard
      initialHidden.shape == [rows, state]
        && initialCell.shape == [rows, cell == .lstm ? hidden : 0]
    else {
      fatalError(
        "Initial states \(initialHidden.shape) and \(initialCell.shape) for \(rows) rows of \(hidden) units"
      )
    }
    if let lengths {
      guard lengths.count == rows && lengths.allSatisfy({ (1...max(steps, 1)).contains(Int($0)) })
      else { fatalError("\(rows) rows need as many lengths of 1 ... \(steps), not \(lengths)") }
    }
    if case .oneHot(let tokens) = input { tokens.requireBelow(inputSize, in: "one-hot input") }
    (self.steps, self.rows, self.hidden, self.state) = (steps, rows, hidden, state)
    (self.gateRows, self.inputSize) = (gateRows, inputSize)
    self.cell = cell
    self.input = input
    self.weights = weights
    self.initialHidden = initialHidden
    self.initialCell = initialCell
    self.lengths = lengths
    // Rows a multiple of 2 KiB apart would share few sets of the caches.
    gateStride = gateRows % 512 == 0 ? gateRows + 144 : gateRows
    gates = Storage(uninitialized: steps * rows * gateStride)
    states = Storage(initialHidden, andUninitialized: steps)
    cells = cell == .lstm ? Storage(initialCell, andUninitialized: steps) : nil
    candidate = cell == .gru ? Storage(uninitialized: steps * rows * hidden) : nil
    memory = weights.projection == nil ? nil : Storage(uninitialized: steps * rows * hidden)
  }

  var operands: RecurrentOperands<Tensor> {
    RecurrentOperands(
      initialHidden: initialHidden, initialCell: initialCell, input: weights.input,
      recurrent: weights.recurrent, inputBias: weights.inputBias,
      recurrentBias: weights.recurrentBias, projection: weights.projection, vectors: input.vectors)
  }

  /// Whether an operand is on an open tape.
  var isRecorded: Bool {
    initialHidden.isRecorded || initialCell.isRecorded || weights.input.isRecorded
      || weights.recurrent.isRecorded || weights.inputBias?.isRecorded ?? false
      || weights.recurrentBias?.isRecorded ?? false || weights.projection?.isRecorded ?? false
      || input.vectors?.isRecorded ?? false
  }

  // MARK: Layouts of the weights

  func inputLayout(transposed: Bool) -> PackedLayout {
    transposed
      ? PackedLayout(rows: inputSize, columns: gateRows, rowStride: 1, columnStride: inputSize)
      : PackedLayout(rows: gateRows, columns: inputSize, rowStride: inputSize, columnStride: 1)
  }

  /// W_hhᵀ gate by gate, so that a panel of one gate has the same units as that of the next.
  var recurrentLayout: PackedLayout {
    PackedLayout(
      blocks: cell.gateCount, blockStride: hidden * state, rows: state, columns: hidden,
      rowStride: 1,
      columnStride: state)
  }

  func recurrentRows(_ range: Range<Int>) -> PackedLayout {
    PackedLayout(
      offset: range.lowerBound * state, rows: range.count, columns: state, rowStride: state,
      columnStride: 1)
  }

  func projectionLayout(transposed: Bool) -> PackedLayout {
    transposed
      ? PackedLayout(rows: hidden, columns: state, rowStride: 1, columnStride: hidden)
      : PackedLayout(rows: state, columns: hidden, rowStride: hidden, columnStride: 1)
  }

  /// Whether each thread runs its own rows over all steps of a part; where there are too few rows for that, all threads run
  /// each step together, with their own units.
  var isSplitByRows: Bool {
    rows >= 4 * Threads.count || rows * gateRows * state < 1 << 16
  }

  /// Splits a step into blocks of rows and columns, the columns from the beginning of a panel, and runs them at once: as
  /// many ranges of columns as there are threads (or several for each) and panels, and, with still more threads, several
  /// ranges of rows.
  func forEachBlock(of columns: Int, perThread: Int = 1, _ body: (Range<Int>, Range<Int>) -> Void) {
    let width = kernels.panelWidth
    let panels = (columns + width - 1) / width
    let across = min(panels, Threads.count * perThread)
    let down = max(1, min(rows / 4, Threads.count / across))
    forEachRange(of: across * down, grain: 1, perThread: perThread) { blocks in
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
  func rowGrain(of part: Range<Int>) -> Int {
    max(1, (1 << 17) / max(part.count * gateRows * state, 1))
  }

  /// The steps in parts, from the first to the last or back.
  ///
  /// Input product, recurrence and weight gradients take turns part by part, so that each finds in cache what the one before
  /// it left of the gates. Each part also brings the sums of the weight gradients through the caches, so a part has about as
  /// many rows as the state has units, within what a product takes in one pass.
  func forEachPart(reversed: Bool = false, _ body: (Range<Int>) -> Void) {
    let length = max(1, min(max(512, state), rowsPerPass) / max(rows, 1))
    let count = max(1, (steps + length - 1) / length)
    for index in 0..<count {
      let first = (reversed ? count - 1 - index : index) * length
      body(first..<min(first + length, steps))
    }
  }

  // MARK: Forward

  func forward() {
    let isOneHot = input.vectors == nil
    let bias = startingBias()
    let table =
      isOneHot ? weights.input.storage.transposed(rows: gateRows, columns: inputSize) : nil
    let panels = weights.recurrent.storage.packed(
      recurrentLayout, forRows: rows == 1 ? steps : .max)
    let projectionPanels = weights.projection?.storage.packed(projectionLayout(transposed: true))
    withLayer(
      panels: panels, projectionPanels: projectionPanels, table: table, bias: isOneHot ? bias : nil
    ) { layer in
      guard let vectors = input.vectors else {
        // Tokens are looked up as the steps come, so that threads need not meet before the last.
        return Phase.recurrenceForward.timed { runForward(0..<steps, layer) }
      }
      forEachPart { part in
        Phase.inputProduct.timed { readInput(vectors, of: part, bias) }
        Phase.recurrenceForward.timed { runForward(part, layer) }
      }
    }
    withExtendedLifetime((panels, projectionPanels, table, bias)) {}
  }

  /// The product of the input weights with the vectors of some steps.
  private func readInput(_ x: Tensor, of part: Range<Int>, _ bias: Tensor?) {
    let first = part.lowerBound * rows
    multiply(
      rows: part.count * rows, x.pointer + first * inputSize, aRow: inputSize,
      weights.input.storage, inputLayout(transposed: true), initial: bias?.pointer,
      into: gates.pointer + first * gateStride, cRow: gateStride)
  }

  private func runForward(_ part: Range<Int>, _ layer: UnsafePointer<CUnroll_Recurrence>) {
    if isSplitByRows {
      forEachRange(of: rows, grain: rowGrain(of: part)) { range in
        kernels.recurrenceForward(layer, steps: part, rows: range)
      }
      return
    }
    // The first time, weights have to be brought from a file, which takes one thread longer than another; later, each thread
    // finds its own in its cache.
    let perThread = layer.pointee.recurrentPanels == nil ? piecesPerThread : 1
    for step in part {
      forEachBlock(of: hidden, perThread: perThread) { rows, units in
        kernels.recurrenceForward(layer, step: step, rows: rows, units: units)
      }
      if weights.projection != nil {
        kernels.recurrenceProjection(layer, step: step, rows: 0..<rows)
      }
    }
  }

  /// What every row of gates starts from: both biases, but for the candidate of a GRU, whose b_hn is under the reset.
  private func startingBias() -> Tensor? {
    guard let inputBias = weights.inputBias, let recurrentBias = weights.recurrentBias else {
      return nil
    }
    let sum = Tensor(uninitialized: [gateRows])
    let shared = cell == .gru ? 2 * hidden : gateRows
    kernels.add(inputBias.pointer, recurrentBias.pointer, into: sum.pointer, count: shared)
    (sum.pointer + shared).update(from: inputBias.pointer + shared, count: gateRows - shared)
    return sum
  }

  func withLayer(
    panels: Storage? = nil, projectionPanels: Storage? = nil, table: Storage? = nil,
    bias: Tensor? = nil,
    _ body: (UnsafePointer<CUnroll_Recurrence>) -> Void
  ) {
    let tokens: [Int32] = if case .oneHot(let indices) = input { indices.values } else { [] }
    tokens.withUnsafeBufferPointer { tokens in
      (lengths ?? []).withUnsafeBufferPointer { ends in
        let layer = CUnroll_Recurrence(
          cell: cell.kernel, steps: steps, rows: rows, hidden: hidden, state: state,
          lengths: lengths == nil ? nil : ends.baseAddress,
          recurrentPanels: panels.map { UnsafePointer($0.pointer) },
          recurrentWeights: weights.recurrent.pointer,
          projectionPanels: projectionPanels.map { UnsafePointer($0.pointer) },
          candidateBias: cell == .gru
            ? weights.recurrentBias.map { UnsafePointer($0.pointer + 2 * hidden) } : nil,
          inputTable: table.map { UnsafePointer($0.pointer) },
          inputBias: bias.map { UnsafePointer($0.pointer) },
          tokens: tokens.baseAddress, gateStride: gateStride, gates: gates.pointer,
          candidate: candidate?.pointer, memory: memory?.pointer, states: states.pointer,
          cells: cells?.pointer)
        withUnsafePointer(to: layer, body)
      }
    }
  }

  /// `[T, N, P]`, the states after the steps.
  var output: Tensor {
    Tensor(borrowing: states, from: rows * state, shape: [steps, rows, state])
  }

  /// `[T, N, H]`, the cell states after the steps; `[T, N, 0]` for cells without one.
  var cellOutput: Tensor {
    cells.map { Tensor(borrowing: $0, from: rows * hidden, shape: [steps, rows, hidden]) }
      ?? Tensor(zeros: [steps, rows, 0])
  }

  func finalHidden() -> Tensor { lastRows(of: states, width: state) }

  func finalCell() -> Tensor {
    cells.map { lastRows(of: $0, width: hidden) } ?? initialCell.detached()
  }

  private func lastRows(of history: Storage, width: Int) -> Tensor {
    // Of many steps, only the last shall stay in memory.
    if steps == 1 { return Tensor(borrowing: history, from: rows * width, shape: [rows, width]) }
    let result = Tensor(uninitialized: [rows, width])
    for row in 0..<rows {
      let step = Int(lengths?[row] ?? Int32(steps))
      (result.pointer + row * width).update(
        from: history.pointer + (step * rows + row) * width, count: width)
    }
    return result
  }
}

extension Tensor {
  /// Part of a storage that nobody changes any more.
  fileprivate init(borrowing storage: Storage, from offset: Int, shape: Shape) {
    let floats = UnsafeBufferPointer(start: storage.pointer + offset, count: shape.elementCount)
    self.init(borrowing: floats, from: storage, shape: shape)
  }
}

extension Storage {
  /// A state followed by memory for as many again as there are steps.
  fileprivate convenience init(_ first: Tensor, andUninitialized steps: Int) {
    self.init(uninitialized: (steps + 1) * first.count)
    pointer.update(from: first.pointer, count: first.count)
  }
}
