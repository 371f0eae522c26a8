internal import UnrollText

/// Texts as they are written: one, or several of one request that differ in their number.
///
/// Nothing is computed before it is asked for. Several are written at once, as many as `atOnce` says; when one ends, the next
/// begins. A piece's `row` is the number of its text, from 0; the pieces of different texts take turns.
///
/// ```swift
/// for piece in try TextStream(model, GenerationRequest(prompt: "It was", length: 300)) {
///   print(piece.text, terminator: "")
/// }
/// ```
public struct TextStream: Sendable, Sequence, IteratorProtocol {
  private var generation: Generation
  private let request: GenerationRequest
  private let count: Int
  private let atOnce: Int
  /// How many texts have begun, which is the number of the next row.
  private var begun = 0
  /// What the prompt has come to, which all texts branch from.
  private var start: TextState?
  /// Pieces that have been computed together, and how many of them have been asked for.
  private var pieces: [TextPiece] = []
  private var taken = 0
  private var states: [Int: TextState] = [:]
  private let keepsStates: Bool

  /// Creates a stream of texts, which begins to read the prompt when the first piece is asked for.
  ///
  /// - Parameters:
  ///   - model: the model that writes.
  ///   - request: what is asked of each text.
  ///   - count: how many texts, 1 or more; the first is that of the request, each of the others has the next `number`.
  ///   - atOnce: how many of them are written at once, 1 or more. It does not change a text.
  ///   - keepsStates: whether `state(of:)` is wanted.
  /// - Throws: `ModelError` if a setting is out of range, `TextError` if there is no prompt or it has something that the
  ///   model's vocabulary lacks.
  public init(
    _ model: LanguageModel, _ request: GenerationRequest, count: Int = 1, atOnce: Int = 64,
    keepsStates: Bool = false
  ) throws {
    try require(count > 0, "The number of texts is 1 or more, not \(count)")
    try require(atOnce > 0, "The number of texts at once is 1 or more, not \(atOnce)")
    self.request = request
    self.count = count
    self.atOnce = atOnce
    self.keepsStates = keepsStates
    generation = Generation(model)
    try begin()
  }

  /// The next piece; `nil` when all texts have ended.
  public mutating func next() -> TextPiece? { next { true } }

  /// The next piece; `nil` when all texts have ended or a condition, asked before each token and each piece of a prompt, does
  /// not hold any more.
  public mutating func next(while goesOn: () -> Bool) -> TextPiece? {
    while true {
      // What has been computed is part of the state already.
      if let piece = takeWaiting() { return piece }
      guard goesOn(), work() else { return nil }
    }
  }

  /// Where an ended text stands, for streams that keep states.
  public func state(of text: Int) -> TextState? { states[text] }

  /// Where the only text of a stream stands now.
  public mutating func state() -> TextState? {
    generation.rows.first.map { generation.state(of: $0) } ?? states[0]
  }

  /// Takes a piece that is there already.
  mutating func takeWaiting() -> TextPiece? {
    guard taken < pieces.count else { return nil }
    taken += 1
    return pieces[taken - 1]
  }

  /// Reads a piece of a prompt, or computes one token for each text that is being written; false when nothing is left to do.
  mutating func work() -> Bool {
    if begun == 1, count > 1, start == nil, let first = generation.rows.first {
      if generation.readPrompt() { return true }
      start = generation.state(of: first)
    }
    while begun < count, generation.rows.count < atOnce {
      // What can be thrown was when the first text began.
      guard (try? begin()) != nil else { return false }
    }
    guard generation.isWriting else { return false }
    generation.advance(into: &pieces)
    taken = 0
    for index in pieces.indices where pieces[index].ending != nil { end(pieces[index].row) }
    return true
  }

  private mutating func begin() throws {
    var request = request
    if let start {
      request.prompt = .text("")
      request.state = start
      request.seed = request.seed ?? (self.request.state == nil ? 0 : nil)
    }
    request.number &+= UInt64(begun)
    let row = try generation.add(request)
    begun += 1
    if generation.ending(of: row) != nil { end(row) }
  }

  private mutating func end(_ row: Int) {
    if keepsStates { states[row] = generation.state(of: row) }
    generation.remove(row)
  }
}
