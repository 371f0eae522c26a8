public import UnrollNN
public import UnrollTensor
public import UnrollText

/// Texts that one model writes at once, as a value: rows come and go between any two steps.
///
/// A copy is a branch: both go on from the same state. Each text comes out as it would alone, to the bit, whatever its
/// neighbours and whenever they come and go. `TextStream` is the loop over this for texts that have all been asked for.
public struct Generation: Sendable {
  /// The model that writes.
  public let model: LanguageModel
  private var states: RowStates
  /// In the order of the states' rows.
  private var texts: [TextInProgress] = []
  private var rowsSoFar = 0
  /// The last pieces of texts whose prompts could not be read.
  private var failures: [TextPiece] = []

  /// The most tokens of a prompt that are read at once.
  static let pieceLength = 256

  /// Creates a generation without texts.
  public init(_ model: LanguageModel) {
    self.model = model
    states = RowStates(model)
  }

  /// Creates a generation of some texts, the rows 0, 1, ….
  ///
  /// - Throws: as `add(_:)`.
  public init(_ model: LanguageModel, _ requests: [GenerationRequest]) throws {
    self.init(model)
    for request in requests { try add(request) }
  }

  /// The numbers of the texts, in the order of the rows of `logits` and `state`.
  public var rows: [Int] { texts.map(\.row) }

  /// Whether a text is not at its end.
  public var isWriting: Bool { texts.contains { !$0.hasEnded } }

  /// Whether a prompt is so long that it is read in pieces, and has not been read.
  public var isReading: Bool { nextToRead != nil }

  /// Why a text has ended; `nil` while it is written.
  public func ending(of row: Int) -> TextEnding? { texts[index(of: row)].ending }

  /// Adds a text behind the others; its prompt is read step by step.
  ///
  /// - Returns: the number of its row, which no other text of this generation has.
  /// - Throws: `ModelError` if a setting is out of range, `TextError` if there is no prompt or it has something that the
  ///   model's vocabulary lacks, `FileError` if a prompt in a file cannot be read.
  @discardableResult
  public mutating func add(_ request: GenerationRequest) throws -> Int {
    let text = try TextInProgress(row: rowsSoFar, request, of: model)
    states.append(
      request.state?.state ?? model.initialState(batchSize: 1), logits: request.state?.logits)
    texts.append(text)
    rowsSoFar += 1
    return text.row
  }

  /// Removes a text, whether it has ended or not.
  public mutating func remove(_ row: Int) {
    let place = index(of: row)
    texts.remove(at: place)
    states.select(Array(0..<states.count).filter { $0 != place })
  }

  /// Reads a piece of a prompt, if one waits, and then chooses a token for each text that has read its prompt and not ended.
  ///
  /// - Returns: the tokens, in the order of the rows; none where only prompts were read.
  public mutating func advance() -> [TextPiece] {
    var pieces: [TextPiece] = []
    advance(into: &pieces)
    return pieces
  }

  /// Likewise, in an array whose memory is used again.
  mutating func advance(into pieces: inout [TextPiece]) {
    readPrompt()
    pieces.removeAll(keepingCapacity: true)
    if !failures.isEmpty {
      pieces += failures
      failures = []
    }
    readTokens(ofEnded: false)
    states.logits.withUnsafeElements { logits in
      for index in texts.indices where !texts[index].hasEnded && texts[index].pending.isEmpty {
        pieces.append(texts[index].choose(from: model.row(index, of: logits)))
      }
    }
  }

  /// Reads a piece of a prompt that is so long that it is read in pieces, all but its last token.
  ///
  /// - Returns: whether there was one.
  @discardableResult
  public mutating func readPrompt() -> Bool {
    guard let place = nextToRead else { return false }
    readPiece(of: place)
    return true
  }

  /// Gives a text more to read behind what it has read and written.
  ///
  /// - Parameters:
  ///   - text: what it reads.
  ///   - row: which text.
  ///   - unknown: what to do with text that the vocabulary lacks; what the tokenizer does if not given.
  ///   - length: how many tokens it may write from here; what is left if not given.
  /// - Throws: `TextError` if the text has something that the model's vocabulary lacks, `ModelError` for a negative length.
  public mutating func read(
    _ text: String, row: Int, unknown: UnknownPolicy? = nil, length: Int? = nil
  ) throws {
    try texts[index(of: row)].read(text, unknown: unknown, length: length)
  }

