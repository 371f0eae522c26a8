import UnrollFormats
public import UnrollText

/// The vocabulary that a model was trained with elsewhere: what each row of its embedding and of its output stands for.
///
/// Unroll's reserved entries come first in a vocabulary, so the tokens of a model that has them in other places are
/// renumbered: ``positions`` says from where each token comes.
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

  /// Reads a JSON file that is an array of the entries in the order of their positions, or an object that maps each entry to
  /// its position.
  ///
  /// Entries spelled `<unk>`, `<pad>`, `<bos>` or `<sos>`, `<eos>` and the like become reserved entries; where there is an
  /// unknown one, it stands for all text that has no token.
  ///
  /// - Parameter kind: what one token stands for.
  /// - Throws: `FileError` if the file cannot be read, `TextError` if it is no vocabulary.
  public init(contentsOf path: String, kind: TokenizerKind = .characters) throws {
    let contents = try FileContents(reading: path)
    let json: JSON
    do {
      json = try contents.withUnsafeBytes { try JSON(parsing: $0) }
    } catch let error as JSONError {
      throw TextError(.invalidDescription, "'\(path)' is not JSON: \(error.message)")
    }
    try self.init(entries: Self.entries(of: json, path), kind: kind, source: path)
  }

  /// Takes the entries in the order of their positions.
  ///
  /// - Parameter source: what the vocabulary is called in messages.
  /// - Throws: `TextError` if they are no vocabulary.
  public init(entries: [String], kind: TokenizerKind, source: String = "vocabulary") throws {
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
    throw TextError(
      .invalidDescription,
      "'\(source)' has the entry \(long.quotedForMessage), which is more than one of the \(kind) that tokens stand for; choose words (--tokens words) or spell reserved entries <unk>, <pad>, <bos>, <eos>"
    )
  }

  private static func entries(of json: JSON, _ path: String) throws -> [String] {
    switch json {
    case .array:
      do {
        return try json.field(named: "vocabulary").array().map { try $0.string() }
      } catch let error as JSONError {
        throw TextError(.invalidDescription, "'\(path)' is no list of entries: \(error.message)")
      }
    case .object(let object):
      var entries = [String?](repeating: nil, count: object.members.count)
      for member in object.members {
        guard case .number(let number) = member.value, let position = number.integer,
          entries.indices.contains(position), entries[position] == nil
        else {
          throw TextError(
            .invalidDescription,
            "'\(path)' maps the entry \(member.key.quotedForMessage) to something else than a position of its own from 0 to \(entries.count - 1)"
          )
        }
        entries[position] = member.key
      }
      return entries.compactMap { $0 }
    default:
      throw TextError(
        .invalidDescription,
        "'\(path)' is no vocabulary: give a JSON array of entries in the order of their tokens, or an object that maps each entry to its token"
      )
    }
  }
}
