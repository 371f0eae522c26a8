#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Console {
  /// Writes text of a model: as it is to a file or a pipe, and to a terminal without control characters, which could do
  /// anything there.
  static func text(_ text: String, isJSON: Bool = false) throws {
    guard isOutputTerminal else { return try data(text) }
    try data(isJSON ? text.escapingControlsInJSON : text.showingControls)
  }

  private static let isOutputTerminal = isatty(STDOUT_FILENO) != 0

  /// Whether data goes to a terminal that shows colours, and nobody asked for none (no-color.org).
  static let showsColours: Bool = {
    func value(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
    return isOutputTerminal && value("NO_COLOR").isEmpty && !["", "dumb"].contains(value("TERM"))
  }()
}

extension String {
  /// Control characters but tabs and line ends as a person can read them: `^[` for U+001B, as `cat -v` does, and `\u{9B}` for
  /// those above ASCII.
  var showingControls: String {
    String(map { $0 == "\r\n" ? "\n" : $0 }).replacingControls { scalar in
      scalar.value < 0x80
        ? "^" + String(Unicode.Scalar(UInt8(scalar.value) ^ 0x40))
        : "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    }
  }

  /// A line of JSON, in whose strings control characters above ASCII and U+007F may stand as they are, with escapes for them.
  var escapingControlsInJSON: String {
    replacingControls { scalar in
      let digits = String(scalar.value, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }

  private func replacingControls(_ replacement: (Unicode.Scalar) -> String) -> String {
    var shown = ""
    for scalar in unicodeScalars {
      if scalar.properties.generalCategory == .control, scalar != "\n", scalar != "\t" {
        shown += replacement(scalar)
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }
}
