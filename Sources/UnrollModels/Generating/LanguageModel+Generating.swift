public import UnrollText

extension LanguageModel {
  /// Writes a text and gives it out as it comes, never half a character.
  ///
  /// - Throws: `TextError` for a prompt that cannot be read, `ModelError` for settings out of range or where no token can be
  ///   chosen, what `write` throws.
  public func generate(_ request: GenerationRequest, write: (String) throws -> Void) throws {
    for piece in try TextStream(self, request) {
      if !piece.text.isEmpty { try write(piece.text) }
      try piece.throwFailure()
    }
  }

  /// Writes a text.
  ///
  /// - Throws: as the method that gives it out as it comes.
  public func generate(_ request: GenerationRequest) throws -> String {
    try generate(request, count: 1)[0]
  }

  /// Writes several texts that differ in their number, many at once; each is what it would be alone.
  ///
  /// - Throws: as the method that gives a text out as it comes, or `ModelError` if `count` is not 1 or more.
  public func generate(_ request: GenerationRequest, count: Int) throws -> [String] {
    var stream = try TextStream(self, request, count: count)
    var texts = [String](repeating: "", count: count)
    while let piece = stream.next() {
      texts[piece.row] += piece.text
      try piece.throwFailure()
    }
    return texts
  }

  /// Writes `bestOf` texts and returns the one whose tokens the model finds likeliest: by the mean of their log-probabilities,
  /// the first of equals.
  ///
  /// - Parameters:
  ///   - request: what is asked of each text.
  ///   - count: how many texts, 1 or more.
  ///   - goesOn: is asked before each token; where it says no, the texts are taken as they are.
  /// - Throws: as the method that gives a text out as it comes, or `ModelError` if `bestOf` is not 1 or more.
  public func generate(
    _ request: GenerationRequest, bestOf count: Int, while goesOn: () -> Bool = { true }
  ) throws -> ScoredText {
    var stream = try TextStream(self, request, count: count)
    var texts = [ScoredText](repeating: ScoredText(), count: count)
    while let piece = stream.next(while: goesOn) {
      texts[piece.row].append(piece)
      try piece.throwFailure()
    }
    return texts.dropFirst().reduce(texts[0]) {
      $1.meanLogProbability > $0.meanLogProbability ? $1 : $0
    }
  }

  /// Goes on from a prompt for `length` tokens, or until the end of text or a stop text comes up, whichever is first.
  ///
  /// - Parameters:
  ///   - prompt: what the text goes on from, which is not part of it.
  ///   - unknown: what to do with text of the prompt that the vocabulary lacks; what the tokenizer does if not given.
  ///   - length: the most tokens to write.
  ///   - sampling: how tokens are chosen.
  ///   - seed: the same seed gives the same text.
  ///   - stop: texts that end the text and are not part of it.
  ///   - write: is given the text as it comes, never half a character.
  /// - Throws: `TextError` for a prompt that cannot be read, `ModelError` for settings out of range or where no token can be
  ///   chosen, what `write` throws.
  public func generate(
    prompt: String, unknown: UnknownPolicy? = nil, length: Int, sampling: Sampling = Sampling(),
    seed: UInt64 = 0, stop: [String] = [], write: (String) throws -> Void
  ) throws {
    try generate(
      GenerationRequest(
        prompt: prompt, unknown: unknown, length: length, sampling: sampling, seed: seed,
        stop: stop),
      write: write)
  }

  /// The text that goes on from a prompt: see the method that writes it as it comes.
  ///
  /// - Throws: `TextError` for a prompt that cannot be read, `ModelError` for settings out of range or where no token can be
  ///   chosen.
  public func generate(
    prompt: String, unknown: UnknownPolicy? = nil, length: Int, sampling: Sampling = Sampling(),
    seed: UInt64 = 0, stop: [String] = []
  ) throws -> String {
    try generate(
      GenerationRequest(
        prompt: prompt, unknown: unknown, length: length, sampling: sampling, seed: seed,
        stop: stop))
  }

  /// Several texts that go on from one prompt, written at once; the first is that of the method for one.
  ///
  /// - Throws: as the method for one, or `ModelError` if `count` is not 1 or more.
  public func generate(
    count: Int, prompt: String, unknown: UnknownPolicy? = nil, length: Int,
    sampling: Sampling = Sampling(), seed: UInt64 = 0, stop: [String] = []
  ) throws -> [String] {
    try generate(
      GenerationRequest(
        prompt: prompt, unknown: unknown, length: length, sampling: sampling, seed: seed,
        stop: stop),
      count: count)
  }

  /// A text as it is written, for asynchronous code.
  ///
  /// - Throws: `TextError` for a prompt that cannot be read, `ModelError` for settings out of range.
  public func pieces(_ request: GenerationRequest, count: Int = 1) throws -> AsyncTextStream {
    AsyncTextStream(try TextStream(self, request, count: count))
  }
}

extension TextPiece {
  /// - Throws: why no token could be chosen, if none could.
  public func throwFailure() throws {
    if case .failed(let error) = ending { throw error }
  }
}
