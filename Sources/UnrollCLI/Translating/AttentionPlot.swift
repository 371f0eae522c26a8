import Unroll
import UnrollModels
import UnrollRuns

/// Where a translator looked: a row for each piece that it wrote, a column for each that it read, the darker the more.
struct AttentionPlot {
  private let read: [String]
  private let written: [String]
  private let weights: [[Float]]

  init(_ translation: Translation) {
    read = translation.sourcePieces.map(Self.shown)
    written = translation.pieces.map(Self.shown)
    weights = translation.weights
  }

  /// A piece with its white space to be seen.
  private static func shown(_ piece: String) -> String {
    piece.replacing(" ", with: "␣").showingControls.cut(to: 24)
  }

  /// The side of a cell.
  private static let cell = 26
  /// About the width of a letter, which an SVG cannot ask for.
  private static let letter = 8

  var svg: String {
    func width(_ names: [String]) -> Int { 24 + Self.letter * (names.map(\.count).max() ?? 0) }
    let (left, top) = (width(written), width(read))
    let (across, down) = (Self.cell * read.count, Self.cell * written.count)
    var body = ""
    for (column, name) in read.enumerated() {
      let x = left + Self.cell * column + Self.cell / 2 + 4
      body += "<text transform=\"translate(\(x) \(top - 8)) rotate(-90)\">\(name.inHTML)</text>\n"
    }
    for (row, name) in written.enumerated() {
      let y = top + Self.cell * row
      body +=
        "<text x=\"\(left - 8)\" y=\"\(y + Self.cell / 2 + 4)\" text-anchor=\"end\">\(name.inHTML)</text>\n"
      for (column, weight) in weights[row].enumerated() where weight >= 0.005 {
        body +=
          "<rect x=\"\(left + Self.cell * column)\" y=\"\(y)\" width=\"\(Self.cell)\" height=\"\(Self.cell)\" fill-opacity=\"\(decimalText(Double(weight), 3))\"><title>\(name.inHTML) looks at \(read[column].inHTML) with \(decimalText(Double(weight), 3))</title></rect>\n"
      }
    }
    let lines =
      (0...written.count).map { "M\(left) \(top + Self.cell * $0)h\(across)" }.joined()
      + (0...read.count).map { "M\(left + Self.cell * $0) \(top)v\(down)" }.joined()
    let (page, height) = (left + across + 16, top + down + 16)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(page) \(height)" width="\(page)" height="\(height)" role="img" aria-label="Where each piece looked: rows are written, columns read">
      <style>
      svg{color-scheme:light dark;--page:#fdfdfc;--ink:#16181d;--line:#d8d8d4;--weight:#1f4fa8}
      @media (prefers-color-scheme:dark){svg{--page:#15171c;--ink:#ececea;--line:#373b45;--weight:#8ab4f8}}
      .page{fill:var(--page)}
      text{font:13px system-ui,sans-serif;fill:var(--ink)}
      rect{fill:var(--weight)}
      .grid{stroke:var(--line);fill:none}
      </style>
      <rect class="page" width="\(page)" height="\(height)"/>
      \(body)<path class="grid" d="\(lines)"/>
      </svg>

      """
  }
}
