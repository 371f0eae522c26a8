/// A value of JSON (RFC 8259) that keeps what the text said: the order of members and the digits of
/// numbers.
package enum JSON: Hashable, Sendable {
  case null
  case boolean(Bool)
  case number(Number)
  case string(String)
  case array([JSON])
  case object(Object)

  /// A whole number.
  package init(_ value: some BinaryInteger) {
    self = .number(Number(value))
  }

  /// The shortest decimal that reads back as `value`, or `null` for NaN and the infinities, which
  /// JSON lacks.
  package init(_ value: some BinaryFloatingPoint & CustomStringConvertible) {
    self = value.isFinite ? .number(Number(unchecked: value.description)) : .null
  }

  /// What kind of value it is, in words for messages.
  var kind: String {
    switch self {
    case .null: "null"
    case .boolean: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self.init(value) }
  package init(booleanLiteral value: Bool) { self = .boolean(value) }
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  package init(dictionaryLiteral members: (String, JSON)...) {
    self = .object(Object(members.map { Object.Member(key: $0.0, value: $0.1) }))
  }
}
