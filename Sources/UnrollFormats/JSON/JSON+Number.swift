extension JSON {
  /// A number as it was written; `1` and `1.0` are different texts and so different values here.
  package struct Number: Hashable, Sendable {
    /// The number in JSON's grammar.
    package let text: String

    package init(_ value: some BinaryInteger) {
      text = String(value)
    }

    /// `text` has to be a number in JSON's grammar.
    init(unchecked text: String) {
      self.text = text
    }

    /// The whole number, or `nil` for a fraction, an exponent or a number that `Int` cannot hold.
    package var integer: Int? { Int(text) }

    /// The nearest `Double`, or `nil` beyond the largest.
    package var double: Double? {
      guard let value = Double(text), value.isFinite else { return nil }
      return value
    }
  }
}
