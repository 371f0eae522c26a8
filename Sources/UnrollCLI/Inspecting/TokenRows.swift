import Unroll
import UnrollModels
import UnrollRuns
import UnrollTerminal
import UnrollText

/// A text with what belongs to each token below it: the unit, the bits, and what the model took for likely to follow.
struct TokenRows {
  private let inspection: TextInspection
  private let values: [Float]
  private let scale: UnitScale
  private let paint: UnitPaint
  private let width: Int

  init(_ inspection: TextInspection, _ unit: RecurrentUnit, _ paint: UnitPaint, width: Int) {
    self.inspection = inspection
    values = inspection.values(of: unit)
    scale = UnitScale(values)
    self.paint = paint
    self.width = width
  }

  /// The rows of the first tokens, block by block as the terminal has room.
  func text(count: Int) -> String {
    let labels = ["text"] + (paint.isColoured ? [] : ["unit"]) + ["bits"] + (1...5).map { "\($0)." }
    let labelWidth = width >= 24 ? 6 : 0
    let empty = [String](repeating: "", count: labels.count)
    var (blocks, rows, room) = ([String](), empty, width - labelWidth)
    func endBlock() {
      guard rows != empty else { return }
      blocks.append(
        zip(labels, rows).map { label, row in
          (labelWidth > 0 ? label.padded(to: labelWidth) : "") + row + "\n"
        }.joined())
      (rows, room) = (empty, width - labelWidth)
    }
    for document in inspection.documents {
      for place in document.clamped(to: 0..<min(count, inspection.tokens.count)) {
        let cells = cells(at: place)
        let columns = min(cells.map(\.columns).max() ?? 1, max(1, width - labelWidth))
        let step = columns > 2 ? columns + 1 : columns
        if columns > room { endBlock() }
        for (row, cell) in cells.enumerated() {
          let filled = cell.cut(to: columns).filled(to: columns)
          rows[row] += row == 0 ? paint.painted(filled, values[place], on: scale) : filled
          rows[row] += String(repeating: " ", count: min(step, room) - columns)
        }
        room -= step
        if cells[0].hasSuffix("↵") { endBlock() }
      }
      endBlock()
    }
    return blocks.joined(separator: "\n")
  }

  private func cells(at place: Int) -> [String] {
    let tokenizer = inspection.tokenizer
    let token = tokenizer.glyph(of: inspection.tokens[place], marksSpaces: false)
    let guesses = inspection.likeliestNext(after: place).prefix(5).map {
      tokenizer.glyph(of: $0.token, marksSpaces: true)
    }
    let isWide = ([token] + guesses).contains { $0.columns > 2 }
    var bits = "-"
    if let number = inspection.bits(of: place) {
      bits = isWide ? decimalText(number, 1) : number < 9.5 ? decimalText(number, 0) : "+"
    }
    let bar = paint.isColoured ? [] : [scale.bar(of: values[place])]
    return [token] + bar + [bits] + guesses + Array(repeating: "", count: 5 - guesses.count)
  }
}
