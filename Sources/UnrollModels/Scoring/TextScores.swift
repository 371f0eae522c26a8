internal import UnrollNN
internal import UnrollTensor
public import UnrollText

/// How likely a model found each token of a text.
public struct TextScores: Sendable {
  /// The tokenizer of the model.
  public let tokenizer: Tokenizer
  /// The documents that the text has, one for a stream: ranges of its tokens. The first token of each is not predicted.
  public let documents: [Range<Int>]

  let tokens: Tokens
  private let values: [Token]
  /// Of each token; NaN for one that is not predicted.
  private var logProbabilities: [Float]
  private var ranks: [Int32]
  private var likeliest: [LikelyToken]
  private let likeliestCount: Int

  init(
    _ content: HeldOutText.Content, _ tokenizer: Tokenizer, likeliestCount: Int
  ) throws {
    switch content {
    case .stream(let tokens):
      self.tokens = tokens
      documents = [0..<tokens.count]
    case .documents(let documents):
      tokens = documents.tokens
      self.documents = (0..<documents.count).map { documents.range(of: $0) }
    }
    self.tokenizer = tokenizer
    self.likeliestCount = likeliestCount
    values = try tokens.array()
    logProbabilities = [Float](repeating: .nan, count: values.count)
    ranks = [Int32](repeating: 0, count: values.count)
    likeliest = [LikelyToken](
      repeating: LikelyToken(token: 0, logProbability: 0), count: values.count * likeliestCount)
  }

  /// The number of tokens.
  public var count: Int { values.count }

  /// A token by its place in the text.
  public subscript(place: Int) -> TokenScore {
    let token = values[place]
    guard !logProbabilities[place].isNaN || ranks[place] > 0 else {
      return TokenScore(token: token)
    }
    let first = place * likeliestCount
    return TokenScore(
      token: token, logProbability: logProbabilities[place], rank: Int(ranks[place]),
      likeliest: Array(likeliest[first..<first + likeliestCount]))
  }

  /// The text of some tokens.
  public func text(of places: Range<Int>) -> String { tokenizer.decode(values[places]) }

  mutating func put(_ score: TokenScore, at place: Int) {
    guard let logProbability = score.logProbability, let rank = score.rank else { return }
    logProbabilities[place] = logProbability
    ranks[place] = Int32(rank)
    let first = place * likeliestCount
    likeliest.replaceSubrange(first..<first + likeliestCount, with: score.likeliest)
  }
}

extension HeldOutText {
  /// How likely a model finds each token of the text. Their losses add up to that of `evaluation(of:)`.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - likeliestCount: how many of the likeliest tokens each place lists.
  ///   - onProgress: is told the share of the text that has been read, from 0 to 1.
  ///   - shouldStop: is asked before each window whether to give up.
  /// - Returns: `nil` if `shouldStop` said so.
  /// - Throws: `ModelError` for a negative count, `FileError` if the text cannot be read, `TextError` if it has been damaged.
  public func scores(
    of model: LanguageModel, likeliestCount: Int = 0,
    onProgress: (_ share: Double) -> Void = { _ in },
    shouldStop: () -> Bool = { false }
  ) throws -> TextScores? {
    try require(
      likeliestCount >= 0, "The number of likeliest tokens is 0 or more, not \(likeliestCount)")
    let size = model.tokenizer.vocabulary.count
    let count = min(likeliestCount, size)
    var scores = try TextScores(content, model.tokenizer, likeliestCount: count)
    var loaded = TokenBatch()
    let isWhole = try model.forEachBatch(
      of: batches.batchesPerEpoch, onProgress: onProgress, shouldStop: shouldStop
    ) { number in
      try batches.load(number, into: &loaded)
      return LanguageModel.Batch(loaded)
    } _: { number, batch, state in
      let rows = batch.rowCount
      let logits = model.logits(after: batch.inputs, state: &state)
      let first = (0..<rows).map { batches.firstTarget(ofRow: $0, in: number) }
      logSoftmax(logits).withUnsafeElements { all in
        for (index, token) in batch.targets.values.enumerated()
        where token != TokenBatch.ignoredTarget {
          let row = UnsafeBufferPointer(rebasing: all[index * size..<(index + 1) * size])
          scores.put(
            TokenScore(token: token, logProbabilities: row, likeliestCount: count),
            at: first[index % rows] + index / rows)
        }
      }
    }
    return isWhole ? scores : nil
  }
}
