internal import CUnroll

/// How the losses of the rows become one number.
public enum LossReduction: Sendable, Hashable {
  /// The weighted mean over rows that are not ignored; NaN when all are.
  case mean
  /// The sum.
  case sum
}

/// The cross entropy in nats of logits `[…, V]` against one class for each row `[…]`, as PyTorch's `CrossEntropyLoss`.
///
/// Row i with class y costs (1 − ε) w_y (−log p_y) + ε / V · Σ_c w_c (−log p_c); the mean divides by the sum of w_y.
/// - Parameters:
///   - logits: `[…, V]`.
///   - targets: `[…]`, 0 ..< V or `ignored`.
///   - ignored: rows with this target count for nothing and get no gradient.
///   - classWeights: `[V]`, w; all one when absent.
///   - labelSmoothing: ε, 0 ... 1.
///   - reduction: the mean or the sum over the rows.
public func crossEntropy(
  _ logits: Tensor, _ targets: Indices, ignored: Int32 = -100, classWeights: Tensor? = nil,
  labelSmoothing: Float = 0, reduction: LossReduction = .mean
) -> Tensor {
  let classes = lastAxis(of: logits, "crossEntropy")
  let rows = logits.count / classes
  guard
    logits.shape.dropLast().elementsEqual(targets.shape)
      || (targets.shape.count == 1 && targets.count == rows)
  else {
    fatalError(
      "crossEntropy of logits \(logits.shape) needs a target for each row, not targets \(targets.shape)"
    )
  }
  guard classWeights == nil || classWeights?.shape == [classes] else {
    fatalError(
      "crossEntropy over \(classes) classes needs weights [\(classes)], not \(classWeights?.shape ?? [])"
    )
  }
  guard (0...1).contains(labelSmoothing) else {
    fatalError("The label smoothing is 0 ... 1, not \(labelSmoothing)")
  }
  targets.requireBelow(classes, except: ignored, in: "crossEntropy")

  let rowLosses = CrossEntropyRows(
    targets: targets, ignored: ignored, classWeights: classWeights, smoothing: labelSmoothing,
    classes: classes)
  let losses = Storage(uninitialized: rows)
  let logSums = Storage(uninitialized: rows)
  Phase.outputLayer.timed {
    rowLosses.forEachRun { options, range, classOf in
      kernels.crossEntropy(
        options, rows: range.count, logits: logits.pointer + range.lowerBound * classes,
        targets: classOf, losses: losses.pointer + range.lowerBound,
        logSums: logSums.pointer + range.lowerBound)
    }
  }
  let weight = rowLosses.totalTargetWeight
  let divisor = reduction == .mean ? Float(weight) : 1
  let total = kernels.sum(losses.pointer, count: rows)
  return Tensor(total / divisor).recorded(from: logits) { gradient in
    let result = Tensor(uninitialized: logits.shape)
    let factor = weight == 0 ? 0 : gradient.scalar / divisor
    Phase.outputLayer.timed {
      rowLosses.forEachRun { options, range, classOf in
        let first = range.lowerBound * classes
        kernels.crossEntropyGradient(
          options, rows: range.count, logits: logits.pointer + first, targets: classOf,
          logSums: logSums.pointer + range.lowerBound, factor: factor, into: result.pointer + first)
      }
    }
    return [result]
  }
}

/// What is known about the rows of a cross entropy.
struct CrossEntropyRows: Sendable {
  let targets: Indices
  let ignored: Int32
  let classWeights: Tensor?
  let smoothing: Float
  let classes: Int

  /// The sum of the weights of the targets that count.
  var totalTargetWeight: Double {
    targets.values.reduce(into: 0) { sum, target in
      if target != ignored { sum += Double(classWeights?.pointer[Int(target)] ?? 1) }
    }
  }

  /// Calls `body` with runs of rows, of all or of some, and the first target of each run, on all threads.
  func forEachRun(
    of rows: Range<Int>? = nil,
    _ body: (UnsafePointer<CUnroll_CrossEntropy>, Range<Int>, UnsafePointer<Int32>) -> Void
  ) {
    var options = CUnroll_CrossEntropy(
      classes: classes, ignored: ignored, smoothing: smoothing,
      classWeights: classWeights.map { UnsafePointer($0.pointer) },
      totalWeight: classWeights.map { kernels.sum($0.pointer, count: classes) } ?? Float(classes))
    withUnsafePointer(to: &options) { options in
      targets.values.withUnsafeBufferPointer { values in
        guard let first = values.baseAddress else { return }
        let rows = rows ?? 0..<values.count
        forEachRange(of: rows.count, grain: max(1, elementGrain / (4 * classes))) { part in
          let range = rows.lowerBound + part.lowerBound..<rows.lowerBound + part.upperBound
          body(options, range, first + range.lowerBound)
        }
      }
    }
  }
}
