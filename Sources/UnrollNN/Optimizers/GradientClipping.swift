internal import UnrollTensor

extension Module {
  /// The root of the sum of all squares, as if all parameters were one vector, in double precision.
  public var norm: Double { parameters.reduce(0) { $0 + $1.value.sumOfSquares() }.squareRoot() }

  /// The name of the first parameter (of a gradient) that has an element which is not finite, if one has.
  package var firstNotFinite: String? {
    parameters.first { !$0.value.sumOfSquares().isFinite }?.name
  }

  /// Scales all parameters (of a gradient) so that their norm is at most `limit`; returns the norm before that.
  ///
  /// As PyTorch's `clip_grad_norm_`: the factor is limit / (norm + 10⁻⁶), at most 1.
  public mutating func clipNorm(to limit: Double) -> Double {
    let before = norm
    let factor = Float(limit / (before + 1e-6))
    guard factor < 1 else { return before }
    forEachElementRange { start, count in
      kernels.scale(by: factor, start, into: start, count: count)
    }
    return before
  }

  /// Limits every element (of a gradient) to −limit ... limit.
  public mutating func clipValues(to limit: Double) {
    forEachElementRange { start, count in kernels.clamp(to: Float(limit), start, count: count) }
  }

  private mutating func forEachElementRange(_ body: (UnsafeMutablePointer<Float>, Int) -> Void) {
    forEachParameter { _, parameter in
      parameter.withUnsafeMutableElements { elements in
        guard let base = elements.baseAddress else { return }
        forEachRange(of: elements.count, grain: elementGrain) {
          body(base + $0.lowerBound, $0.count)
        }
      }
    }
  }
}
