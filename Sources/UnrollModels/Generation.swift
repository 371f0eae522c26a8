public import UnrollNN
internal import UnrollTensor
public import UnrollText

/// A text in the making: what a model has read and written so far, as a value.
///
/// A copy is a branch: both go on from the same state.
public struct Generation: Sendable {
  /// The model that writes.
  public let model: LanguageModel
  /// The recurrent state after all tokens so far.
  public private(set) var state: RecurrentState
  /// The last tokens, as far as the repetition penalty looks back.
  private var recent: [Token] = []
  /// The logits of the next token, `[1, 1, V]`.
  private var logits: Tensor
  private var random: RandomStream

  /// Starts with a prompt.
  ///
  /// - Throws: `TextError` if the prompt is empty or has something that the model's vocabulary lacks.
  public init(_ model: LanguageModel, prompt: String, seed: UInt64, number: Int = 0) throws {
    let tokens = try model.tokenizer.encode(prompt)
    guard !tokens.isEmpty else {
      throw TextError(
        .tooSmall,
        "The prompt gives the model nothing to read: give at least one character that it knows."
      )
    }
    self.model = model
    state = model.initialState(batchSize: 1)
    logits = Tensor(zeros: [1, 1, model.tokenizer.vocabulary.count])
    random = RandomStream(seed: seed, purpose: .sampling, number: UInt64(number))
    read(tokens)
  }

  /// Reads tokens that are given, in pieces that bound the memory.
  public mutating func read(_ tokens: [Token]) {
    var dropout: RandomStream?
    for start in stride(from: 0, to: tokens.count, by: 256) {
      let piece = Array(tokens[start..<min(start + 256, tokens.count)])
      let all = model.logits(
        after: Indices(piece, shape: [piece.count, 1]), state: &state, dropout: &dropout)
      logits = all.sliced(piece.count - 1..<piece.count, axis: 0)
    }
    recent = (recent + tokens).suffix(Sampling.repetitionWindow)
  }

  /// Chooses the next token and reads it.
  ///
  /// Reserved entries of the vocabulary other than the end are never chosen.
  public mutating func next(_ sampling: Sampling) -> Token {
    let vocabulary = model.tokenizer.vocabulary
    for entry in vocabulary.reserved where entry != .end {
      if let token = vocabulary.token(for: entry) {
        logits.withUnsafeMutableElements { $0[Int(token)] = -.infinity }
      }
    }
    let token = logits.withUnsafeMutableElements {
      sampling.choose(from: $0, recent: recent, using: &random)
    }
    read([token])
    return token
  }
}

extension LanguageModel {
  /// Goes on from a prompt for `length` tokens, or until the end of text or `stop` comes up, whichever is first.
  ///
  /// - Parameters:
  ///   - seed: the same seed gives the same text.
  ///   - number: which of several texts of that seed.
  ///   - stop: text that ends the generation and is not part of it.
  ///   - write: is given the text as it comes, never half a character.
  /// - Throws: `TextError` for a prompt that cannot be read, `ModelError` for settings out of range, what `write` throws.
  public func generate(
    prompt: String, length: Int, sampling: Sampling = Sampling(), seed: UInt64 = 0, number: Int = 0,
    stop: String? = nil, write: (String) throws -> Void
  ) throws {
    try sampling.validate()
    var generation = try Generation(self, prompt: prompt, seed: seed, number: number)
    var decoder = StreamingDecoder(tokenizer)
    var filter = StopFilter(stop)
    for _ in 0..<length {
      let token = generation.next(sampling)
      if token == tokenizer.vocabulary.token(for: .end) { break }
      let text = filter.pass(decoder.append(token))
      if !text.isEmpty { try write(text) }
      if filter.isStopped { return }
    }
    let rest = filter.pass(decoder.finish()) + filter.finish()
    if !rest.isEmpty { try write(rest) }
  }

  /// The text that goes on from a prompt: see the method that writes it as it comes.
  public func generate(
    prompt: String, length: Int, sampling: Sampling = Sampling(), seed: UInt64 = 0, number: Int = 0,
    stop: String? = nil
  ) throws -> String {
    var text = ""
    try generate(
      prompt: prompt, length: length, sampling: sampling, seed: seed, number: number, stop: stop
    ) {
      text += $0
    }
    return text
  }
}
