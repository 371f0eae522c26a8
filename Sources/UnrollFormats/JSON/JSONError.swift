/// Bytes are not the JSON they should be.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// The bytes break JSON's grammar.
    case syntax
    /// The bytes end inside a value.
    case unexpectedEnd
    /// Something follows the value.
    case trailingBytes
    case invalidUTF8
    /// An escape is unknown or stands for half a surrogate pair.
    case invalidEscape
    case duplicateKey
    /// More than ``JSONReader/maximumDepth`` arrays and objects are inside one another.
    case tooDeep
    /// The number is not one that fits.
    case numberOutOfRange
    /// The value is of another kind than the reader needs.
    case wrongKind
    /// A member that the reader needs is not there.
    case missing
  }

  package let code: Code
  /// Where: a byte offset or the path of a value.
  package let place: String
  /// What is wrong, without the place.
  package let reason: String

  /// One sentence with the place and the cause.
  package var message: String { "\(place): \(reason)" }

  package var description: String { message }

  init(_ code: Code, byte offset: Int, _ reason: String) {
    self.code = code
    self.reason = reason
    place = "byte \(offset)"
  }

  init(_ code: Code, path: String, _ reason: String) {
    self.code = code
    self.reason = reason
    place = path
  }
}
