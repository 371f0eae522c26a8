internal import UnrollFormats

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Lines that were entered before, in a file that several sessions add to.
package struct LineHistory: Sendable {
  /// The most lines that are offered.
  private static let mostLines = 1000

  /// The lines, the oldest first.
  package private(set) var lines: [String]
  private let path: String?

  /// Lines that are kept nowhere.
  package init(_ lines: [String] = []) {
    self.lines = lines
    path = nil
  }

  /// The lines of a file, which need not exist; what cannot be read is left as it is.
  package init(contentsOf path: String) {
    self.path = path
    let bytes = (try? FileContents(reading: path))?.withUnsafeBytes { Array($0) } ?? []
    lines = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n").suffix(Self.mostLines).map { Self.unescaped($0) }
  }

  /// Where the lines of a program are kept: in `XDG_STATE_HOME`, or `~/.local/state`; `nil` where neither is known.
  package static func defaultPath(of program: String) -> String? {
    func value(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    let folder = value("XDG_STATE_HOME") ?? value("HOME").map { $0 + "/.local/state" }
    return folder.map { "\($0)/\(program)/history" }
  }

  /// Adds a line, unless it is the last one again, is empty, or begins with a space. Where the file cannot be written, the line is
  /// remembered for this session alone.
  package mutating func add(_ line: String) {
    guard !line.isEmpty, line.first != " ", line != lines.last else { return }
    lines.append(line)
    guard let path else { return }
    if let slash = path.lastIndex(of: "/") { try? Folder.createPrivate(String(path[..<slash])) }
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // One call for each line, so that two sessions do not mix theirs.
    let bytes = Array((Self.escaped(line) + "\n").utf8)
    _ = write(descriptor, bytes, bytes.count)
  }

  private static func escaped(_ line: String) -> String {
    var text = ""
    for scalar in line.unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  private static func unescaped(_ line: Substring) -> String {
    var (text, isEscaped) = ("", false)
    for scalar in line.unicodeScalars {
      if isEscaped {
        text.unicodeScalars.append(scalar == "n" ? "\n" : scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
