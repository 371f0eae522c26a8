internal import UnrollFormats

/// A text as tokens, and its label as a number.
package struct LabelledExample: Hashable, Sendable {
  /// The tokens; none if there is nothing that the vocabulary knows.
  package var tokens: [Token]
  /// The number of the label among the classes.
  package var label: Int
}

extension LabelledTexts {
  /// The texts as tokens and numbers.
  ///
  /// - Throws: `TextError` naming the place of a label that is none of the classes, or of text that the vocabulary lacks if its
  ///   policy is `error`.
  package func examples(tokenizer: Tokenizer, classes: [String]) throws -> [LabelledExample] {
    let tokens = try tokenizer.encode(texts.lazy.map(\.text)) { texts[$0].place }
    return try zip(tokens, numbers(ofLabelsAmong: classes)).map {
      LabelledExample(tokens: $0, label: $1)
    }
  }

  /// The numbers of the labels.
  ///
  /// - Throws: `TextError` naming the place of a label that is none of the classes.
  package func numbers(ofLabelsAmong classes: [String]) throws -> [Int] {
    let numbers = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
    return try texts.map { text in
      guard let number = numbers[text.label] else {
        let shown = classes.prefix(20).map(\.quotedForMessage).joined(separator: ", ")
        throw TextError(
          .malformed,
          "\(text.place) has the label \(text.label.quotedForMessage), which is not among \(shown)\(classes.count > 20 ? " …" : ""): correct it, or take it out"
        )
      }
      return number
    }
  }
}
