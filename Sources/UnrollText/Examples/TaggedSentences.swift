internal import UnrollFormats

/// A sentence as words, each with its tag.
public struct TaggedSentence: Hashable, Sendable {
  /// The words.
  public var words: [String]
  /// The tags, as many as there are words.
  public var tags: [String]
  /// Where the sentence begins, as a message says it: `line 17 of 'train.conllu'`.
  public var place: String

  /// Creates a sentence.
  public init(words: [String], tags: [String], place: String = "the sentence") {
    self.words = words
    self.tags = tags
    self.place = place
  }
}

/// Sentences with a tag for each word, from a file with a word on each line and an empty line between sentences.
///
/// The columns of a line are separated by tabs, or by spaces where it has no tab. In a `.conllu` file, lines with `#` are comments, and
/// contractions (`3-4`) and empty nodes (`3.1`) are no words.
public struct TaggedSentences: Sendable {
  /// Which columns have the word and the tag, from 1.
  public struct Columns: Hashable, Sendable {
    /// The column of the word.
    public var word: Int
    /// The column of the tag.
    public var tag: Int

    /// Names columns, from 1.
    public init(word: Int, tag: Int) {
      self.word = word
      self.tag = tag
    }
  }

  /// The sentences, in the order of the file.
  public private(set) var sentences: [TaggedSentence] = []
  /// The file.
  public let file: TextFile

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the file, or `-` for standard input.
  ///   - columns: the columns of word and tag; when absent, 2 and 4 of a `.conllu` file, and otherwise the first and the last.
  /// - Throws: `FileError` if the file cannot be read; `TextError` naming the line that has other columns than those before it, or
  ///   nothing in one of these.
  public init(reading path: String, columns: Columns? = nil) throws {
    file = try TextFile(reading: path)
    let isCoNLLU = path.lowercased().hasSuffix(".conllu")
    let bytes = Array(try file.text().utf8)
    var open: TaggedSentence?
    var count: Int?
    for (index, range) in LineSegmentation.lines(in: bytes).enumerated() {
      var line = String(decoding: bytes[range], as: UTF8.self)
      if index == 0, line.hasPrefix("\u{FEFF}") { line.unicodeScalars.removeFirst() }
      let place = "line \(index + 1) of \(file.name)"
      guard line.contains(where: { !$0.isWhitespace }) else {
        open.map { sentences.append($0) }
        open = nil
        continue
      }
      if isCoNLLU, line.hasPrefix("#") { continue }
      let cells =
        line.utf8.contains(UInt8(ascii: "\t"))
        ? line.split(separator: "\t", omittingEmptySubsequences: false)
        : line.split(separator: " ")
      guard cells.count == count ?? cells.count else {
        throw TextError(
          .malformed,
          "\(place) has \(cells.count == 1 ? "one column" : "\(cells.count) columns"), and those before it have \(count ?? 0): each word needs its tag"
        )
      }
      count = cells.count
      let columns =
        columns ?? (isCoNLLU ? Columns(word: 2, tag: 4) : Columns(word: 1, tag: cells.count))
      guard cells.count >= 2, (1...cells.count).contains(columns.word),
        (1...cells.count).contains(columns.tag)
      else {
        throw TextError(
          .malformed,
          "\(place) has \(cells.count == 1 ? "one column" : "\(cells.count) columns"), and a word and its tag are needed, in the columns \(columns.word) and \(max(2, columns.tag))"
        )
      }
      if isCoNLLU, cells[0].contains(where: { $0 == "-" || $0 == "." }) { continue }
      let (word, tag) = (String(cells[columns.word - 1]), String(cells[columns.tag - 1]))
      guard !word.isEmpty, !tag.isEmpty else {
        throw TextError(
          .malformed, "\(place) has no \(word.isEmpty ? "word" : "tag"): each word needs its tag")
      }
      if open == nil { open = TaggedSentence(words: [], tags: [], place: place) }
      open?.words.append(word)
      open?.tags.append(tag)
    }
    open.map { sentences.append($0) }
  }
}
