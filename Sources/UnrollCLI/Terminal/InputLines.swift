import UnrollText

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The lines of a file, or of standard input, or texts that were typed as options.
struct InputLines {
  /// What was given by `--text`; the file counts where there is none.
  var texts: [String] = []
  /// The file; `-` is standard input.
  let path: String
  /// So many lines are worked on side by side.
  let groupSize: Int

  /// Gives the lines to `body` in groups: from a terminal, each as it is typed.
  ///
  /// - Parameter body: gets lines, what messages call their source, and the number of the first, from 1.
  func forEachGroup(
    _ body: (_ lines: [String], _ source: String, _ first: Int) throws -> Void
  ) throws {
    guard texts.isEmpty else { return try body(texts, "--text", 1) }
    if path == "-", isatty(STDIN_FILENO) != 0 {
      var count = 0
      while let line = readLine() {
        count += 1
        try body([line], "standard input", count)
      }
      return
    }
    let source = try TextFile(reading: path)
    let bytes = Array(try source.text().utf8)
    let lines = LineSegmentation.lines(in: bytes)
    for first in stride(from: 0, to: lines.count, by: groupSize) {
      let group = lines[first..<min(first + groupSize, lines.count)]
      try body(
        group.map { String(decoding: bytes[$0], as: UTF8.self) }, source.name, first + 1)
    }
  }
}
