import Unroll
import UnrollModels
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

/// A short text unrolled in time: at each step what is read, the states, and what the model would write.
struct UnrolledText {
  /// What the model is called.
  let modelName: String
  let inspection: TextInspection

  /// As many tokens as a drawing is good for.
  static let mostTokens = 64

  /// Of each layer the units that change most from step to step, in order of their numbers.
  func units(count: Int) -> [[RecurrentUnit]] {
    (1...inspection.configuration.layerCount).map { layer in
      let all = inspection.units.filter { $0.layer == layer }
      let changes = all.map { unit -> Float in
        var last: Float = 0
        return inspection.values(of: unit).reduce(0) { sum, value in
          defer { last = value }
          return sum + abs(value - last)
        }
      }
      let ranked = all.indices.sorted { (changes[$0], $1) > (changes[$1], $0) }
      return ranked.prefix(count).map { all[$0] }.sorted()
    }
  }

  /// The likeliest token after a step with its probability in percent.
  func output(after place: Int) -> (token: String, percent: String)? {
    guard let best = inspection.likeliestNext(after: place).first else { return nil }
    return (
      inspection.tokenizer.glyph(of: best.token, marksSpaces: true),
      decimalText(100 * exp(Double(best.logProbability)), 0)
    )
  }

  func input(_ place: Int) -> String {
    inspection.tokenizer.glyph(of: inspection.tokens[place], marksSpaces: true)
  }

  /// Which units are drawn.
  func caption(count: Int) -> String {
    let size = inspection.configuration.hiddenSize
    let value = inspection.unitValue == .cell ? "tanh(c)" : "h"
    return
      "\(modelName) over \(countText(inspection.tokens.count, "token")). Each layer shows \(value) of "
      + (size > count
        ? "the \(count) of its \(groupedText(size)) units that change most"
        : "its \(countText(size, "unit"))")
  }

  // MARK: In a terminal

  /// The drawing, with as many steps beside each other as there is room for.
  func text(_ paint: UnitPaint, width: Int) -> String {
    let labelWidth = width >= 30 ? 9 : 0
    let unitCount = max(1, min(8, width - labelWidth))
    let perRow = max(1, (width - labelWidth + 3) / (unitCount + 3))
    let layers = units(count: unitCount).map { units in
      units.map { unit -> (values: [Float], scale: UnitScale) in
        let values = inspection.values(of: unit)
        return (values, UnitScale(values + [1]))
      }
    }
    func row(
      _ label: String, _ places: Range<Int>, between: String = "   ", _ cell: (Int) -> String
    )
      -> String
    {
      let cells = places.map { place in
        place + 1 == places.upperBound ? cell(place) : cell(place) + between
      }
      let line = (labelWidth > 0 ? label.padded(to: labelWidth) : "") + cells.joined()
      return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }
    func centred(_ text: String) -> String {
      let text = text.cut(to: unitCount)
      return (String(repeating: " ", count: (unitCount - text.columns) / 2) + text)
        .filled(to: unitCount)
    }
    func drawing(of places: Range<Int>) -> String {
      var rows = row("output", places) { place in
        centred(
          output(after: place).map {
            "\($0.token.cut(to: max(1, unitCount - 5))) \($0.percent) %"
          } ?? "-")
      }
      for (layer, units) in layers.enumerated().reversed() {
        rows += row("", places) { _ in centred("↑") }
        rows += row("layer \(layer + 1)", places, between: " → ") { place in
          units.map {
            paint.painted($0.scale.bar(of: $0.values[place]), $0.values[place], on: $0.scale)
          }.joined() + String(repeating: " ", count: unitCount - units.count)
        }
      }
      return rows + row("", places) { _ in centred("↑") }
        + row("input", places) { centred(input($0)) }
    }
    let caption = caption(count: unitCount) + ": ▁ for -1, █ for 1."
    let blocks = stride(from: 0, to: inspection.tokens.count, by: perRow).map {
      "\n" + drawing(of: $0..<min($0 + perRow, inspection.tokens.count))
    }
    return caption.lines(width: width).map { $0 + "\n" }.joined() + blocks.joined()
  }
}
