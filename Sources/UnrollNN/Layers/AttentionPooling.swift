public import UnrollTensor

/// The mean over the steps of each row, weighted by what the layer finds important (Yang et al. 2016, equations 5 to 7).
///
/// Step t has the weight exp(u_t) / Σ exp(u_s) with u_t = vᵀ tanh(W x_t + b).
public struct AttentionPooling: Module {
  /// W and b, `[A, D]` and `[A]`.
  public var projection: Linear
  /// v, `[1, A]`.
  public var context: Linear

  /// Creates a layer with PyTorch's initial values of an `nn.Linear(D, A)` and an `nn.Linear(A, 1, bias=False)`.
  public init(inputSize: Int, attentionSize: Int, using random: inout MersenneTwister) {
    projection = Linear(inputSize: inputSize, outputSize: attentionSize, using: &random)
    context = Linear(inputSize: attentionSize, outputSize: 1, bias: false, using: &random)
  }

  /// Creates a layer from its parameters.
  public init(projection: Linear, context: Linear) {
    self.projection = projection
    self.context = context
  }

  /// Pools sequences.
  ///
  /// - Parameters:
  ///   - x: `[T, N, D]`.
  ///   - lengths: the steps of each of the N rows, 1 ... T; all T when absent. What stands past the end of a row changes nothing.
  /// - Returns: `[N, D]`, and the weights `[T, N]`, which are zero past the end of a row.
  public func callAsFunction(
    _ x: Tensor, lengths: [Int32]? = nil
  ) -> (pooled: Tensor, weights: Tensor) {
    let lengths = stepsOfRows(x, lengths, of: "AttentionPooling")
    let (steps, rows) = (x.shape[0], x.shape[1])
    let padding = .!Mask(lengths: lengths, steps: steps)
    // What stands past an end may be anything, and zero times that is not always zero.
    let read = x.replacing(with: 0, where: padding.reshaped([steps, rows, 1]))
    let scores = context(tanh(projection(read))).reshaped([steps, rows])
    let weights = softmax(scores.replacing(with: -.infinity, where: padding), axis: 0)
    return ((weights.reshaped([steps, rows, 1]) * read).sum(axis: 0), weights)
  }

  /// `projection.weight`, `projection.bias`, `context.weight`.
  public mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    projection.forEachParameter(under: "projection", visit)
    context.forEachParameter(under: "context", visit)
  }
}
