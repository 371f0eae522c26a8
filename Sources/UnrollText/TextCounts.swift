/// What can be counted in texts without a tokenizer.
struct TextCounts {
  private(set) var bytes = 0
  private(set) var characters = 0
  private(set) var lines = CorpusStatistics.Lines()
  private(set) var controlCharacters: [Unicode.Scalar: Int] = [:]
  private(set) var byteOrderMarks = 0

  /// Hashes stand for the lines: with 64 bits, two that are the same by chance do not occur.
  private var lineHashes: Set<Int> = []

  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in
      bytes += utf8.count
      if utf8.starts(with: [0xEF, 0xBB, 0xBF]) { byteOrderMarks += 1 }
      CharacterSegmentation.forEachPiece(in: utf8) { piece in
        characters += 1
        if let scalar = piece.scalar { addControl(scalar) }
      }
      LineSegmentation.forEachLine(in: utf8) { range, ending in
        addLine(UnsafeBufferPointer(rebasing: utf8[range]), ending)
      }
    }
  }

  /// Control characters are always pieces of their own.
  private mutating func addControl(_ value: UInt32) {
    guard value < 0x20 || (0x7F..<0xA0).contains(value), !(0x09...0x0A).contains(value),
      value != 0x0D, let scalar = Unicode.Scalar(value)
    else { return }
    controlCharacters[scalar, default: 0] += 1
  }

  private mutating func addLine(
    _ line: UnsafeBufferPointer<UInt8>, _ ending: LineSegmentation.Ending
  ) {
    lines.count += 1
    switch ending {
    case .lineFeed: lines.lineFeeds += 1
    case .carriageReturn: lines.carriageReturns += 1
    case .both: lines.both += 1
    case .none: break
    }
    guard !line.isEmpty else { return }
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(line))
    if !lineHashes.insert(hasher.finalize()).inserted { lines.duplicates += 1 }
  }
}
