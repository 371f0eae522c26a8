internal import UnrollFormats

/// Texts with labels, as files have them.
public struct LabelledTexts: Sendable {
  /// How files have them.
  public enum Layout: String, CaseIterable, Hashable, Sendable {
    /// A label, a tab and a text on each line.
    case tsv
    /// A label, a comma and a text on each line, with quotation marks as RFC 4180 has them.
    case csv
    /// An object of JSON on each line.
    case jsonl
    /// A folder with a file for each label, in which each line is a text.
    case folder
  }

  /// Which columns, or members of objects, have the label and the text.
  public struct Columns: Hashable, Sendable {
    /// The name of the column with the label.
    public var label: String
    /// The name of the column with the text.
    public var text: String

    /// Names columns.
    public init(label: String = "label", text: String = "text") {
      self.label = label
      self.text = text
    }
  }

  /// The texts that are not empty, in the order of the files.
  public private(set) var texts: [LabelledText] = []
  /// Where the texts are that were left out since they are empty.
  public private(set) var emptyPlaces: [String] = []
  /// The files that were read.
  public let files: [TextFile]
  /// The files of a folder that were left out, and why.
  public private(set) var skipped: [Corpus.SkippedFile] = []

  /// Reads labelled texts.
  ///
  /// A table needs no header if it has just two columns, the label first. A header is a first row that has both names of `columns`;
  /// other columns are then passed over.
  ///
  /// - Parameters:
  ///   - path: a file, a folder, or `-` for standard input.
  ///   - layout: how it has them; when absent, a folder or the extension of the name tells, and other files are taken for `tsv`.
  ///   - columns: the names of the columns; when absent, `label` and `text`, which a header need not have.
  /// - Throws: `FileError` if a file cannot be read; `TextError` naming file and line of what does not fit.
  public init(
    reading path: String, layout: Layout? = nil, columns: Columns? = nil
  ) throws {
    let layout = try layout ?? Self.layout(of: path)
    if layout == .folder {
      let corpus = try Corpus(reading: [path])
      // Beside the texts there may be notes about them.
      let named = corpus.files.filter { $0.path.hasSuffix(".txt") }
      files = named.isEmpty ? corpus.files : named
      skipped =
        corpus.skipped
        + (named.isEmpty ? [] : corpus.files.filter { !$0.path.hasSuffix(".txt") }).map {
          Corpus.SkippedFile(
            path: $0.path, reason: "'\($0.path)' is no .txt file, as the others of the folder are")
        }
      for file in files { try takeLines(of: file) }
      return
    }
    let file = try TextFile(reading: path)
    files = [file]
    let text = try file.text()
    switch layout {
    case .tsv: try takeRows(DelimitedText(text, separatedBy: .tab, name: file.name), columns, file)
    case .csv:
      try takeRows(DelimitedText(text, separatedBy: .comma, name: file.name), columns, file)
    case .jsonl, .folder: try takeObjects(text, columns ?? Columns(), file)
    }
  }

  /// The layout that a folder or the extension of a name tells.
  private static func layout(of path: String) throws -> Layout {
    guard path != "-" else { return .tsv }
    if try FileOperations.status(ofFileAt: path, reportedAs: path).kind == .directory {
      return .folder
    }
    let name = path.lowercased()
    if name.hasSuffix(".csv") { return .csv }
    return [".jsonl", ".ndjson", ".json"].contains { name.hasSuffix($0) } ? .jsonl : .tsv
  }

  private mutating func take(_ label: String, _ text: String, at place: String) throws {
    guard !label.isEmpty else {
      throw TextError(.malformed, "\(place) has no label: give it one, or take it out")
    }
    if text.isEmpty {
      emptyPlaces.append(place)
    } else {
      texts.append(LabelledText(label: label, text: text, place: place))
    }
  }

  // MARK: Layouts

  private mutating func takeLines(of file: TextFile) throws {
    let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
    let label = name.hasSuffix(".txt") ? String(name.dropLast(4)) : name
    let bytes = Array(try file.text().utf8)
    for (index, line) in LineSegmentation.lines(in: bytes).enumerated() {
      try take(
        label, String(decoding: bytes[line], as: UTF8.self),
        at: "line \(index + 1) of \(file.name)")
    }
  }

  private mutating func takeRows(
    _ table: DelimitedText, _ columns: Columns?, _ file: TextFile
  ) throws {
    var table = table
    guard var row = try table.next() else { return }
    let names = columns ?? Columns()
    func place(_ row: DelimitedText.Row) -> String { "line \(row.line) of \(file.name)" }
    var (label, text, count) = (0, 1, 2)
    var hasRow = true
    if let labelColumn = row.columns.firstIndex(of: names.label),
      let textColumn = row.columns.firstIndex(of: names.text)
    {
      (label, text, count) = (labelColumn, textColumn, row.columns.count)
      hasRow = false
    } else if columns != nil {
      throw TextError(
        .malformed,
        "\(place(row)) has no columns \(names.label.quotedForMessage) and \(names.text.quotedForMessage) but \(row.columns.map(\.quotedForMessage).joined(separator: ", ")): name two of these"
      )
    }
    while true {
      if !hasRow {
        guard let next = try table.next() else { return }
        row = next
      }
      hasRow = false
      guard row.columns.count == count else {
        throw TextError(
          .malformed,
          "\(place(row)) has \(row.columns.count == 1 ? "one column" : "\(row.columns.count) columns"), and \(count) are needed\(count == 2 ? ", a label and a text" : ""): put a column with a separator in it in quotation marks"
        )
      }
      try take(row.columns[label], row.columns[text], at: place(row))
    }
  }

  private mutating func takeObjects(
    _ text: String, _ columns: Columns, _ file: TextFile
  ) throws {
    let bytes = Array(text.utf8)
    for (index, line) in LineSegmentation.lines(in: bytes).enumerated() where !line.isEmpty {
      let place = "line \(index + 1) of \(file.name)"
      do {
        let object = try JSON(parsing: String(decoding: bytes[line], as: UTF8.self))
          .field(named: "the object")
        let label =
          switch try object[columns.label].value {
          case .number(let number): number.text
          case .boolean(let value): "\(value)"
          default: try object[columns.label].string()
          }
        try take(label, object[columns.text].string(), at: place)
      } catch let error as JSONError {
        throw TextError(
          .malformed,
          "\(place) is no object with \(columns.label.quotedForMessage) and \(columns.text.quotedForMessage): \(error.message)"
        )
      }
    }
  }
}
