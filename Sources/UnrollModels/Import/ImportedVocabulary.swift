import UnrollFormats
public import UnrollText

/// The vocabulary that a model was trained with elsewhere: what each row of its embedding and of
/// its output stands for.
///
/// Unroll's reserved entries come first in a vocabulary, so the tokens of a model that has them in
/// other places are renumbered: ``positions`` says from where each token comes.
public struct ImportedVocabulary: Sendable {
  /// Text into the tokens of the imported model.
  public let tokenizer: Tokenizer
  /// For each token, its position in the vocabulary that was read.
  public let positions: [Int]
  /// What the vocabulary is called in messages: its path.
  public let source: String

  /// How the special entries of vocabularies are usually spelled.
  private static let spellings: [String: ReservedEntry] = [
    "<unk>": .unknown, "<UNK>": .unknown, "[UNK]": .unknown,
    "<pad>": .padding, "<PAD>": .padding, "[PAD]": .padding,
    "<bos>": .beginning, "<BOS>": .beginning, "<sos>": .beginning, "<SOS>": .beginning,
    "<s>": .beginning,
    "<eos>": .end, "<EOS>": .end, "</s>": .end,
  ]

  /// Takes the entries in the order of their positions.
  ///
  /// Entries spelled `<unk>`, `<pad>`, `<bos>` or `<sos>`, `<eos>` and the like become reserved
  /// entries; where there is an unknown one, it stands for all text that has no token.
  ///
  /// - Parameters:
  ///   - entries: the entry of each position.
  ///   - kind: what one token stands for; scalars are what Python cuts a string into.
  ///   - source: what the vocabulary is called in messages.
  /// - Throws: `TextError` if they are no vocabulary.
  public init(
    entries: [String], kind: TokenizerKind = .scalars, source: String = "vocabulary"
  ) throws {
    guard kind != .bpe else {
      throw TextError(
        .invalidDescription,
        "'\(source)' has entries only, and byte pairs need their merges too: choose another kind of token"
      )
    }
    var reserved: [ReservedEntry: Int] = [:]
    var ordinary: [Int] = []
    for (position, entry) in entries.enumerated() {
      if let special = Self.spellings[entry], reserved[special] == nil {
        reserved[special] = position
      } else {
        ordinary.append(position)
      }
    }
    if kind == .characters || kind == .scalars {
      try Self.checkLengths(ordinary.map { entries[$0] }, kind, source)
    }
    if kind == .words, !ordinary.contains(where: { Self.isBlank(entries[$0]) }) {
      throw TextError(
        .invalidDescription,
        "'\(source)' has no entry for a blank, as the words that split() leaves, and here the blanks between words are tokens of their own: each would be unknown text; train the model on text with its blanks"
      )
    }
    do {
      tokenizer = try Tokenizer(
        TokenizerDescription(
          kind: kind, entries: ordinary.map { entries[$0] },
          reserved: Set(reserved.keys),
          unknown: reserved[.unknown] == nil ? .error : .token))
    } catch let error as TextError {
      throw TextError(.invalidDescription, "'\(source)' is no vocabulary: \(error.message)")
    }
    positions = ReservedEntry.allCases.compactMap { reserved[$0] } + ordinary
    self.source = source
  }

  private static func checkLengths(_ entries: [String], _ kind: TokenizerKind, _ source: String)
    throws
  {
    guard
      let long = entries.first(where: {
        kind == .characters ? $0.count > 1 : $0.unicodeScalars.count > 1
      })
    else { return }
    let other =
      kind == .scalars && entries.allSatisfy({ $0.count <= 1 })
      ? "characters of several scalars (--tokens characters)" : "words (--tokens words)"
    throw TextError(
      .invalidDescription,
      "'\(source)' has the entry \(long.quotedForMessage), which is more than one of the \(kind) that tokens stand for; choose \(other) or spell reserved entries <unk>, <pad>, <bos>, <eos>"
    )
  }

  private static func isBlank(_ entry: String) -> Bool {
    !entry.isEmpty && entry.unicodeScalars.allSatisfy(\.properties.isWhitespace)
  }
}
