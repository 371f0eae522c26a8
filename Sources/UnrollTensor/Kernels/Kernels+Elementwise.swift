internal import CUnroll

/// Element by element over `count` floats. The result may be an operand.
extension Kernels {
  /// y = a + b.
  @inline(__always)
  package func add(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
    count: Int
  ) { inKernelMode { $0.pointee.add(a, b, y, count) } }

  /// y = a − b.
  @inline(__always)
  package func subtract(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
    count: Int
  ) { inKernelMode { $0.pointee.subtract(a, b, y, count) } }

  /// y = a ⊙ b.
  @inline(__always)
  package func multiply(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
    count: Int
  ) { inKernelMode { $0.pointee.multiply(a, b, y, count) } }

  /// y = a / b.
  @inline(__always)
  package func divide(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
    count: Int
  ) { inKernelMode { $0.pointee.divide(a, b, y, count) } }

  /// y = factor · x.
  @inline(__always)
  package func scale(
    by factor: Float, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
  ) { inKernelMode { $0.pointee.scale(factor, x, y, count) } }

  /// y = y + share · (x − y), in place.
  @inline(__always)
  package func approach(
    _ x: UnsafePointer<Float>, by share: Float, _ y: UnsafeMutablePointer<Float>, count: Int
  ) { inKernelMode { $0.pointee.approach(share, x, y, count) } }

  /// Limits x to −limit ... limit, in place.
  @inline(__always)
  package func clamp(to limit: Float, _ x: UnsafeMutablePointer<Float>, count: Int) {
    inKernelMode { $0.pointee.clamp(limit, x, count) }
  }

  /// y = x · scale where the draw of an element is below `keep`, else 0. Element i has draw first + i of
  /// the key; `first` is a multiple of 16.
  @inline(__always)
  package func dropout(
    key: UInt64, first: UInt64, keep: Float, scale: Float, _ x: UnsafePointer<Float>,
    into y: UnsafeMutablePointer<Float>, count: Int
  ) { inKernelMode { $0.pointee.dropout(key, first, keep, scale, x, y, count) } }

  // MARK: Functions

  /// y = tanh x.
  @inline(__always)
  package func tanh(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
  ) { inKernelMode { $0.pointee.tanh(x, y, count) } }

  /// y = 1 / (1 + e⁻ˣ).
  @inline(__always)
  package func sigmoid(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
  ) { inKernelMode { $0.pointee.sigmoid(x, y, count) } }

  /// y = max(0, x).
  @inline(__always)
  package func relu(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
  ) { inKernelMode { $0.pointee.relu(x, y, count) } }

  /// y = eˣ.
  @inline(__always)
  package func exp(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
  ) { inKernelMode { $0.pointee.exp(x, y, count) } }

  /// y = log x.
  @inline(__always)
  package func log(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
  ) { inKernelMode { $0.pointee.log(x, y, count) } }

  /// y = √x.
  @inline(__always)
  package func squareRoot(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
  ) { inKernelMode { $0.pointee.squareRoot(x, y, count) } }

  /// y = |x|.
  @inline(__always)
  package func absolute(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
  ) { inKernelMode { $0.pointee.absolute(x, y, count) } }

  // MARK: Their gradients, from the result y or, for logarithm and absolute value, from the argument x

  /// dx = dy ⊙ (1 − y²).
  @inline(__always)
  package func tanhGradient(
    _ dy: UnsafePointer<Float>, _ y: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>,
    count: Int
  ) { inKernelMode { $0.pointee.tanhGradient(dy, y, dx, count) } }

  /// dx = dy ⊙ y ⊙ (1 − y).
  @inline(__always)
  package func sigmoidGradient(
    _ dy: UnsafePointer<Float>, _ y: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>,
    count: Int
  ) { inKernelMode { $0.pointee.sigmoidGradient(dy, y, dx, count) } }

  /// dx = dy where y > 0, else 0.
  @inline(__always)
  package func reluGradient(
    _ dy: UnsafePointer<Float>, _ y: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>,
    count: Int
  ) { inKernelMode { $0.pointee.reluGradient(dy, y, dx, count) } }

  /// dx = dy ⊙ sign x.
  @inline(__always)
  package func absoluteGradient(
    _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>,
    count: Int
  ) { inKernelMode { $0.pointee.absoluteGradient(dy, x, dx, count) } }

  /// dx = dy / x.
  @inline(__always)
  package func logGradient(
    _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>,
    count: Int
  ) { inKernelMode { $0.pointee.logGradient(dy, x, dx, count) } }
}
