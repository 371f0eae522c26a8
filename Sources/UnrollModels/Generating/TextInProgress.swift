internal import UnrollTensor
internal import UnrollText

/// One of several texts: all that belongs to it but the model's state.
struct TextInProgress: Sendable {
  let row: Int
  private let tokenizer: Tokenizer
  private let sampling: Sampling
  private let constraint: TextConstraint?
  private let copyLimit: CopyLimit?
  private let likeliestCount: Int
  /// Reserved entries that are never written.
  private let unwritable: [Token]
  private let reservedCount: Int
  private let end: Token?
  private var place: TextConstraint.Place?
  /// The tokens that may still be written.
  private var remaining: Int
  private(set) var ending: TextEnding? {
    didSet { hasEnded = ending != nil }
  }
  private(set) var hasEnded = false
  /// What has still to be read before the next token can be chosen.
  var pending: PendingTokens
  private(set) var recent: RecentTokens
  private(set) var random: RandomStream
  private var decoder: StreamingDecoder
  private var filter: StopFilter

  /// - Throws: `ModelError` if a setting is out of range, `TextError` if there is no prompt or it has something that the
  ///   vocabulary lacks, what reading a prompt from a file throws.
  init(row: Int, _ request: GenerationRequest, of model: LanguageModel) throws {
    try request.validate(for: model)
    self.row = row
    tokenizer = model.tokenizer
    let vocabulary = tokenizer.vocabulary
    sampling = request.sampling
    constraint = request.constraint
    copyLimit = request.copyLimit
    likeliestCount = min(request.likeliestCount, vocabulary.count)
    unwritable = sampling.unwritable(in: vocabulary)
    reservedCount = vocabulary.reserved.count
    end = vocabulary.token(for: .end)
    place = constraint?.start
    remaining = request.length
    let state = request.state
    let start = state?.pending ?? model.documentStart
    switch request.prompt {
    case .text(let text):
      pending = try PendingTokens(
        start + tokenizer.encode(text, from: "the prompt", unknown: request.unknown))
    case .tokens(let tokens):
      try tokens.forEachBlock { try model.validate($0) }
      pending = try PendingTokens(start, then: tokens)
    }
    guard state?.logits != nil || !pending.isEmpty else {
      throw TextError(.tooSmall, "the prompt is empty; give some text to go on from")
    }
    let reach = max(sampling.penaltyWindow, copyLimit?.tokenCount ?? 0, TextState.recentCount)
    let known = state.map { Array($0.recent.dropLast($0.pending.count)) } ?? []
    recent = RecentTokens((known + (try pending.suffix(reach))).suffix(reach), reach: reach)
    random = request.random
    decoder = StreamingDecoder(tokenizer)
    // The bytes of a scalar that is not complete go on being waited for.
    if let state, pending.count == state.pending.count {
      for token in state.recent.suffix(4) { _ = decoder.append(token) }
    }
    filter = StopFilter(request.stop)
    if request.length == 0 {
      ending = .length
    } else if let constraint, constraint.isComplete(at: constraint.start, remaining: remaining) {
      ending = .complete
    }
    // An initializer does not observe what it sets.
    hasEnded = ending != nil
  }

  /// Adds text behind everything that was read and written.
  ///
  /// - Throws: `TextError` if it has something that the vocabulary lacks.
  mutating func read(_ text: String, unknown: UnknownPolicy?, length: Int?) throws {
    let tokens = try tokenizer.encode(text, from: "the text", unknown: unknown)
    pending.append(tokens)
    for token in tokens { recent.append(token) }
    decoder = StreamingDecoder(tokenizer)
    if let length {
      try require(length >= 0, "The length is 0 or more tokens, not \(length)")
      remaining = length
      ending = length == 0 ? .length : nil
    }
  }

