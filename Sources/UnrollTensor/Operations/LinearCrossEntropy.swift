/// The cross entropy in nats of a linear layer's logits, all rows together: `crossEntropy(linear(x, weight:, bias:), targets,
/// reduction: .sum)` to the bit, without logits of all rows.
///
/// Rows are taken in chunks, and what the gradients need of a chunk's logits is made while they are in cache. So no more than a
/// chunk of logits is ever there: 96 rows where the classes are many, and all rows where rows times classes is below a million.
/// - Parameters:
///   - x: `[…, in]`.
///   - weight: `[V, in]`.
///   - bias: `[V]`.
///   - targets: `[…]`, 0 ..< V or `ignored`.
///   - ignored: rows with this target count for nothing and get no gradient.
///   - labelSmoothing: as `crossEntropy`'s.
public func linearCrossEntropy(
  _ x: Tensor, weight: Tensor, bias: Tensor?, _ targets: Indices, ignored: Int32 = -100,
  labelSmoothing: Float = 0
) -> Tensor {
  guard weight.shape.count == 2, x.shape.last == weight.shape[1],
    x.shape.dropLast().elementsEqual(targets.shape),
    bias.map({ $0.shape == [weight.shape[0]] }) ?? true
  else {
    fatalError(
      "linearCrossEntropy of \(x.shape) with a weight \(weight.shape), a bias \(bias?.shape ?? []) and targets \(targets.shape): shapes are […, in], [out, in], [out] and […]"
    )
  }
  guard (0...1).contains(labelSmoothing) else {
    fatalError("The label smoothing is 0 ... 1, not \(labelSmoothing)")
  }
  targets.requireBelow(weight.shape[0], except: ignored, in: "linearCrossEntropy")
  let operands = [x, weight] + (bias.map { [$0] } ?? [])
  let seed = openTape(of: operands)?.seed
  return Phase.outputLayer.timed {
    let pass = LinearCrossEntropyPass(
      x: x, weight: weight, bias: bias,
      rowLosses: CrossEntropyRows(
        targets: targets, ignored: ignored, classWeights: nil, smoothing: labelSmoothing,
        classes: weight.shape[0]), seed: seed)
    let (total, gradients) = pass.run()
    guard let seed else { return total }
    return recorded([total], from: operands) { incoming in
      guard let gradient = incoming[0] else { return [] }
      // What came back is what was assumed, unless something changed the loss behind this operation.
      guard gradient.scalar != seed else { return gradients }
      return gradients.map { $0.map { gradient.scalar / seed * $0 } }
    }[0]
  }
}

/// One pass over the rows of a linear layer with its loss.
private struct LinearCrossEntropyPass {
  let x: Tensor
  let weight: Tensor
  let bias: Tensor?
  let rowLosses: CrossEntropyRows
  /// The gradient of the loss; `nil` if there is none wanted.
  let seed: Float?

  private var rows: Int { rowLosses.targets.count }
  private var classes: Int { weight.shape[0] }
  private var inputs: Int { weight.shape[1] }

  /// Enough rows that adding to the weight's gradient, which reads and writes all of it once a chunk, does not dominate.
  private var rowsPerChunk: Int {
    rows * classes < 1 << 20 ? rows : min(rows, max(96, 24 * Threads.count))
  }

  /// The sum of the losses, and the gradients of `x`, `weight` and `bias` as far as they are recorded.
  func run() -> (total: Tensor, gradients: [Tensor?]) {
    let losses = Storage(uninitialized: rows)
    let chunk = rowsPerChunk
    let logits = Storage(uninitialized: chunk * classes)
    let logSums = Storage(uninitialized: chunk)
    let dx = seed != nil && x.isRecorded ? Tensor(uninitialized: x.shape) : nil
    let dw = seed != nil && weight.isRecorded ? Tensor(uninitialized: weight.shape) : nil
    let db = seed != nil && bias?.isRecorded ?? false ? Tensor(zeros: [classes]) : nil
    let factor = rowLosses.totalTargetWeight == 0 ? 0 : seed
    for first in stride(from: 0, to: rows, by: max(chunk, 1)) {
      let range = first..<min(first + chunk, rows)
      multiply(
        rows: range.count, x.pointer + first * inputs, aRow: inputs, weight.storage,
        PackedLayout(rows: inputs, columns: classes, rowStride: 1, columnStride: inputs),
        initial: bias?.pointer, into: logits.pointer)
      rowLosses.forEachRun(of: range) { options, part, classOf in
        kernels.crossEntropy(
          options, rows: part.count, logits: logits.pointer + (part.lowerBound - first) * classes,
          targets: classOf, losses: losses.pointer + part.lowerBound,
          logSums: logSums.pointer + part.lowerBound - first)
        guard let factor else { return }
        let start = logits.pointer + (part.lowerBound - first) * classes
        kernels.crossEntropyGradient(
          options, rows: part.count, logits: start, targets: classOf,
          logSums: logSums.pointer + part.lowerBound - first, factor: factor, into: start)
      }
      addGradients(of: logits, range, dx, dw, db)
    }
    let total = Tensor(kernels.sum(losses.pointer, count: rows))
    return (total, bias == nil ? [dx, dw] : [dx, dw, db])
  }

  /// Adds what a chunk gives, each element going on with its chain.
  private func addGradients(
    of slopes: Storage, _ range: Range<Int>, _ dx: Tensor?, _ dw: Tensor?, _ db: Tensor?
  ) {
    let first = range.lowerBound
    if let dx {
      let plain = PackedLayout(rows: classes, columns: inputs, rowStride: inputs, columnStride: 1)
      multiply(
        rows: range.count, columns: inputs, depth: classes, slopes.pointer, aRow: classes,
        weight.storage.packed(plain), into: dx.pointer + first * inputs)
    }
    if let dw {
      let factor = LeftFactor(a: slopes.pointer, columns: classes, stride: classes, c: dw.pointer)
      accumulateProducts(
        overRows: range.count, [factor], x.pointer + first * inputs, columns: inputs,
        isFirst: first == 0)
    }
    if let db {
      addSumOfRows(
        slopes.pointer, rows: range.count, columns: classes, stride: classes, to: db.pointer)
    }
  }
}
