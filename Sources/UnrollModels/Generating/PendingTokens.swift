internal import UnrollText

/// Tokens that a model has still to read, in order: some in an array, those of a long prompt where they are, some more.
struct PendingTokens: Sendable {
  /// The tokens before those of the long prompt.
  private var first: [Token]
  private var prompt: Tokens
  private var last: [Token] = []

  /// So few tokens of a prompt are always in memory.
  static let inMemory = 32

  /// - Throws: what reading a prompt from a file throws.
  init(_ first: [Token], then prompt: Tokens = []) throws {
    self.first = first
    self.prompt = prompt
    try keepEndInMemory()
  }

  var count: Int { first.count + prompt.count + last.count }
  var isEmpty: Bool { count == 0 }

  mutating func append(_ token: Token) { last.append(token) }

  mutating func append(_ tokens: [Token]) { last += tokens }

  /// Takes the next token of at most `inMemory`.
  mutating func takeOne() -> Token {
    first.isEmpty ? last.removeFirst() : first.removeFirst()
  }

  /// Takes the next tokens away, as many as asked for.
  ///
  /// - Throws: what reading a prompt from a file throws.
  mutating func take(_ wanted: Int) throws -> [Token] {
    var taken = Array(first.prefix(wanted))
    let read = min(wanted - taken.count, prompt.count)
    taken += try prompt[0..<read].array()
    first.removeFirst(min(wanted, first.count))
    prompt = prompt[read..<prompt.count]
    let rest = wanted - taken.count
    taken += last.prefix(rest)
    last.removeFirst(rest)
    try keepEndInMemory()
    return taken
  }

  /// The last tokens, at most some number.
  ///
  /// - Throws: what reading a prompt from a file throws.
  func suffix(_ most: Int) throws -> [Token] {
    let inPrompt = min(max(0, most - last.count), prompt.count)
    let middle = try prompt[(prompt.count - inPrompt)..<prompt.count].array()
    return (first + middle + last).suffix(most)
  }

  private mutating func keepEndInMemory() throws {
    guard (1...Self.inMemory).contains(prompt.count) else { return }
    first += try prompt.array()
    prompt = []
  }
}
