public import UnrollText

/// Makes vectors of the parts of texts: what the hidden states of a language model say of a token, word, line or document in its
/// context.
///
/// With a second model, which was trained on reversed text, each vector has what stands before the part and what stands behind it
/// (contextual string embeddings: Akbik, Blythe and Vollgraf 2018).
public struct TextEmbedder: Sendable {
  /// What the texts are cut into.
  public let unit: EmbeddedUnit
  /// How a vector comes from states.
  public let pooling: StatePooling
  private let forward: StateReader
  private let backward: StateReader?

  /// Takes a model, and how to use it.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - backward: a model that reads texts from their end, scalar by scalar.
  ///   - unit: what the texts are cut into.
  ///   - pooling: how a vector comes from states.
  ///   - layer: the layer whose states are taken, from 1; the last one when absent.
  /// - Throws: `ModelError` if a model has no such layer.
  public init(
    _ model: LanguageModel, backward: LanguageModel? = nil, per unit: EmbeddedUnit = .document,
    pooling: StatePooling = .last, layer: Int? = nil
  ) throws {
    self.unit = unit
    self.pooling = pooling
    forward = try StateReader(model, layer: layer)
    self.backward = try backward.map { try StateReader($0, layer: layer) }
  }

  /// The numbers of each vector: H of the model, and of the backward one.
  public var width: Int { forward.width + (backward?.width ?? 0) }

  /// The vectors of some texts, each of which is read from its own beginning.
  ///
  /// - Parameters:
  ///   - texts: the texts.
  ///   - unknown: what happens to text that a vocabulary lacks; as each model has learned it when absent.
  ///   - name: what an error calls a text, by its place.
  ///   - shouldStop: is asked before each window of 128 tokens whether to give up.
  /// - Returns: for each text, its parts in order; `nil` if `shouldStop` said so.
  /// - Throws: `TextError` if a text has something that a vocabulary lacks, or if the two models read it differently.
  public func vectors(
    of texts: [String], unknown: UnknownPolicy? = nil,
    name: (_ place: Int) -> String = { "text \($0 + 1)" },
    shouldStop: () -> Bool = { false }
  ) throws -> [[EmbeddedPart]]? {
    var (before, behind) = ([StateReader.Row](), [StateReader.Row]())
    var parts: [[EmbeddedPart]] = []
    for (place, text) in texts.enumerated() {
      let read = try ReadText(text, named: name(place), unknown, by: forward.tokenizer)
      let ranges = unit.parts(of: read)
      before.append(
        .init(
          read.tokens,
          parts: unit == .token
            ? read.tokens.indices.map { $0..<$0 + 1 } : ranges.map { read.tokens(in: $0) }))
      parts.append(ranges.map { EmbeddedPart(read.bytes, $0) })
      if let backward {
        let reversed = String(
          String.UnicodeScalarView(
            String(decoding: read.bytes, as: UTF8.self).unicodeScalars.reversed()))
        let back = try ReadText(reversed, named: name(place), unknown, by: backward.tokenizer)
        guard back.bytes.elementsEqual(reversed.utf8) else {
          throw TextError(
            .unknownEntry,
            "\(name(place)) is not the same text to both models: one changes letters or leaves something out that the other reads"
          )
        }
        behind.append(
          .init(
            back.tokens,
            parts: ranges.map {
              back.tokens(in: read.bytes.count - $0.upperBound..<read.bytes.count - $0.lowerBound)
            }))
      }
    }
    guard try forward.pool(&before, pooling, shouldStop: shouldStop),
      try backward?.pool(&behind, pooling, shouldStop: shouldStop) ?? true
    else { return nil }
    for text in parts.indices {
      for part in parts[text].indices {
        parts[text][part].vector =
          Array(before[text].vector(of: part))
          + (backward == nil ? [] : behind[text].vector(of: part))
      }
    }
    return parts
  }

  /// The vectors of one text.
  ///
  /// - Throws: `TextError` as for several.
  public func vectors(of text: String) throws -> [EmbeddedPart] {
    try vectors(of: [text], name: { _ in "the text" })?.first ?? []
  }
}

/// A part of a text with its vector.
public struct EmbeddedPart: Sendable, Hashable {
  /// The text of the part, as the model reads it.
  public let text: String
  /// Where it stands, in bytes of the text as the model reads it.
  public let bytes: Range<Int>
  /// The numbers of its vector.
  public internal(set) var vector: [Float] = []

  init(_ text: [UInt8], _ bytes: Range<Int>) {
    self.text = String(decoding: text[bytes], as: UTF8.self)
    self.bytes = bytes
  }
}
