internal import UnrollNN
internal import UnrollTensor
public import UnrollText

extension LanguageModel {
  /// How much each token before a place speaks for the token there, told in two ways. Where the vocabulary has an entry for the
  /// beginning of a document, or its end, that is read first.
  ///
  /// - Parameters:
  ///   - place: the place of the token, from 1.
  ///   - tokens: the text.
  ///   - reach: how many tokens before the place are told about at most, 1 or more; what stands before them is read all the same.
  /// - Returns: the influence of the tokens that end before the place.
  /// - Throws: `ModelError` if there is no such place, no token before it, an impossible reach or a token that the vocabulary lacks.
  public func influence(
    on place: Int, in tokens: [Token], reach: Int = 200
  ) throws -> Influence {
    try validate(tokens)
    try require(
      tokens.indices.dropFirst().contains(place),
      "Places with a token before them are 1 to \(tokens.count - 1), not \(place)")
    try require(reach > 0, "The reach is 1 or more, not \(reach)")
    let first = max(0, place - reach)
    var state = initialState(batchSize: 1)
    let before = documentStart + tokens[..<first]
    for piece in pieces(of: before[...]) {
      read(Indices(piece, shape: [piece.count, 1]), state: &state)
    }
    let window = Array(tokens[first..<place])
    let target = tokens[place]
    let inputs = input(of: Indices(window, shape: [window.count, 1]))
      .vectors(of: rnn.configuration.inputSize)
    let (whole, slopes) = valueAndGradient(at: inputs) { inputs in
      logProbabilities(of: [target], after: .vectors(inputs), from: state).sum()
    }
    // Each row lacks another token.
    let count = window.count
    let rest = (0..<count - 1).flatMap { step in
      (0..<count).map { row in window[step < row ? step : step + 1] }
    }
    let without = logProbabilities(
      of: [Token](repeating: target, count: count),
      after: input(of: Indices(rest, shape: [count - 1, count])),
      from: RecurrentState(
        hidden: state.hidden.map { concatenate(Array(repeating: $0, count: count), axis: 0) },
        cell: state.cell.map { concatenate(Array(repeating: $0, count: count), axis: 0) }))
    // The only token that was read cannot be left out.
    let omissions = without.elements.map { Double(whole.scalar - $0) }
    return Influence(
      pieces: window.map { tokenizer.decode([$0]) },
      gradients: (slopes * inputs).sum(axis: 2).elements.map(Double.init),
      omissions: before.isEmpty && count == 1 ? [.nan] : omissions)
  }

  /// The log-probabilities `[N]` of N tokens, each behind a row of T inputs.
  private func logProbabilities(
    of tokens: [Token], after inputs: RecurrentInput, from state: RecurrentState
  ) -> Tensor {
    let top = rnn.topHidden(of: rnn(inputs, state: state).state)
    return gather(logSoftmax(logits(of: top)), Indices(tokens))
  }
}
