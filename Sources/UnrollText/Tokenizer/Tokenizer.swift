/// Text into tokens and back.
///
/// Decoding the tokens of a text gives back exactly the text, whatever the kind, unless the settings
/// ask otherwise: a normalisation, lower case, or an unknown policy other than `error`.
public struct Tokenizer: Hashable, Sendable {
  /// What one token stands for.
  public let kind: TokenizerKind

  /// The pieces of text that have a token.
  public let vocabulary: Vocabulary

  /// What encoding does with text that the vocabulary does not have, unless told otherwise.
  public let unknown: UnknownPolicy

  /// The normalisation of all text that is encoded.
  public let normalization: Normalization

  /// Whether all text that is encoded is made lower case, after the normalisation.
  public let lowercase: Bool

  /// The merges of a byte-pair encoding.
  let merges: BytePairMerges?

  /// The bytes that each token decodes to.
  let spellings: ByteStrings

  /// Restores a tokenizer from its description.
  ///
  /// Throws `TextError` if the description names something unknown or contradicts itself.
  public init(_ description: TokenizerDescription) throws {
    kind = try Self.value(named: description.kind, of: "kind of token")
    unknown = try Self.value(named: description.unknown, of: "unknown policy")
    normalization = try Self.value(named: description.normalization, of: "normalization")
    lowercase = description.lowercase
    vocabulary = try Vocabulary(
      entries: description.entries,
      reserved: description.reserved.map { try Self.value(named: $0, of: "reserved entry") })
    guard unknown != .token || vocabulary.token(for: .unknown) != nil else {
      throw TextError(
        .invalidDescription,
        "the unknown policy \"token\" needs the reserved entry \"unknown\" in the vocabulary")
    }
    guard kind == .bpe || description.merges.isEmpty else {
      throw TextError(.invalidDescription, "merges belong to the kind \"bpe\", not \"\(kind)\"")
    }
    merges = try kind == .bpe ? BytePairMerges(description.merges, in: vocabulary) : nil
    spellings = try Self.spellings(of: vocabulary, as: kind)
  }

  /// This tokenizer as plain data, from which it can be restored.
  public var description: TokenizerDescription {
    TokenizerDescription(
      kind: kind.rawValue, entries: vocabulary.entries,
      merges: merges?.descriptions(in: vocabulary) ?? [],
      reserved: vocabulary.reserved.map(\.rawValue), unknown: unknown.rawValue,
      normalization: normalization.rawValue, lowercase: lowercase)
  }

  /// What is done to text before it is cut into tokens.
  var preparation: TextPreparation {
    TextPreparation(normalization: normalization, lowercase: lowercase)
  }

  private static func spellings(
    of vocabulary: Vocabulary, as kind: TokenizerKind
  ) throws -> ByteStrings {
    var spellings = ByteStrings()
    for entry in vocabulary.reserved {
      spellings.append((entry == .unknown ? "\u{FFFD}" : "").utf8)
    }
    for entry in vocabulary.entries {
      guard let bytes = kind.bytes(of: entry) else {
        throw TextError(
          .invalidDescription,
          "the entry \(entry.debugDescription) stands for no bytes in a vocabulary of \(kind)")
      }
      spellings.append(bytes)
    }
    return spellings
  }

  private static func value<Value: RawRepresentable<String> & CaseIterable>(
    named name: String, of concept: String
  ) throws -> Value {
    guard let value = Value(rawValue: name) else {
      let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
      throw TextError(
        .invalidDescription,
        "\(name.debugDescription) is no \(concept) of this version: it knows \(names)")
    }
    return value
  }
}
