/// A sentence that names settings, which a program and a command line spell in different ways.
///
/// ```swift
/// let sentence: SettingSentence = "\(.setting("hiddenSize")) is 1 or more, not 0"
/// sentence.text { $0 }                      // hiddenSize is 1 or more, not 0
/// ```
public struct SettingSentence: Hashable, Sendable, ExpressibleByStringInterpolation {
  /// A part that is the name of a setting, perhaps with a value as it would be given.
  public struct Name: Hashable, Sendable {
    let name: String
    let value: String?

    /// The name of a setting.
    public static func setting(_ name: String) -> Name { Name(name: name, value: nil) }

    /// The name of a setting with a value: `schedule plateau`.
    public static func setting(_ name: String, _ value: String) -> Name {
      Name(name: name, value: value)
    }
  }

  fileprivate enum Part: Hashable, Sendable {
    case text(String)
    case name(Name)
  }

  private var parts: [Part]

  /// Creates a sentence without names.
  public init(stringLiteral text: String) { parts = [.text(text)] }

  /// Creates a sentence of text and names.
  public init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

  /// Puts a sentence together.
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var parts: [Part] = []

    /// Creates an empty sentence.
    public init(literalCapacity: Int, interpolationCount: Int) {}

    /// Appends text.
    public mutating func appendLiteral(_ text: String) { parts.append(.text(text)) }

    /// Appends the name of a setting.
    public mutating func appendInterpolation(_ name: Name) { parts.append(.name(name)) }

    /// Appends anything else as it describes itself.
    public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      parts.append(.text(value.description))
    }

    /// Appends another sentence.
    public mutating func appendInterpolation(_ sentence: SettingSentence) {
      parts += sentence.parts
    }
  }

  /// The sentence with the names of settings as `spelling` has them.
  public func text(_ spelling: (String) -> String = { $0 }) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .name(let name): spelling(name.name) + (name.value.map { " " + $0 } ?? "")
      }
    }.joined()
  }

  /// One sentence after the other.
  static func + (left: SettingSentence, right: SettingSentence) -> SettingSentence {
    var sum = left
    sum.parts += right.parts
    return sum
  }
}
