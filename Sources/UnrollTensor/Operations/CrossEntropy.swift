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
///   - ignored: rows with this target count for nothing and get no gradient.
///   - classWeights: `[V]`, w; all one when absent.
///   - labelSmoothing: ε, 0 ... 1.
public func crossEntropy(
  _ logits: Tensor, _ targets: Indices, ignored: Int32 = -100, classWeights: Tensor? = nil,
  labelSmoothing: Float = 0, reduction: LossReduction = .mean
) -> Tensor {
  let classes = lastAxis(of: logits)
  let rows = logits.count / classes
  precondition(
    logits.shape.dropLast().elementsEqual(targets.shape)
      || (targets.shape.count == 1 && targets.count == rows),
    "crossEntropy of logits \(logits.shape) and targets \(targets.shape)")
  precondition(
    classWeights == nil || classWeights?.shape == [classes],
    "crossEntropy over \(classes) classes with weights \(classWeights?.shape ?? [])")
  precondition(
    (0...1).contains(labelSmoothing), "The label smoothing is 0 ... 1, not \(labelSmoothing)")
  targets.requireBelow(classes, except: ignored)

  let losses = Storage(uninitialized: rows)
  let logSums = Storage(uninitialized: rows)
  let totalWeight = classWeights.map { kernels.sum($0.pointer, classes) } ?? Float(classes)
  @Sendable func options() -> CUnroll_CrossEntropy {
    CUnroll_CrossEntropy(
      classes: classes, ignored: ignored, smoothing: labelSmoothing,
      classWeights: classWeights.map { UnsafePointer($0.pointer) }, totalWeight: totalWeight)
  }
  let grain = max(1, elementGrain / (4 * classes))
  targets.values.withUnsafeBufferPointer { values in
    guard let classOf = values.baseAddress else { return }
    forEachRange(of: rows, grain: grain) { range in
      var settings = options()
      let first = range.lowerBound
      kernels.crossEntropy(
        &settings, range.count, logits.pointer + first * classes, classOf + first,
        losses.pointer + first,
        logSums.pointer + first)
    }
  }
  let weight: Double = targets.values.reduce(into: 0) { sum, target in
    if target != ignored { sum += Double(classWeights?.pointer[Int(target)] ?? 1) }
  }
  let total = kernels.sum(losses.pointer, rows)
  let divisor = reduction == .mean ? Float(weight) : 1
  return Tensor(total / divisor).recorded(from: logits) { gradient in
    let result = Tensor(uninitialized: logits.shape)
    let factor = weight == 0 ? 0 : gradient.scalar / divisor
    targets.values.withUnsafeBufferPointer { values in
      guard let classOf = values.baseAddress else { return }
      forEachRange(of: rows, grain: grain) { range in
        var settings = options()
        let first = range.lowerBound
        kernels.crossEntropyGradient(
          &settings, range.count, logits.pointer + first * classes, classOf + first,
          logSums.pointer + first,
          factor, result.pointer + first * classes)
      }
    }
    return [result]
  }
}
