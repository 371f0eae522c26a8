import Unroll
import UnrollModels
import UnrollRuns

/// What was true and what was said as a heat map: each row has the shares of the texts of a class.
struct ConfusionPlot {
  let classes: [String]
  let score: ClassificationScore
  /// What is shown: `names.safetensors on test.tsv`.
  let title: String

  /// The side of a cell.
  private static let cell = 34
  /// About the width of a letter, which an SVG cannot ask for.
  private static let letter = 7

  var svg: String {
    let names = classes.map { $0.showingControls.cut(to: 24) }
    let margin = 24 + Self.letter * (names.map(\.count).max() ?? 0)
    let side = Self.cell * classes.count
    let (left, top) = (margin + 18, margin + 58)
    let (width, height) = (max(left + side + 16, 420), top + side + 16)
    var body = ""
    for (row, counts) in score.confusion.counts.enumerated() {
      let total = counts.reduce(0, +)
      let y = top + Self.cell * row
      body +=
        "<text class=\"name\" x=\"\(left - 8)\" y=\"\(y + Self.cell / 2 + 4)\" text-anchor=\"end\">\(names[row].inHTML)</text>"
      body +=
        "<text class=\"name\" transform=\"translate(\(left + Self.cell * row + Self.cell / 2 + 4) \(top - 8)) rotate(-90)\">\(names[row].inHTML)</text>\n"
      for (column, count) in counts.enumerated() where count > 0 {
        let share = Double(count) / Double(total)
        let x = left + Self.cell * column
        // Weak shares would be invisible on a scale without an offset.
        body +=
          "<g><title>\(groupedText(count)) of \(groupedText(total)) of \(names[row].inHTML) said to be \(names[column].inHTML)</title>"
          + "<rect class=\"\(row == column ? "right" : "wrong")\" x=\"\(x)\" y=\"\(y)\" width=\"\(Self.cell)\" height=\"\(Self.cell)\" fill-opacity=\"\(decimalText(0.1 + 0.9 * share, 3))\"/>"
          + "<text class=\"\(share > 0.5 ? "strong" : "weak")\" x=\"\(x + Self.cell / 2)\" y=\"\(y + Self.cell / 2 + 4)\" text-anchor=\"middle\">\(count < 10_000 ? "\(count)" : decimalText(Double(count) / 1000, 0) + "k")</text></g>\n"
      }
    }
    let lines = (0...classes.count).map { index in
      let place = Self.cell * index
      return "M\(left) \(top + place)h\(side)M\(left + place) \(top)v\(side)"
    }.joined()
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" role="img" aria-label="Confusion matrix: \(title.inHTML)">
      <style>
      svg{color-scheme:light dark;--page:#fdfdfc;--ink:#16181d;--quiet:#50545e;--line:#d8d8d4;--right:#1f4fa8;--wrong:#b3420b;--strong:#fff}
      @media (prefers-color-scheme:dark){svg{--page:#15171c;--ink:#ececea;--quiet:#a8adb8;--line:#373b45;--right:#8ab4f8;--wrong:#f09a5e;--strong:#101216}}
      .page{fill:var(--page)}
      text{font:12px system-ui,sans-serif;fill:var(--ink)}
      .title{font-size:14px;font-weight:600}
      .quiet{fill:var(--quiet)}
      .right{fill:var(--right)}
      .wrong{fill:var(--wrong)}
      .strong{fill:var(--strong)}
      .grid{stroke:var(--line);fill:none}
      </style>
      <rect class="page" width="\(width)" height="\(height)"/>
      <text class="title" x="16" y="24">\(title.inHTML)</text>
      <text class="quiet" x="16" y="44">accuracy \(decimalText(100 * score.accuracy, 2)) % of \(countText(score.count, "text")); rows are true, columns said</text>
      \(body)<path class="grid" d="\(lines)"/>
      </svg>

      """
  }
}
