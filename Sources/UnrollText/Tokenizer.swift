/// Text into tokens and back.
public struct Tokenizer: Hashable, Sendable {
  /// What one token stands for.
  public let kind: TokenizerKind

  /// The pieces of text that have a token.
  public let vocabulary: Vocabulary

  /// What encoding does with text that the vocabulary does not have, unless told otherwise.
  public let unknown: UnknownPolicy

  /// The bytes that each token decodes to.
  let spellings: ByteStrings

  private init(kind: TokenizerKind, vocabulary: Vocabulary, unknown: UnknownPolicy) throws {
    guard unknown != .token || vocabulary.token(for: .unknown) != nil else {
      throw TextError(
        .invalidDescription,
        "The unknown policy \"token\" needs the reserved entry \"unknown\" in the vocabulary.")
    }
    self.kind = kind
    self.vocabulary = vocabulary
    self.unknown = unknown
    var spellings = ByteStrings()
    for entry in vocabulary.reserved {
      spellings.append((entry == .unknown ? "\u{FFFD}" : "").utf8)
    }
    for entry in vocabulary.entries { spellings.append(entry.utf8) }
    self.spellings = spellings
  }

  /// Learns a tokenizer whose vocabulary is what some texts contain, sorted by scalars.
  ///
  /// Throws `TextError` if the texts are empty.
  public init(learning settings: TokenizerSettings, from texts: some Sequence<String>) throws {
    var counts = PieceCounts()
    for text in texts { counts.add(text, cutInto: settings.kind) }
    guard !counts.isEmpty else {
      throw TextError(.missingInput, "The text is empty: there is nothing to learn tokens from.")
    }
    var reserved = settings.reserved
    if settings.unknown == .token { reserved.insert(.unknown) }
    try self.init(
      kind: settings.kind,
      vocabulary: Vocabulary(sorting: counts.pieces, reserved: reserved),
      unknown: settings.unknown)
  }

  /// Learns a tokenizer from one text.
  ///
  /// Throws `TextError` if the text is empty.
  public init(learning settings: TokenizerSettings = TokenizerSettings(), from text: String) throws
  {
    try self.init(learning: settings, from: CollectionOfOne(text))
  }

  /// Restores a tokenizer from its description.
  ///
  /// Throws `TextError` if the description names something unknown or contradicts itself.
  public init(_ description: TokenizerDescription) throws {
    try self.init(
      kind: Self.value(named: description.kind, of: "kind of token"),
      vocabulary: Vocabulary(
        entries: description.entries,
        reserved: description.reserved.map { try Self.value(named: $0, of: "reserved entry") }),
      unknown: Self.value(named: description.unknown, of: "unknown policy"))
  }

  /// This tokenizer as plain data, from which it can be restored.
  public var description: TokenizerDescription {
    TokenizerDescription(
      kind: kind.rawValue, entries: vocabulary.entries,
      reserved: vocabulary.reserved.map(\.rawValue), unknown: unknown.rawValue)
  }

  private static func value<Value: RawRepresentable<String> & CaseIterable>(
    named name: String, of concept: String
  ) throws -> Value {
    guard let value = Value(rawValue: name) else {
      let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
      throw TextError(
        .invalidDescription,
        "\(name.debugDescription) is no \(concept) of this version: it knows \(names).")
    }
    return value
  }
}
