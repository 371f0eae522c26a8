import Foundation
import Testing

/// All code of the documentation is code of a test, so that it compiles and does what the guides say.
///
/// A block of code is cut at its empty lines. Each part has to be in one of the tests, line by line, however far it is indented.
@Suite struct DocumentationCodeTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func files(in folder: String, _ types: Set<String>) -> [URL] {
    let all = FileManager.default.enumerator(
      at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil)
    return (all?.compactMap { $0 as? URL } ?? []).filter { types.contains($0.pathExtension) }
      .sorted { $0.path < $1.path }
  }

  private static func lines(of file: URL) throws -> [Substring] {
    try String(contentsOf: file, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
  }

  /// The Swift code of a file of the documentation, in parts.
  private static func parts(of file: URL) throws -> [[Substring]] {
    var isCode = file.pathExtension == "swift"
    var parts: [[Substring]] = [[]]
    for line in try lines(of: file) {
      if line.hasPrefix("```") {
        isCode = line == "```swift"
        parts.append([])
      } else if isCode {
        if line.isEmpty { parts.append([]) } else { parts[parts.count - 1].append(line) }
      }
    }
    return parts.filter { !$0.isEmpty }
  }

  /// Whether lines are part of others that may be farther indented, all by the same spaces.
  private static func are(_ part: [Substring], in lines: [Substring]) -> Bool {
    (0...max(0, lines.count - part.count)).contains { start in
      guard lines.count - start >= part.count, lines[start].hasSuffix(part[0]) else { return false }
      let indentation = lines[start].dropLast(part[0].count)
      return indentation.allSatisfy { $0 == " " }
        && zip(part, lines[start...]).allSatisfy { $1 == indentation + $0 }
    }
  }

  @Test func everyPartIsInATest() throws {
    let tests = try Self.files(in: "Tests", ["swift"]).map(Self.lines)
    let pages = Self.files(in: "Documentation", ["md", "swift"])
    var count = 0
    for page in pages {
      for part in try Self.parts(of: page) {
        count += 1
        #expect(
          tests.contains { Self.are(part, in: $0) },
          "\(page.lastPathComponent): no test has\n\(part.joined(separator: "\n"))")
      }
    }
    #expect(count > 50)
  }

  @Test(arguments: [
    (["a {", "  b", "}"], true), (["a {", "b", "}"], false), (["b", "}"], false), (["  b"], true),
    (["c"], false), (["}", "d"], true),
  ])
  func partsAreFoundWithTheirIndentation(part: [String], isThere: Bool) {
    let lines: [Substring] = ["  a {", "    b", "  }", "  d", "a c"]
    #expect(Self.are(part.map { $0[...] }, in: lines) == isThere)
  }
}
