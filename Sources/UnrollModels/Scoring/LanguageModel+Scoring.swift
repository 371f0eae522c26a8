internal import UnrollTensor
public import UnrollText

extension LanguageModel {
  /// How likely each token of a text is behind what stands before it.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - prompt: what stands before the text. Where the vocabulary has an entry for the beginning of a document, or its end,
  ///     that stands before both.
  ///   - likeliestCount: how many of the likeliest tokens each place lists.
  /// - Throws: `TextError` if the texts have something that the vocabulary lacks, `ModelError` for a negative count,
  ///   `CancellationError` if the task that it runs in is cancelled.
  public func logProbabilities(
    of text: String, after prompt: String = "", likeliestCount: Int = 0
  ) throws -> [TokenScore] {
    let before = try documentStart + tokenizer.encode(prompt, from: "the prompt")
    return try logProbabilities(
      of: tokenizer.encode(text, from: "the text"), after: before, likeliestCount: likeliestCount)
  }

  /// How likely each of some tokens is behind others.
  ///
  /// - Throws: `ModelError` for a token that the vocabulary lacks or a negative count, `CancellationError` if the task that it
  ///   runs in is cancelled.
  public func logProbabilities(
    of tokens: [Token], after before: [Token], likeliestCount: Int = 0
  ) throws -> [TokenScore] {
    try require(
      likeliestCount >= 0, "The number of likeliest tokens is 0 or more, not \(likeliestCount)")
    try validate(before)
    try validate(tokens)
    let size = tokenizer.vocabulary.count
    let known = before.isEmpty ? tokens.prefix(1) : []
    var scores = known.map { TokenScore(token: $0) }
    var state = initialState(batchSize: 1)
    for piece in pieces(of: before.dropLast()) {
      try Task.checkCancellation()
      read(Indices(piece, shape: [piece.count, 1]), state: &state)
    }
    let inputs = (before + tokens).dropFirst(max(0, before.count - 1)).dropLast()
    var targets = tokens.dropFirst(known.count)
    for piece in pieces(of: inputs) {
      try Task.checkCancellation()
      let logits = logits(
        after: Indices(piece, shape: [piece.count, 1]), state: &state)
      logSoftmax(logits).withUnsafeElements { all in
        for (place, token) in targets.prefix(piece.count).enumerated() {
          let row = UnsafeBufferPointer(rebasing: all[place * size..<(place + 1) * size])
          scores.append(
            TokenScore(token: token, logProbabilities: row, likeliestCount: likeliestCount))
        }
      }
      targets = targets.dropFirst(piece.count)
    }
    return scores
  }

  /// Tokens in pieces that are read at once.
  func pieces(of tokens: ArraySlice<Token>) -> some Sequence<[Token]> {
    stride(from: tokens.startIndex, to: tokens.endIndex, by: Generation.pieceLength).lazy.map {
      Array(tokens[$0..<Swift.min($0 + Generation.pieceLength, tokens.endIndex)])
    }
  }
}
