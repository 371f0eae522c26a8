public import UnrollTensor

/// A table with a learned vector for each token.
public struct Embedding: Module {
  /// The vectors, `[V, D]`.
  public var weight: Tensor
  /// The token whose vector starts as zero and gets no gradient.
  public let paddingIndex: Int?

  /// Creates a table with PyTorch's initial values, N(0, 1).
  public init(
    vocabularySize: Int, embeddingSize: Int, paddingIndex: Int? = nil,
    using random: inout MersenneTwister
  ) {
    guard vocabularySize > 0, embeddingSize > 0 else {
      fatalError(
        "An embedding of \(vocabularySize) vectors of \(embeddingSize): both are at least 1")
    }
    self.init(
      weight: .normal([vocabularySize, embeddingSize], using: &random), paddingIndex: paddingIndex)
    if let paddingIndex {
      weight.withUnsafeMutableElements { elements in
        elements[paddingIndex * embeddingSize..<(paddingIndex + 1) * embeddingSize].update(
          repeating: 0)
      }
    }
  }

  /// Creates a table from its vectors, `[V, D]`.
  public init(weight: Tensor, paddingIndex: Int? = nil) {
    if let paddingIndex, !(0..<weight.shape[0]).contains(paddingIndex) {
      fatalError("The padding index \(paddingIndex) is outside an embedding \(weight.shape)")
    }
    self.weight = weight
    self.paddingIndex = paddingIndex
  }

  /// Tokens `[…]` to vectors `[…, D]`.
  public func callAsFunction(_ tokens: Indices) -> Tensor {
    embedding(weight, tokens, paddingIndex: paddingIndex)
  }

  /// `weight`.
  public mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    visit("weight", &weight)
  }
}