  /// Chooses the next token by its logits `[V]`.
  mutating func choose(from logits: UnsafeBufferPointer<Float>) -> TextPiece {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: logits.count) { scratch in
      _ = scratch.initialize(from: logits)
      sampling.process(scratch, recent: recent.tokens[...])
      restrict(scratch)
      guard let token = sampling.draw(from: scratch, using: &random) else { return fail() }
      return take(token, logits, scratch)
    }
  }

  /// Takes a token that was chosen elsewhere.
  mutating func take(_ token: Token, from logits: UnsafeBufferPointer<Float>) -> TextPiece {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: logits.count) {
      take(token, logits, $0)
    }
  }

  /// Ends the text for want of a token.
  mutating func fail(_ error: ModelError? = nil) -> TextPiece {
    let reasons =
      ["all are banned, or their logits are not numbers above −∞"]
      + (constraint == nil ? [] : ["or do not lead to a text that is asked for"])
      + (copyLimit == nil ? [] : ["or would copy too much"])
    let error =
      error
      ?? ModelError(
        .invalidSampling,
        "No token can be chosen: \(reasons.joined(separator: ", ")); ban less, or train the model anew"
      )
    ending = .failed(error)
    return TextPiece(
      row: row, token: nil, logProbability: -.infinity, likeliest: [],
      text: decoder.finish() + filter.finish(), ending: ending)
  }

  /// Makes the logits of tokens that cannot be written −∞.
  func restrict(_ logits: UnsafeMutableBufferPointer<Float>) {
    for token in unwritable { logits[Int(token)] = -.infinity }
    if let constraint, let place {
      constraint.restrict(logits, at: place, remaining: remaining)
    }
    copyLimit?.restrict(logits, after: recent.tokens, reserved: reservedCount)
  }

  private mutating func take(
    _ token: Token, _ logits: UnsafeBufferPointer<Float>,
    _ scratch: UnsafeMutableBufferPointer<Float>
  ) -> TextPiece {
    if let source = logits.baseAddress, let target = scratch.baseAddress {
      kernels.logSoftmax(rows: 1, columns: logits.count, source, into: target)
    }
    let logProbabilities = UnsafeBufferPointer(scratch)
    pending.append(token)
    recent.append(token)
    remaining -= 1
    if let constraint, let known = place { place = constraint.place(after: token, at: known) }
    let text = text(completedBy: token)
    return TextPiece(
      row: row, token: token, logProbability: logProbabilities[Int(token)],
      likeliest: likeliestCount == 0 ? [] : .init(of: logProbabilities, count: likeliestCount),
      text: text, ending: ending)
  }

  /// What may be shown when a token has come, which may be the last.
  private mutating func text(completedBy token: Token) -> String {
    if token == end {
      ending = .endOfDocument
      return filter.pass(decoder.finish()) + filter.finish()
    }
    let text = filter.pass(decoder.append(token))
    if let stop = filter.found {
      ending = .stopText(stop)
    } else if let constraint, let place, constraint.isComplete(at: place, remaining: remaining) {
      ending = .complete
    } else if remaining == 0 {
      // A scalar that is not complete might become so: it is not shown as a broken one.
      ending = .length
    }
    return hasEnded ? text + filter.finish() : text
  }
}

extension [LikelyToken] {
  /// The likeliest tokens, the likeliest first, those with lower numbers before their equals.
  init(of logProbabilities: UnsafeBufferPointer<Float>, count: Int) {
    var best: [LikelyToken] = []
    for (index, logProbability) in logProbabilities.enumerated() {
      if best.count == count, logProbability <= best[count - 1].logProbability { continue }
      let place = best.firstIndex { $0.logProbability < logProbability } ?? best.count
      best.insert(LikelyToken(token: Token(index), logProbability: logProbability), at: place)
      if best.count > count { best.removeLast() }
    }
    self = best
  }
}

extension LanguageModel {
  /// - Throws: `ModelError` if one of some tokens is not in the vocabulary.
  func validate(_ tokens: [Token]) throws {
    let size = tokenizer.vocabulary.count
    if let token = tokens.first(where: { $0 < 0 || $0 >= size }) {
      throw ModelError(
        .invalidSampling,
        "There is no token \(token): the vocabulary has the tokens 0 ... \(size - 1)")
    }
  }
}

extension GenerationRequest {
  /// Where the text draws from.
  fileprivate var random: RandomStream {
    guard let state, seed == nil else {
      return RandomStream(seed: seed ?? 0, purpose: .sampling, number: number)
    }
    // The first goes on as it would have; the others are branches.
    guard number > 0 else { return state.random }
    return RandomStream(
      seed: state.random.key &+ state.random.position, purpose: .sampling, number: number)
  }
}
