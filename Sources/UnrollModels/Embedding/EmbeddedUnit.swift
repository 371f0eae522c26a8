internal import UnrollText

/// What a text is cut into for vectors.
public enum EmbeddedUnit: String, Sendable, CaseIterable {
  /// A token of the model.
  case token
  /// A word or number; nothing stands for white space and punctuation.
  case word
  /// A line without its end: a line feed, a carriage return, or both.
  case line
  /// The whole text.
  case document
}

/// How the vector of a part of a text comes from the states after its tokens.
public enum StatePooling: String, Sendable, CaseIterable {
  /// The state after the last token of the part, and backwards after the first.
  case last
  /// The mean of the states after its tokens.
  case mean
  /// The greatest number of each unit over its tokens.
  case max
}

extension EmbeddedUnit {
  /// The parts of a text in UTF-8, as ranges of its bytes, in order.
  func parts(of text: ReadText) -> [Range<Int>] {
    switch self {
    case .token: text.extents
    case .word: WordSegmentation.words(in: text.bytes)
    case .line: LineSegmentation.lines(in: text.bytes)
    case .document: [0..<text.bytes.count]
    }
  }
}
