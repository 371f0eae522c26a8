/// Inverted dropout: each element becomes zero with the probability, else is divided by one minus it
/// (Srivastava et al. 2014).
///
/// The mask is a function of the stream's key and position; it is drawn again, not kept, for the backward pass.
/// - Parameters:
///   - x: of any shape.
///   - probability: 0 ... 1.
///   - stream: what is drawn from; it goes on.
public func dropout(_ x: Tensor, probability: Float, using stream: inout RandomStream) -> Tensor {
  guard (0...1).contains(probability) else {
    fatalError("The dropout probability is 0 ... 1, not \(probability)")
  }
  guard probability > 0 else { return x }
  let key = stream.key
  let first = stream.reserve(x.count)
  @Sendable func masked(_ x: Tensor) -> Tensor {
    let keep = 1 - probability
    let result = Tensor(uninitialized: x.shape)
    let blocks = (x.count + 15) / 16
    forEachRange(of: blocks, grain: elementGrain / 64) { range in
      let start = range.lowerBound * 16
      kernels.dropout(
        key: key, first: first + UInt64(start), keep: keep, scale: keep > 0 ? 1 / keep : 0,
        x.pointer + start, into: result.pointer + start,
        count: min(range.upperBound * 16, x.count) - start)
    }
    return result
  }
  return masked(x).recorded(from: x) { [masked($0)] }
}