  /// Takes tokens that were chosen elsewhere, for instance by `Sampling.choose(from:recent:using:)`: one for each text that has
  /// not ended.
  ///
  /// - Returns: what `advance()` would have, had it chosen them.
  /// - Throws: `ModelError` if there are not as many tokens, or the vocabulary lacks one.
  public mutating func take(_ tokens: [Token]) throws -> [TextPiece] {
    let places = texts.indices.filter { !texts[$0].hasEnded }
    try require(
      tokens.count == places.count,
      "\(places.count) texts that have not ended need as many tokens, not \(tokens.count)")
    try model.validate(tokens)
    readAll()
    return states.logits.withUnsafeElements { logits in
      zip(places, tokens).map { place, token in
        texts[place].take(token, from: model.row(place, of: logits))
      }
    }
  }

  /// The logits of each text's next token, `[N, V]`, after everything that it has to read.
  public var logits: Tensor {
    mutating get {
      readAll()
      return states.logits
    }
  }

  /// The recurrent state of all texts after everything that they have to read.
  public var state: RecurrentState {
    mutating get {
      readAll()
      return states.state
    }
  }

  /// All that a text needs to go on elsewhere: see `GenerationRequest.state`.
  public mutating func state(of row: Int) -> TextState {
    let place = index(of: row)
    while texts[place].pending.count > Self.pieceLength, readPiece(of: place) {}
    let text = texts[place]
    let pending = (try? text.pending.suffix(text.pending.count)) ?? []
    return TextState(
      state: states.state(of: place), pending: pending,
      logits: pending.isEmpty
        ? states.logits.sliced(place..<place + 1, axis: 0).reshaped([-1]) : nil,
      recent: text.recent.tokens, random: text.random)
  }

  // MARK: Reading

  private func index(of row: Int) -> Int {
    guard let index = texts.firstIndex(where: { $0.row == row }) else {
      fatalError("There is no row \(row) among \(rows)")
    }
    return index
  }

  /// The first text with a prompt that is read in pieces.
  private var nextToRead: Int? {
    texts.indices.first { isReadInPieces($0) && !texts[$0].hasEnded }
  }

  private func isReadInPieces(_ place: Int) -> Bool {
    texts[place].pending.count > (texts.count == 1 ? 1 : PendingTokens.inMemory)
  }

  /// Reads the next piece of a text's prompt, but not its last token; false if it cannot be read, which ends the text.
  @discardableResult
  private mutating func readPiece(of place: Int) -> Bool {
    let count = min(Self.pieceLength, texts[place].pending.count - 1)
    do {
      states.read(try texts[place].pending.take(count), row: place)
      return true
    } catch {
      failures.append(
        texts[place].fail(ModelError(.damaged, "The prompt cannot be read: \(error)")))
      return false
    }
  }

  /// Reads the next token of each of some texts that has one to read: a short prompt beside other texts in their steps.
  private mutating func readTokens(ofEnded includesEnded: Bool) {
    func isReady(_ place: Int) -> Bool {
      (includesEnded || !texts[place].hasEnded) && !texts[place].pending.isEmpty
        && !isReadInPieces(place)
    }
    var tokens: [Token] = []
    // Usually, it is all of them.
    if texts.indices.allSatisfy(isReady) {
      tokens.reserveCapacity(texts.count)
      for place in texts.indices { tokens.append(texts[place].pending.takeOne()) }
      return states.read(tokens)
    }
    let places = texts.indices.filter(isReady)
    for place in places { tokens.append(texts[place].pending.takeOne()) }
    states.read(tokens, rows: places)
  }

  /// Reads everything that is pending.
  private mutating func readAll() {
    for place in texts.indices {
      while texts[place].pending.count > 1, readPiece(of: place) {}
    }
    readTokens(ofEnded: true)
  }
}

extension LanguageModel {
  /// One row of logits `[N, V]`.
  func row(_ row: Int, of logits: UnsafeBufferPointer<Float>) -> UnsafeBufferPointer<Float> {
    let size = tokenizer.vocabulary.count
    return UnsafeBufferPointer(rebasing: logits[row * size..<(row + 1) * size])
  }
}
