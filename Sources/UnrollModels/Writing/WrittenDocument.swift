internal import UnrollTensor
public import UnrollText

/// One growing text that a person and a model write by turns, with every version of it.
///
/// It is a value, and each version keeps where the model stands after it: so taking back and going on elsewhere cost nothing.
public struct WrittenDocument: Sendable {
  /// A part of the text.
  public struct Part: Sendable, Hashable {
    /// Whether the model wrote it.
    public let isGenerated: Bool
    /// Its text.
    public let text: String
  }

  /// How the model goes on.
  public struct Settings: Sendable {
    /// How tokens are chosen.
    public var sampling = Sampling()
    /// The most tokens that it writes at once.
    public var length = 200
    /// Texts before which it stops.
    public var stop: [String] = []
    /// The same seed and the same steps give the same text.
    public var seed: UInt64 = 0
    /// What to do with a person's text that the vocabulary lacks; what the tokenizer does if not given.
    public var unknown: UnknownPolicy?

    /// The model's own probabilities, 200 tokens at once.
    public init() {}
  }

  private struct Version: Sendable {
    var parts: [Part] = []
    /// Where the model stands; `nil` before any text.
    var state: TextState?
    /// Where it stood before the last part.
    var stateBefore: TextState?
    /// How often the model has been asked so far, for draws that differ.
    var drawCount: UInt64 = 0
  }

  /// The model.
  public let model: LanguageModel
  private var versions = [Version()]
  private var place = 0

  /// Creates an empty document.
  public init(_ model: LanguageModel) { self.model = model }

  private var version: Version { versions[place] }

  /// The parts, in order.
  public var parts: [Part] { version.parts }
  /// The whole text.
  public var text: String { parts.map(\.text).joined() }
  /// Whether there is no text.
  public var isEmpty: Bool { parts.isEmpty }

  // MARK: Writing

  /// Puts a person's text behind all others.
  ///
  /// - Throws: `TextError` if it has something that the model's vocabulary lacks; the document stays as it was.
  public mutating func append(_ text: String, unknown: UnknownPolicy? = nil) throws {
    guard !text.isEmpty else { return }
    var next = version
    next.stateBefore = version.state
    next.state = try state(after: text, behind: version.state, unknown)
    next.parts.append(Part(isGenerated: false, text: text))
    add(next)
  }

  /// Lets the model go on.
  ///
  /// - Parameters:
  ///   - settings: how.
  ///   - onPiece: is given the text as it comes.
  ///   - goesOn: is asked before each token; what was written until it says no stays.
  /// - Returns: why the model ended, `nil` if it was stopped.
  /// - Throws: `ModelError` if a setting is out of range or no token can be chosen, `TextError` if there is nothing to go on
  ///   from, what `onPiece` throws.
  @discardableResult
  public mutating func goOn(
    _ settings: Settings, onPiece: (TextPiece) throws -> Void = { _ in },
    while goesOn: () -> Bool = { true }
  ) throws -> TextEnding? {
    try write(version, settings, onPiece, goesOn)
  }

  /// Lets the model write something else in place of what it wrote last, which undoing brings back.
  ///
  /// - Returns: why the model ended, `nil` if it was stopped.
  /// - Throws: as `goOn(_:)`, and `ModelError` if the model did not write last.
  @discardableResult
  public mutating func writeAgain(
    _ settings: Settings, onPiece: (TextPiece) throws -> Void = { _ in },
    while goesOn: () -> Bool = { true }
  ) throws -> TextEnding? {
    try require(
      parts.last?.isGenerated == true, "the model did not write last: let it go on, and then again")
    var base = version
    base.parts.removeLast()
    base.state = base.stateBefore
    return try write(base, settings, onPiece, goesOn)
  }

  private mutating func write(
    _ base: Version, _ settings: Settings, _ onPiece: (TextPiece) throws -> Void,
    _ goesOn: () -> Bool
  ) throws -> TextEnding? {
    var generation = Generation(model)
    let row = try generation.add(
      GenerationRequest(
        state: base.state, length: settings.length, sampling: settings.sampling,
        seed: settings.seed, number: base.drawCount, stop: settings.stop))
    var (text, tokens, ending) = ("", [Token](), generation.ending(of: row))
    while ending == nil, goesOn() {
      for piece in generation.advance() {
        if case .failed(let error) = piece.ending { throw error }
        text += piece.text
        if let token = piece.token { tokens.append(token) }
        ending = piece.ending
        try onPiece(piece)
      }
    }
    let vocabulary = model.tokenizer.vocabulary
    let isAllShown =
      model.tokenizer.decode(tokens).utf8.elementsEqual(text.utf8)
      && tokens.allSatisfy { vocabulary.entry(for: $0) != nil }
    var next = base
    next.drawCount += 1
    if !text.isEmpty {
      next.parts.append(Part(isGenerated: true, text: text))
      next.stateBefore = base.state
    }
    // What the model has written and does not show (before a stop, the end of a document) is not part of the text.
    next.state =
      isAllShown ? generation.state(of: row) : try state(after: text, behind: base.state, nil)
    add(next)
    return ending
  }

  /// Puts a token behind the text, for instance one of `next(_:)`.
  ///
  /// - Returns: its text.
  /// - Throws: `ModelError` if the vocabulary lacks it, `TextError` if there is nothing to go on from.
  @discardableResult
  public mutating func append(_ token: Token) throws -> String {
    var generation = Generation(model)
    let row = try generation.add(GenerationRequest(state: version.state, length: 1))
    let text = try generation.take([token]).map(\.text).joined()
    var next = version
    next.stateBefore = version.state
    next.state = generation.state(of: row)
    next.parts.append(Part(isGenerated: false, text: text))
    add(next)
    return text
  }

  /// The likeliest tokens behind the text, by the model's own probabilities.
  ///
  /// - Throws: `ModelError` for a negative count, `TextError` if there is nothing to go on from.
  public func next(_ count: Int) throws -> [LikelyToken] {
    try require(count >= 0, "The number of likeliest tokens is 0 or more, not \(count)")
    var generation = try Generation(
      model, [GenerationRequest(state: version.state, length: 0)])
    return logSoftmax(generation.logits).withUnsafeElements {
      [LikelyToken](of: $0, count: min(count, $0.count))
    }
  }

  // MARK: Versions

  /// Goes back to the version before; false if this is the first one.
  public mutating func undo() -> Bool {
    guard place > 0 else { return false }
    place -= 1
    return true
  }

  /// Goes on to the version that was undone; false if there is none.
  public mutating func redo() -> Bool {
    guard place + 1 < versions.count else { return false }
    place += 1
    return true
  }

  /// Begins with nothing, which can be undone.
  public mutating func clear() { add(Version(drawCount: version.drawCount)) }

  private mutating func add(_ version: Version) {
    versions.removeLast(versions.count - place - 1)
    versions.append(version)
    place += 1
  }

  private func state(
    after text: String, behind state: TextState?, _ unknown: UnknownPolicy?
  ) throws -> TextState? {
    guard !text.isEmpty else { return state }
    var generation = Generation(model)
    let row = try generation.add(
      GenerationRequest(prompt: text, state: state, unknown: unknown, length: 0))
    return generation.state(of: row)
  }
}
