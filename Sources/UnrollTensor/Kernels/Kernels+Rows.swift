internal import CUnroll

/// Operations on the rows of matrices `[rows, columns]`.
extension Kernels {
  /// Each row of y is the softmax of a row of x; both may be the same.
  @inline(__always)
  package func softmax(
    rows: Int, columns: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) { inKernelMode { $0.pointee.softmax(rows, columns, x, y) } }

  @inline(__always)
  func softmaxGradient(
    rows: Int, columns: Int, _ dy: UnsafePointer<Float>, _ y: UnsafePointer<Float>,
    into dx: UnsafeMutablePointer<Float>
  ) { inKernelMode { $0.pointee.softmaxGradient(rows, columns, dy, y, dx) } }

  @inline(__always)
  package func logSoftmax(
    rows: Int, columns: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) { inKernelMode { $0.pointee.logSoftmax(rows, columns, x, y) } }

  @inline(__always)
  func logSoftmaxGradient(
    rows: Int, columns: Int, _ dy: UnsafePointer<Float>, _ y: UnsafePointer<Float>,
    into dx: UnsafeMutablePointer<Float>
  ) { inKernelMode { $0.pointee.logSoftmaxGradient(rows, columns, dy, y, dx) } }

  /// - Parameter statistics: `[rows, 2]`, out: the mean and the reciprocal standard deviation of each row.
  @inline(__always)
  func layerNorm(
    rows: Int, columns: Int, _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    bias: UnsafePointer<Float>, epsilon: Float, into y: UnsafeMutablePointer<Float>,
    statistics: UnsafeMutablePointer<Float>
  ) {
    inKernelMode { $0.pointee.layerNorm(rows, columns, x, weight, bias, epsilon, y, statistics) }
  }

  /// - Parameter normalised: out: (x − mean) / deviation.
  @inline(__always)
  func layerNormGradient(
    rows: Int, columns: Int, _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>,
    weight: UnsafePointer<Float>, statistics: UnsafePointer<Float>,
    into dx: UnsafeMutablePointer<Float>, normalised: UnsafeMutablePointer<Float>
  ) {
    inKernelMode {
      $0.pointee.layerNormGradient(rows, columns, dy, x, weight, statistics, dx, normalised)
    }
  }

  /// - Parameters:
  ///   - losses: out: the loss of each row, times its class weight.
  ///   - logSums: out: the logarithm of each row's sum of exponentials.
  @inline(__always)
  func crossEntropy(
    _ options: UnsafePointer<CUnroll_CrossEntropy>, rows: Int, logits: UnsafePointer<Float>,
    targets: UnsafePointer<Int32>, losses: UnsafeMutablePointer<Float>,
    logSums: UnsafeMutablePointer<Float>
  ) { inKernelMode { $0.pointee.crossEntropy(options, rows, logits, targets, losses, logSums) } }

  /// The gradient of the losses' sum times `factor`.
  @inline(__always)
  func crossEntropyGradient(
    _ options: UnsafePointer<CUnroll_CrossEntropy>, rows: Int, logits: UnsafePointer<Float>,
    targets: UnsafePointer<Int32>, logSums: UnsafePointer<Float>, factor: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    inKernelMode {
      $0.pointee.crossEntropyGradient(options, rows, logits, targets, logSums, factor, gradient)
    }
  }
}
