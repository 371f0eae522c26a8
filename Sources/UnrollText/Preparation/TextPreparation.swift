/// What is done to a text before it is cut into pieces, in this order: a byte order mark at its
/// beginning is left out, line ends are changed, it is normalised, and it is made lower case.
struct TextPreparation: Hashable, Sendable {
  var removesByteOrderMark = false
  var lineEnds = LineEnds.kept
  var normalization = Normalization.none
  var lowercase = false

  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Whether text may come out changed even if it has no carriage return and no mark.
  var changesCharacters: Bool { normalization != .none || lowercase }

  /// A whole text, prepared.
  func apply(to text: String) -> String {
    var preparer = TextPreparer(self)
    var text = text
    return text.withUTF8 { utf8 in
      preparer.withPrepared(utf8, beginsText: true) { String(decoding: $0.utf8, as: UTF8.self) }
    }
  }
}

extension Tokenizer {
  /// What is done to text before it is cut into tokens.
  var preparation: TextPreparation {
    TextPreparation(
      removesByteOrderMark: removesByteOrderMark, lineEnds: lineEnds,
      normalization: normalization, lowercase: lowercase)
  }

  /// Text as it is cut into tokens.
  package func prepared(_ text: String) -> String { preparation.apply(to: text) }
}

extension TokenizerSettings {
  /// What is done to text before it is cut into pieces.
  var preparation: TextPreparation {
    TextPreparation(
      removesByteOrderMark: removesByteOrderMark, lineEnds: lineEnds,
      normalization: normalization, lowercase: lowercase)
  }
}
