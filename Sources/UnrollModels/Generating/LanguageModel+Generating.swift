public import UnrollText

extension LanguageModel {
  /// Goes on from a prompt for `length` tokens, or until the end of text or `stop` comes up, whichever is first.
  ///
  /// - Parameters:
  ///   - prompt: what the text goes on from, which is not part of it.
  ///   - unknown: what to do with text of the prompt that the vocabulary lacks; what the tokenizer does if not given.
  ///   - length: the most tokens to write.
  ///   - sampling: how tokens are chosen.
  ///   - seed: the same seed gives the same text.
  ///   - stop: text that ends the generation and is not part of it.
  ///   - write: is given the text as it comes, never half a character.
  /// - Throws: `TextError` for a prompt that cannot be read, `ModelError` for settings out of range, what `write` throws.
  public func generate(
    prompt: String, unknown: UnknownPolicy? = nil, length: Int, sampling: Sampling = Sampling(),
    seed: UInt64 = 0, stop: String? = nil, write: (String) throws -> Void
  ) throws {
    try generate(
      count: 1, prompt: prompt, unknown: unknown, length: length, sampling: sampling, seed: seed,
      stop: stop
    ) { _, text in try write(text) }
  }

  /// The text that goes on from a prompt: see the method that writes it as it comes.
  public func generate(
    prompt: String, unknown: UnknownPolicy? = nil, length: Int, sampling: Sampling = Sampling(),
    seed: UInt64 = 0, stop: String? = nil
  ) throws -> String {
    try generate(
      count: 1, prompt: prompt, unknown: unknown, length: length, sampling: sampling, seed: seed,
      stop: stop)[0]
  }

  /// Several texts that go on from one prompt, written at once; the first is that of the method for one.
  public func generate(
    count: Int, prompt: String, unknown: UnknownPolicy? = nil, length: Int,
    sampling: Sampling = Sampling(), seed: UInt64 = 0, stop: String? = nil
  ) throws -> [String] {
    var texts = [String](repeating: "", count: count)
    try generate(
      count: count, prompt: prompt, unknown: unknown, length: length, sampling: sampling,
      seed: seed, stop: stop
    ) { texts[$0] += $1 }
    return texts
  }

  private func generate(
    count: Int, prompt: String, unknown: UnknownPolicy?, length: Int, sampling: Sampling,
    seed: UInt64, stop: String?,
    write: (_ number: Int, _ text: String) throws -> Void
  ) throws {
    guard count > 0 else { fatalError("Generating \(count) texts") }
    try sampling.validate()
    var generation = try Generation(
      self, prompt: prompt, unknown: unknown, seed: seed, numbers: 0..<count)
    var texts = (0..<count).map { _ in
      TextInTheMaking(StreamingDecoder(tokenizer), StopFilter(stop))
    }
    let end = tokenizer.vocabulary.token(for: .end)
    for _ in 0..<length where texts.contains(where: { !$0.isEnded }) {
      for (number, token) in generation.next(sampling).enumerated() {
        let text = token == end ? texts[number].end() : texts[number].append(token)
        if !text.isEmpty { try write(number, text) }
      }
    }
    for number in texts.indices {
      let text = texts[number].end()
      if !text.isEmpty { try write(number, text) }
    }
  }
}

/// What of one text has been decoded and may be shown.
private struct TextInTheMaking {
  private var decoder: StreamingDecoder
  private var filter: StopFilter
  private(set) var isEnded = false

  init(_ decoder: StreamingDecoder, _ filter: StopFilter) {
    self.decoder = decoder
    self.filter = filter
  }

  mutating func append(_ token: Token) -> String {
    guard !isEnded else { return "" }
    defer { isEnded = filter.isStopped }
    return filter.pass(decoder.append(token))
  }

  /// What was held back, when nothing more comes.
  mutating func end() -> String {
    guard !isEnded else { return "" }
    isEnded = true
    return filter.pass(decoder.finish()) + filter.finish()
  }
}
