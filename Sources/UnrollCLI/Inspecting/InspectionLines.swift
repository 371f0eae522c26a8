import Unroll
import UnrollModels
import UnrollNN
import UnrollRuns
import UnrollTerminal
import UnrollText

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What was found out, as lines of a terminal.
struct InspectionLines {
  private let found: InspectedText
  private let paint: UnitPaint
  private let width: Int
  private let shownCount: Int

  init(_ found: InspectedText, _ paint: UnitPaint, width: Int, shownCount: Int) {
    self.found = found
    self.paint = paint
    self.width = width
    self.shownCount = shownCount
  }

  var text: String {
    [paragraph(found.introduction), units, contexts, gates, lags, tokens].compactMap { $0 }
      .joined(separator: "\n")
  }

  private func paragraph(_ text: String) -> String {
    text.lines(width: width).map { $0 + "\n" }.joined()
  }

  private var units: String {
    var lines = LabelledLines(width: width)
    for finding in found.findings { lines.add("  \(finding.property)", words(finding)) }
    return paragraph("Units that track something: \(found.unitsExplanation)") + lines.text
  }

  private func words(_ finding: InspectedText.Finding) -> String {
    guard let tracking = finding.tracking, let best = finding.best else {
      return "does not change in this text"
    }
    let others = tracking.units.dropFirst().prefix(2)
      .map { "\($0.unit) \(decimalText($0.correlation, 2))" }.joined(separator: ", ")
    return "\(best.unit) \(decimalText(best.correlation, 2)), p \(decimalText(best.p, 3))"
      + (finding.mayBeChance ? ": may be chance" : others.isEmpty ? "" : ", then \(others)")
  }

  private var contexts: String? {
    guard found.contextCount > 0 else { return nil }
    let room = max(2, width - 10)
    return paragraph("Where these units are strongest, ⟦behind this token⟧:")
      + found.contexts.map { contexts in
        let values = found.inspection.values(of: contexts.unit)
        return paragraph("\(contexts.unit) \(contexts.title)")
          + contexts.places.map { place in
            let value = unitText(values[place]).aligned(to: 7)
            let excerpt = found.excerpt(around: place, before: 48, after: 48)
            let token = excerpt.token.cut(to: max(1, room / 3))
            let rest = max(0, room - token.columns - 2)
            let before = String(String(excerpt.before.reversed()).cut(to: rest * 2 / 3).reversed())
            let after = excerpt.after.cut(to: rest - before.columns)
            return "\(value)   \(before)⟦\(token)⟧\(after)\n"
          }.joined()
      }.joined()
  }

  private var gates: String {
    var lines = LabelledLines(width: width)
    for saturation in found.inspection.saturation {
      let (low, high) = (percent(saturation.lowShare), percent(saturation.highShare))
      lines.add(
        "  layer \(saturation.layer) \(saturation.gate?.rawValue ?? "h")",
        "\(low) \(found.limits.low), \(high) \(found.limits.high)")
    }
    return paragraph(found.gatesExplanation) + lines.text
  }

  private func percent(_ share: Double) -> String { "\(decimalText(100 * share, 1)) %" }

  private var lags: String? {
    guard let gradient = found.gradient, let greatest = gradient.norms.max(), greatest > 0 else {
      return nil
    }
    let room = max(0, min(48, width - 17))
    return paragraph("How far back the loss still feels what was read. \(found.lagsExplanation)")
      + InspectedText.shownLags(gradient).map { lag in
        let norm = gradient.norms[lag]
        // Four powers of ten.
        let share = max(0, 1 + log10(norm / greatest) / 4)
        let bar = String(repeating: "█", count: Int((share * Double(room)).rounded()))
        let line = "\("\(lag)".aligned(to: 5)) \(scientific(norm).aligned(to: 8))  \(bar)"
        return (bar.isEmpty ? line.cut(to: 14) : line) + "\n"
      }.joined()
  }

  private var tokens: String? {
    guard shownCount > 0 else { return nil }
    let count = min(shownCount, found.inspection.tokens.count)
    let colours =
      paint.isColoured
      ? "blue for negative, orange for positive" : "▁ for the lowest, █ for the highest"
    return paragraph(
      "The first \(countText(count, "token")) by unit \(found.unit), which \(found.unitReason): \(colours). Below each token "
        + "its bits, and what the model took for likeliest to follow it:")
      + TokenRows(found.inspection, found.unit, paint, width: width).text(count: count)
  }
}
