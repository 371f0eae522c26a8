internal import UnrollFormats

/// A text and another one that it is to become: its translation, or its answer.
public struct TextPair: Hashable, Sendable {
  /// The text that is read.
  public var source: String
  /// The text that is written.
  public var target: String
  /// Where the pair is, as a message says it: `line 17 of 'fra.txt'`.
  public var place: String

  /// Creates a pair.
  public init(source: String, target: String, place: String = "the pair") {
    self.source = source
    self.target = target
    self.place = place
  }
}

/// Pairs of texts from a file with a pair on each line and a tab between its columns.
///
/// Every tab separates and every line end ends a pair; quotation marks are text. Further columns are passed over.
public struct TextPairs: Sendable {
  /// Which columns have the two texts, from 1.
  public struct Columns: Hashable, Sendable {
    /// The column of the text that is read.
    public var source: Int
    /// The column of the text that is written.
    public var target: Int

    /// Names columns, from 1.
    public init(source: Int = 1, target: Int = 2) {
      self.source = source
      self.target = target
    }
  }

  /// The pairs of which neither text is empty, in the order of the file.
  public private(set) var pairs: [TextPair] = []
  /// Where the pairs are that were left out since one of the texts is empty.
  public private(set) var emptyPlaces: [String] = []
  /// The file.
  public let file: TextFile

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the file, or `-` for standard input.
  ///   - columns: the columns of the two texts.
  /// - Throws: `FileError` if the file cannot be read; `TextError` naming the line that lacks a column.
  public init(reading path: String, columns: Columns = Columns()) throws {
    file = try TextFile(reading: path)
    let bytes = Array(try file.text().utf8)
    let needed = max(columns.source, columns.target)
    for (index, range) in LineSegmentation.lines(in: bytes).enumerated() where !range.isEmpty {
      var line = bytes[range]
      if index == 0, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
      let place = "line \(index + 1) of \(file.name)"
      let cells = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      guard cells.count >= needed else {
        throw TextError(
          .malformed,
          "\(place) has \(cells.count == 1 ? "one column" : "\(cells.count) columns"), and a text in column \(columns.source), a tab, and its counterpart in column \(columns.target) are needed"
        )
      }
      func text(_ column: Int) -> String { String(decoding: cells[column - 1], as: UTF8.self) }
      let pair = TextPair(
        source: text(columns.source), target: text(columns.target), place: place)
      if pair.source.isEmpty || pair.target.isEmpty {
        emptyPlaces.append(place)
      } else {
        pairs.append(pair)
      }
    }
  }
}

extension [TextPair] {
  /// A number for each pair: that of the first to which it is linked, by an equal text on one side, directly or through others.
  package var linkedGroups: [Int] {
    var parents = Array<Int>(indices)
    func root(_ pair: Int) -> Int {
      var pair = pair
      while parents[pair] != pair {
        parents[pair] = parents[parents[pair]]
        pair = parents[pair]
      }
      return pair
    }
    for side in [\TextPair.source, \TextPair.target] {
      var first: [String: Int] = [:]
      for (index, pair) in enumerated() {
        guard let other = first[pair[keyPath: side]] else {
          first[pair[keyPath: side]] = index
          continue
        }
        let (left, right) = (root(index), root(other))
        parents[Swift.max(left, right)] = Swift.min(left, right)
      }
    }
    return indices.map(root)
  }
}
