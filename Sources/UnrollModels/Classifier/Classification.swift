internal import UnrollTensor
package import UnrollText

/// What a classifier says of a text.
public struct Classification: Hashable, Sendable {
  /// The probability of each class, in the order of the classifier's.
  public let probabilities: [Float]
  /// Their logarithms, in nats; finite also where a probability is too small for a float.
  public let logProbabilities: [Float]

  package init(probabilities: [Float], logProbabilities: [Float]) {
    self.probabilities = probabilities
    self.logProbabilities = logProbabilities
  }

  /// The likeliest class; the first of several.
  public var best: Int {
    probabilities.indices.max { (probabilities[$0], $1) < (probabilities[$1], $0) } ?? 0
  }

  /// The probability of the likeliest class.
  public var confidence: Float { probabilities[best] }

  /// The classes, the likeliest first.
  public var ranked: [Int] {
    probabilities.indices.sorted { (-probabilities[$0], $0) < (-probabilities[$1], $1) }
  }
}

extension Classifier {
  /// The probabilities of the classes of a text.
  ///
  /// - Returns: `nil` for a text in which there is nothing that the vocabulary knows.
  /// - Throws: `TextError` if the text has something that the vocabulary lacks, and its policy is `error`.
  public func classify(_ text: String) throws -> Classification? {
    try classify([text])[0]
  }

  /// The probabilities of the classes of texts; each has those that it has alone, to the bit.
  ///
  /// - Returns: for each text, or `nil` for one in which there is nothing that the vocabulary knows.
  /// - Throws: `TextError` if a text has something that the vocabulary lacks, and its policy is `error`;
  ///   `CancellationError` if the task that it runs in is cancelled.
  public func classify(_ texts: [String]) throws -> [Classification?] {
    try classify(texts) { "text \($0 + 1)" }
  }

  /// The same, with what an error calls a text.
  package func classify(
    _ texts: [String], name: (_ index: Int) -> String
  ) throws -> [Classification?] {
    try classify(count: texts.count) { range in
      try tokenizer.encode(texts[range]) { name(range.lowerBound + $0) }
    }
  }

  /// The probabilities of the classes of texts as tokens; `nil` for one without a token.
  package func classify(tokens: [[Token]]) throws -> [Classification?] {
    try classify(count: tokens.count) { Array(tokens[$0]) }
  }

  /// The texts that one thread cuts into tokens and reads.
  private static let pieceSize = 1024

  private func classify(
    count: Int, tokens: (Range<Int>) throws -> [[Token]]
  ) throws -> [Classification?] {
    try Task.checkCancellation()
    let pieces = stride(from: 0, to: count, by: Self.pieceSize).map {
      $0..<min($0 + Self.pieceSize, count)
    }
    var results = [Result<[Classification?], any Error>](
      repeating: .success([]), count: pieces.count)
    results.withUnsafeMutableBufferPointer { results in
      // A thread writes to its own places only.
      nonisolated(unsafe) let results = results
      forEachRange(of: pieces.count, grain: 1, perThread: 4) { range in
        for piece in range {
          results[piece] = Result { classifyInGroups(try tokens(pieces[piece])) }
        }
      }
    }
    return try results.flatMap { try $0.get() }
  }

  private func classifyInGroups(_ texts: [[Token]]) -> [Classification?] {
    var result = [Classification?](repeating: nil, count: texts.count)
    for group in LengthGroups(texts.map(\.count)) {
      for (text, said) in zip(group, classify(group.map { texts[$0] })) { result[text] = said }
    }
    return result
  }

  /// The probabilities of the classes of some texts side by side, none of them empty.
  private func classify(_ texts: [[Token]]) -> [Classification] {
    let (indices, lengths) = Indices.padded(texts)
    let logits = logits(of: indices, lengths: lengths)
    let count = classes.count
    return softmax(logits).withUnsafeElements { all in
      logSoftmax(logits).withUnsafeElements { logarithms in
        texts.indices.map { row in
          let range = row * count..<(row + 1) * count
          return Classification(
            probabilities: Array(all[range]), logProbabilities: Array(logarithms[range]))
        }
      }
    }
  }
}
