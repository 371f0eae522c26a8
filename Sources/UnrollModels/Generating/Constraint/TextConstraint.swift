public import UnrollText

/// What a whole text has to match: a pattern, texts that it has to contain, texts that it must not contain.
///
/// A token may be chosen only if a text that matches can still be reached with the tokens that there are and within the length
/// that is left, so a text never gets stuck and always matches, unless a stop text cuts it off. The distribution of each step
/// is the model's over the tokens that may be chosen. The model can end the document only where the text matches; a text after
/// which nothing can follow ends by itself.
///
/// The work is done once, here: make one and use it for all texts of a model.
public struct TextConstraint: Sendable {
  /// Where in the constraint a text stands.
  typealias Place = Int32

  private let table: ConstraintTable

  /// Prepares a constraint for the tokens of a model.
  ///
  /// - Parameters:
  ///   - pattern: a regular expression that the whole text has to match: literals, `.`, classes, groups, `|`, `*`, `+`, `?`,
  ///     `{n,m}`, `\d`, `\w`, `\s`. `nil` for any text.
  ///   - required: texts that have to occur in the text.
  ///   - banned: texts that must not occur in the text, across tokens and within them.
  ///   - tokenizer: that of the model.
  ///   - excluding: tokens that the sampling bans; no text is planned with them.
  /// - Throws: `ModelError` if the pattern cannot be read, is too large, or no text of these tokens matches.
  public init(
    pattern: String? = nil, required: [String] = [], banned: [String] = [],
    for tokenizer: Tokenizer, excluding: Set<Token> = []
  ) throws {
    try require(
      !required.contains(""), "A required text has at least one character: leave the empty one out")
    try require(
      !banned.contains(""), "A banned text has at least one character: leave the empty one out")
    do {
      var automaton = try pattern.map { try Automaton(Pattern($0)) } ?? .everything
      for text in banned { automaton = try automaton.intersection(.avoiding(text)) }
      for text in required { automaton = try automaton.intersection(.containing(text)) }
      table = ConstraintTable(automaton, tokenizer, excluding: excluding)
    } catch is Automaton.TooLarge {
      throw ModelError(
        .invalidSampling,
        "The pattern with its required and banned texts needs more than \(Automaton.mostStates) states: "
          + "repeat less, or ask for fewer texts")
    }
    try require(
      table.distance(from: Automaton.start) != nil,
      "No text of the model's tokens matches what is asked for: ask for characters that the model knows"
    )
  }

  /// The fewest tokens that a text which matches has.
  public var leastLength: Int { table.distance(from: Automaton.start) ?? 0 }

  var start: Place { Automaton.start }

  /// - Throws: `ModelError` if a request leaves no text that matches, or is for another vocabulary.
  func validate(for request: GenerationRequest, _ model: LanguageModel) throws {
    try require(
      table.tokenizer == model.tokenizer,
      "The constraint was made for another vocabulary: make it for that of this model")
    try require(
      request.length >= leastLength,
      "What is asked for takes at least \(leastLength) tokens, and the length is \(request.length): allow as many"
    )
    try require(
      request.sampling.bannedTokens.isSubset(of: table.excluded),
      "The constraint was made without the ban of some tokens: make it with those that the sampling bans"
    )
  }

  /// Makes the logits of tokens −∞ that lead to no text which matches and has at most `remaining` more tokens.
  func restrict(
    _ logits: UnsafeMutableBufferPointer<Float>, at place: Place, remaining: Int
  ) {
    withUnsafeTemporaryAllocation(of: Bool.self, capacity: logits.count) { isAllowed in
      isAllowed.initialize(repeating: false)
      defer {
        for index in logits.indices where !isAllowed[index] { logits[index] = -.infinity }
      }
      guard place != Automaton.dead else { return }
      table.pieces.forEachStep(of: table.automaton, from: place) { token, next in
        if let distance = table.distance(from: next), distance < remaining {
          isAllowed[Int(token)] = true
        }
      }
      if let end = table.end, table.automaton.isAccepting[Int(place)] { isAllowed[Int(end)] = true }
    }
  }

  /// Where a text stands after a token.
  func place(after token: Token, at place: Place) -> Place {
    if token == table.end { return place }
    var bytes: [UInt8] = []
    table.tokenizer.appendBytes(of: token, to: &bytes)
    return table.automaton.state(after: bytes, from: place)
  }

  /// Whether a text matches, and none that goes on does, or none that has at most `remaining` more tokens.
  func isComplete(at place: Place, remaining: Int) -> Bool {
    guard place != Automaton.dead, table.automaton.isAccepting[Int(place)] else { return false }
    guard let further = table.furtherDistance(from: place) else { return true }
    return remaining > 0 && further > remaining
  }
}

/// An automaton together with the tokens of a vocabulary.
final class ConstraintTable: Sendable {
  let automaton: Automaton
  let tokenizer: Tokenizer
  let pieces: VocabularyPieces
  let excluded: Set<Token>
  /// The entry that ends a document.
  let end: Token?
  /// For each state the fewest tokens to one that accepts, or −1.
  private let distances: [Int32]
  /// The same for at least one token.
  private let furtherDistances: [Int32]

  init(_ automaton: Automaton, _ tokenizer: Tokenizer, excluding excluded: Set<Token>) {
    let pieces = VocabularyPieces(tokenizer)
    let unknown = tokenizer.vocabulary.token(for: .unknown)
    self.automaton = automaton
    self.tokenizer = tokenizer
    self.pieces = pieces
    self.excluded = excluded
    end = tokenizer.vocabulary.token(for: .end)
    // Backwards from the states that accept, breadth first.
    var sources = [[Int32]](repeating: [], count: automaton.count)
    var lastSource = [Int32](repeating: -1, count: automaton.count)
    for state in 0..<Int32(automaton.count) {
      pieces.forEachStep(of: automaton, from: state) { token, next in
        guard lastSource[Int(next)] != state, token != unknown, !excluded.contains(token) else {
          return
        }
        lastSource[Int(next)] = state
        sources[Int(next)].append(state)
      }
    }
    var distances: [Int32] = automaton.isAccepting.map { $0 ? 0 : -1 }
    var front = distances.indices.filter { distances[$0] == 0 }
    var distance: Int32 = 0
    while !front.isEmpty {
      distance += 1
      var following: [Int] = []
      for state in front {
        for source in sources[state] where distances[Int(source)] < 0 {
          distances[Int(source)] = distance
          following.append(Int(source))
        }
      }
      front = following
    }
    self.distances = distances
    var further = [Int32](repeating: -1, count: automaton.count)
    for (state, sources) in sources.enumerated() where distances[state] >= 0 {
      for source in sources {
        let known = further[Int(source)]
        further[Int(source)] =
          known < 0 ? distances[state] + 1 : min(known, distances[state] + 1)
      }
    }
    furtherDistances = further
  }

  /// The fewest tokens from a state to one that accepts; `nil` if there is no way.
  func distance(from state: Int32) -> Int? {
    let distance = distances[Int(state)]
    return distance < 0 ? nil : Int(distance)
  }

  /// The fewest tokens, but at least one, from a state to one that accepts; `nil` if there is no way.
  func furtherDistance(from state: Int32) -> Int? {
    let distance = furtherDistances[Int(state)]
    return distance < 0 ? nil : Int(distance)
  }
}
