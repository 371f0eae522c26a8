/// The distinct pieces of text that a model knows, each with its token.
///
/// Tokens count from zero: the reserved entries first, then the others in their order. Entries
/// differ when their scalars differ; canonically equivalent entries are two entries.
public struct Vocabulary: Hashable, Sendable {
  /// The reserved entries, whose tokens are their positions.
  public let reserved: [ReservedEntry]

  private let pieces: PieceTable
  private let tokenOfScalar: ScalarTable<Token>

  /// Creates a vocabulary whose entries keep their order.
  ///
  /// Throws `TextError` if there is no entry, or if one is empty or there twice.
  public init(entries: [String], reserved: some Sequence<ReservedEntry> = []) throws {
    let wanted = Set(reserved)
    self.reserved = ReservedEntry.allCases.filter(wanted.contains)
    guard !entries.isEmpty else {
      throw TextError(.invalidDescription, "a vocabulary needs at least one entry")
    }
    let firstToken = self.reserved.count
    guard Token(exactly: firstToken + entries.count) != nil else {
      throw TextError(
        .invalidDescription, "a vocabulary of \(entries.count) entries is too large for 32 bits")
    }
    var pieces = PieceTable()
    var tokenOfScalar = ScalarTable<Token>(repeating: -1)
    for (index, var entry) in entries.enumerated() {
      guard entry.withUTF8({ !$0.isEmpty && pieces.insert($0) == index }) else {
        throw TextError(
          .invalidDescription,
          "entry \(index) of the vocabulary, \(entry.debugDescription), is empty or there twice")
      }
      if let scalar = entry.unicodeScalars.onlyElement {
        tokenOfScalar[scalar.value] = Token(firstToken + index)
      }
    }
    self.pieces = pieces
    self.tokenOfScalar = tokenOfScalar
  }

  /// The number of tokens, reserved ones included.
  public var count: Int { reserved.count + pieces.count }

  /// The entries that stand for text, in the order of their tokens.
  public var entries: [String] {
    (0..<pieces.count).map { String(decoding: pieces.strings[$0], as: UTF8.self) }
  }

  /// The token of an entry, compared scalar by scalar, or `nil` if there is none.
  public func token(for entry: String) -> Token? {
    var entry = entry
    return entry.withUTF8 { token(for: $0) }
  }

  /// The token of a reserved entry, or `nil` if this vocabulary does not have it.
  public func token(for entry: ReservedEntry) -> Token? {
    reserved.firstIndex(of: entry).map { Token($0) }
  }

  /// The entry of a token, or `nil` if the token is reserved or out of range.
  public func entry(for token: Token) -> String? {
    let index = Int(token) - reserved.count
    guard index >= 0, index < pieces.count else { return nil }
    return String(decoding: pieces.strings[index], as: UTF8.self)
  }

  func token(for utf8: UnsafeBufferPointer<UInt8>) -> Token? {
    pieces.index(of: utf8).map { Token(reserved.count + $0) }
  }

  /// The token of an entry of a single scalar, or -1: the fast path of encoding.
  @inline(__always)
  func token(forScalar scalar: UInt32) -> Token { tokenOfScalar[scalar] }
}

extension Collection {
  /// The element of a collection that has exactly one.
  fileprivate var onlyElement: Element? {
    guard let first, index(after: startIndex) == endIndex else { return nil }
    return first
  }
}
