/// Cuts text into lines at line feeds, carriage returns, and both together.
package enum LineSegmentation {
  enum Ending {
    case lineFeed, carriageReturn, both, none

    /// The number of bytes.
    var byteCount: Int {
      switch self {
      case .lineFeed, .carriageReturn: 1
      case .both: 2
      case .none: 0
      }
    }
  }

  /// The lines of valid UTF-8, without their endings.
  package static func lines(in bytes: [UInt8]) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    bytes.withUnsafeBufferPointer { utf8 in
      forEachLine(in: utf8) { line, _ in lines.append(line) }
    }
    return lines
  }

  /// Calls `body` for each line of valid UTF-8, without and with its ending; what follows the last
  /// ending is a line unless it is empty.
  static func forEachLine(
    in utf8: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>, Ending) throws -> Void
  ) rethrows {
    let lineFeed = UInt8(ascii: "\n")
    let carriageReturn = UInt8(ascii: "\r")
    var start = 0
    var end = 0
    while end < utf8.count {
      let byte = utf8[end]
      guard byte == lineFeed || byte == carriageReturn else {
        end += 1
        continue
      }
      let isBoth =
        byte == carriageReturn && end + 1 < utf8.count && utf8[end + 1] == lineFeed
      try body(start..<end, isBoth ? .both : byte == lineFeed ? .lineFeed : .carriageReturn)
      end += isBoth ? 2 : 1
      start = end
    }
    if start < end { try body(start..<end, .none) }
  }
}
