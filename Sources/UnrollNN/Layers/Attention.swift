public import UnrollTensor

/// The mean of what was read, weighted for each query by how well the two match.
///
/// For a query q, step s of what was read, m_s, has the weight exp(e_s) / Σ exp(e_r). Additive (Bahdanau, Cho and Bengio 2015, A.1.2):
/// e_s = vᵀ tanh(W q + U m_s). Multiplicative (Luong, Pham and Manning 2015, "general"): e_s = qᵀ W m_s.
public struct Attention: Module {
  /// How it is told how well a query and a step match.
  public enum Score: String, CaseIterable, Sendable, Hashable {
    /// A layer of its own on both.
    case additive
    /// A product of both.
    case multiplicative
  }

  /// U, `[A, M]`, or of the multiplicative score W, `[Q, M]`.
  public var key: Linear
  /// W, `[A, Q]`; of the additive score only.
  public var query: Linear?
  /// v, `[1, A]`; of the additive score only.
  public var energy: Linear?

  /// What was read, prepared for queries.
  public struct Memory: Sendable {
    /// `[N, S, A]`, or of the multiplicative score `[N, S, Q]`.
    let keys: Tensor
    /// `[N, S, M]`.
    let values: Tensor
    /// `[N, 1, S]`, true past the end of a row.
    let padding: Mask

    /// Some rows, each of which may occur several times or not at all.
    package func rows(_ rows: [Int]) -> Memory {
      let (count, steps) = (padding.shape[0], padding.shape[2])
      func selected(_ tensor: Tensor) -> Tensor {
        embedding(tensor.reshaped([count, -1]), Indices(rows.map { Int32($0) }))
          .reshaped([rows.count, steps, tensor.shape[2]])
      }
      return Memory(
        keys: selected(keys), values: selected(values),
        padding: Mask(
          rows.flatMap { padding.values[$0 * steps..<($0 + 1) * steps] },
          shape: [rows.count, 1, steps]))
    }
  }

  /// Creates a layer with PyTorch's initial values of `nn.Linear` without biases: key, then query and energy.
  ///
  /// - Parameters:
  ///   - score: how it is told how well a query and a step match.
  ///   - querySize: Q.
  ///   - memorySize: M.
  ///   - attentionSize: A, the units of the additive score.
  ///   - random: what the initial values are drawn from.
  public init(
    _ score: Score, querySize: Int, memorySize: Int, attentionSize: Int,
    using random: inout MersenneTwister
  ) {
    func layer(_ input: Int, _ output: Int) -> Linear {
      Linear(inputSize: input, outputSize: output, bias: false, using: &random)
    }
    switch score {
    case .additive:
      key = layer(memorySize, attentionSize)
      query = layer(querySize, attentionSize)
      energy = layer(attentionSize, 1)
    case .multiplicative:
      key = layer(memorySize, querySize)
    }
  }

  /// Creates a layer of the additive score from its parameters.
  public init(key: Linear, query: Linear, energy: Linear) {
    self.key = key
    self.query = query
    self.energy = energy
  }

  /// Creates a layer of the multiplicative score from its parameter.
  public init(key: Linear) { self.key = key }

  /// How it is told how well a query and a step match.
  public var score: Score { query == nil ? .multiplicative : .additive }

  /// Prepares what was read.
  ///
  /// - Parameters:
  ///   - states: `[S, N, M]`.
  ///   - lengths: the steps of each of the N rows, 1 ... S; all S when absent. What stands past the end of a row changes nothing.
  public func memory(of states: Tensor, lengths: [Int32]? = nil) -> Memory {
    let lengths = stepsOfRows(states, lengths, of: "Attention")
    let (steps, rows) = (states.shape[0], states.shape[1])
    let padding = (.!Mask(lengths: lengths, steps: steps)).transposed(0, 1)
    // What stands past an end may be anything, and zero times that is not always zero.
    let values = states.transposed(0, 1).replacing(
      with: 0, where: padding.reshaped([rows, steps, 1]))
    return Memory(
      keys: key(values), values: values, padding: padding.reshaped([rows, 1, steps]))
  }

  /// Asks what was read.
  ///
  /// - Parameters:
  ///   - queries: `[N, T, Q]`, T for each row.
  ///   - memory: of N rows of up to S steps.
  /// - Returns: the means `[N, T, M]`, and the weights `[N, T, S]`, which are zero past the end of a row.
  public func callAsFunction(
    _ queries: Tensor, over memory: Memory
  ) -> (context: Tensor, weights: Tensor) {
    guard queries.shape.count == 3, queries.shape[0] == memory.values.shape[0] else {
      fatalError(
        "Attention takes queries [N, T, Q] of as many rows as were read, \(memory.values.shape[0]), not \(queries.shape)"
      )
    }
    let scores = scores(queries, memory.keys)
      .replacing(with: -.infinity, where: memory.padding)
    let weights = softmax(scores)
    return (matmul(weights, memory.values), weights)
  }

  /// e, `[N, T, S]`.
  private func scores(_ queries: Tensor, _ keys: Tensor) -> Tensor {
    guard let query, let energy else { return matmul(queries, keys, transposeB: true) }
    let (rows, steps) = (queries.shape[0], queries.shape[1])
    let (read, units) = (keys.shape[1], keys.shape[2])
    let both =
      query(queries).reshaped([rows, steps, 1, units]) + keys.reshaped([rows, 1, read, units])
    return energy(tanh(both)).reshaped([rows, steps, read])
  }

  /// `key.weight`, then `query.weight` and `energy.weight` of the additive score.
  public mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    key.forEachParameter(under: "key", visit)
    query?.forEachParameter(under: "query", visit)
    energy?.forEachParameter(under: "energy", visit)
  }
}
