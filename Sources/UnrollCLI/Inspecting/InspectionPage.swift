import Unroll
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollRuns
import UnrollText

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What was found out, as a page.
struct InspectionPage {
  private let found: InspectedText
  /// The units that the text can be coloured by: the one that it is coloured by at first, and those that track something best.
  private let units: [(unit: RecurrentUnit, title: String)]

  init(_ found: InspectedText) {
    self.found = found
    var units = [(unit: found.unit, title: found.unitReason)]
    for finding in found.findings {
      for tracking in finding.tracking?.units.prefix(3) ?? [] {
        guard !units.contains(where: { $0.unit == tracking.unit }) else { continue }
        units.append(
          (tracking.unit, "\(decimalText(tracking.correlation, 2)) with \(finding.property)"))
      }
    }
    self.units = units
  }

  var text: String {
    let title = "\(found.modelName) over \(found.textName)"
    let body = """
      <header>
      <h1>\(title.inHTML)</h1>
      <p>\(found.introduction.inHTML)</p>
      </header>
      <main>
      \([unitTable, textSection, contexts, gates, lags].compactMap { $0 }.joined(separator: "\n"))
      </main>
      """
    return HTMLPage(title: title, body: body, data: data).text
  }

  private func section(
    _ id: String, _ heading: String, _ explanation: String, _ content: String
  ) -> String {
    """
    <section aria-labelledby="\(id)-heading">
    <h2 id="\(id)-heading">\(heading)</h2>
    <p class="quiet">\(explanation.inHTML)</p>
    \(content)
    </section>
    """
  }

  private func table(_ columns: [(title: String, kind: String)], _ rows: [String]) -> String {
    let head = columns.map { "<th scope=\"col\" class=\"\($0.kind)\">\($0.title.inHTML)</th>" }
    return
      "<table>\n<thead><tr>\(head.joined())</tr></thead>\n<tbody>\n\(rows.joined(separator: "\n"))\n</tbody>\n</table>"
  }

  // MARK: Units

  private var unitTable: String {
    let rows = found.findings.map { finding -> String in
      let name = "<th scope=\"row\">\(finding.property.description.inHTML)</th>"
      guard let tracking = finding.tracking, let best = finding.best else {
        return
          "<tr>\(name)<td colspan=\"4\" class=\"quiet\">does not change in this text</td></tr>"
      }
      let others = tracking.units.dropFirst().prefix(2)
        .map { "\(button($0.unit)) \(decimalText($0.correlation, 2))" }.joined(separator: ", ")
      let chance = finding.mayBeChance ? " <span class=\"quiet\">chance?</span>" : ""
      return
        "<tr>\(name)<td>\(button(best.unit))</td><td class=\"number\">\(decimalText(best.correlation, 2))</td>"
        + "<td class=\"number\">\(decimalText(best.p, 3))\(chance)</td><td class=\"wide\">\(others)</td></tr>"
    }
    return section(
      "units", "Units that track something", found.unitsExplanation,
      table(
        [
          ("property", "name"), ("unit", "name"), ("corr.", "number"), ("p", "number"),
          ("next best", "wide"),
        ], rows))
  }

  private func button(_ unit: RecurrentUnit) -> String {
    guard let number = units.firstIndex(where: { $0.unit == unit }) else { return "\(unit)" }
    return
      "<button type=\"button\" disabled data-unit=\"\(number)\" title=\"Colour the text by this unit\">\(unit)</button>"
  }

  // MARK: Text

  private var textSection: String {
    let options = units.enumerated().map { number, unit in
      "<option value=\"\(number)\">\("unit \(unit.unit): \(unit.title)".inHTML)</option>"
    }.joined()
    func scale(_ id: String, _ name: String, _ classes: [String], _ state: String = "") -> String {
      let steps = classes.map { "<i class=\"\($0)\"></i>" }.joined()
      return
        "<span id=\"\(id)\" class=\"scale\" role=\"img\" aria-label=\"\(name)\"\(state)>\(steps)</span>"
    }
    let steps = InspectionStyle.unitSteps
    let unitScale = scale(
      "unit-scale", "from negative to positive", (-steps...steps).map(InspectionStyle.unitClass))
    let bitScale = scale(
      "bit-scale", "from 1 to 9 bits", (1...InspectionStyle.bitSteps).map { "b\($0)" }, " hidden")
    return section(
      "text", "The text, token by token",
      "Blue is a negative number of the unit, orange a positive one. Choose a token, or move with the arrow keys: below stand "
        + "its bits and what the model took for likeliest to follow it.",
      """
      <div id="bar"><span id="controls" hidden><label for="choice">Colour by</label> <select id="choice">\(options)<option value="bits">surprise, in bits</option></select></span>\(unitScale)\(bitScale)</div>
      <noscript><p class="quiet">Without scripts, the text has the colours of unit \(found.unit) and no more.</p></noscript>
      <div id="text" tabindex="0" role="group" aria-label="The text; arrow keys move from token to token" aria-describedby="reading">\(spans)</div>
      <div id="detail" hidden><span class="steppers"><button type="button" id="previous" aria-label="previous token">←</button><button type="button" id="next" aria-label="next token">→</button></span>
      <p id="reading" role="status"></p><ol id="guesses" aria-label="likeliest to follow"></ol></div>
      """)
  }

  private var spans: String {
    let (inspection, tokenizer) = (found.inspection, found.inspection.tokenizer)
    let values = inspection.values(of: found.unit)
    let scale = UnitScale(values)
    let firsts = Set(inspection.documents.dropFirst().map(\.lowerBound))
    var spans = ""
    for (place, token) in inspection.tokens.enumerated() {
      let level = scale.level(of: values[place], steps: InspectionStyle.unitSteps)
      let glyph = tokenizer.glyph(of: token, marksSpaces: false).inHTML
        .replacing("↵", with: "<i>↵</i>\n").replacing("⇥", with: "<i>⇥</i>\t")
      if firsts.contains(place) { spans += "\n" }
      spans +=
        level == 0
        ? "<span>\(glyph)</span>"
        : "<span class=\"\(InspectionStyle.unitClass(level))\">\(glyph)</span>"
    }
    return spans
  }

  /// What the script needs: names of tokens, bits, what is likely to follow in tenths of a percent, and the steps of all units,
  /// a letter each, of which K is zero.
  private var data: JSON {
    let (inspection, tokenizer) = (found.inspection, found.inspection.tokenizer)
    var numbers: [Token: Int] = [:]
    var names: [JSON] = []
    func number(_ token: Token) -> JSON {
      if numbers[token] == nil {
        numbers[token] = names.count
        names.append(.string(tokenizer.glyph(of: token, marksSpaces: true)))
      }
      return JSON(numbers[token] ?? 0)
    }
    let tokens = inspection.tokens.map(number)
    let next = inspection.tokens.indices.map { place in
      JSON.array(
        inspection.likeliestNext(after: place).map {
          [number($0.token), JSON(Int((1000 * exp(Double($0.logProbability))).rounded()))]
        })
    }
    let bits = inspection.tokens.indices.map { place in
      inspection.bits(of: place).map { JSON(($0 * 100).rounded() / 100) } ?? .null
    }
    let levels = units.map { unit -> JSON in
      let values = inspection.values(of: unit.unit)
      let scale = UnitScale(values)
      let letters = values.map { value in
        UInt8(75 + scale.level(of: value, steps: InspectionStyle.unitSteps))
      }
      return .string(String(decoding: letters, as: UTF8.self))
    }
    return [
      "names": .array(names), "tokens": .array(tokens), "bits": .array(bits),
      "next": .array(next), "units": .array(levels),
    ]
  }

  // MARK: Contexts, gates and gradients

  private var contexts: String? {
    guard found.contextCount > 0 else { return nil }
    let groups = found.contexts.enumerated().map { number, contexts in
      let values = found.inspection.values(of: contexts.unit)
      let items = contexts.places.map { place in
        let excerpt = found.excerpt(around: place, before: 60, after: 30)
        return
          "<li><span class=\"quiet\">\(unitText(values[place]))</span> <span class=\"context\">"
          + "\(excerpt.before.inHTML)<mark>\(excerpt.token.inHTML)</mark>\(excerpt.after.inHTML)</span></li>"
      }
      return
        "<details\(number == 0 ? " open" : "")><summary>\("\(contexts.unit) \(contexts.title)".inHTML)</summary>\n"
        + "<ul class=\"contexts\">\n\(items.joined(separator: "\n"))\n</ul></details>"
    }
    return section(
      "contexts", "Where these units are strongest",
      "The number of the unit, behind the marked token.", groups.joined(separator: "\n"))
  }

  private var gates: String {
    let saturation = found.inspection.saturation
    let (low, high) = found.limits
    let rows = saturation.map {
      "<tr><td>\($0.layer)</td><td>\($0.gate?.rawValue ?? "h")</td><td class=\"number\">\(decimalText(100 * $0.lowShare, 1)) %</td>"
        + "<td class=\"number\">\(decimalText(100 * $0.highShare, 1)) %</td></tr>"
    }
    let plots = saturation.map { SaturationPlot($0).figure }.joined(separator: "\n")
    return section(
      "gates", "Gates and states", found.gatesExplanation,
      table([("layer", "name"), ("gate", "name"), (low, "number"), (high, "number")], rows)
        + "\n<p class=\"quiet\">A dot for each unit: to the right, how often it is \(high); upwards, how often \(low).</p>\n"
        + "<div class=\"plots\">\(plots)</div>")
  }

  private var lags: String? {
    guard let gradient = found.gradient, let curve = LagPlot(gradient) else { return nil }
    let rows = InspectedText.shownLags(gradient).map {
      "<tr><td class=\"number\">\($0)</td><td class=\"number\">\(scientific(gradient.norms[$0]))</td></tr>"
    }
    return section(
      "lags", "How far back the loss still feels what was read", found.lagsExplanation,
      "\(curve.svg)\n<details><summary>as numbers</summary>"
        + table([("tokens ago", "number"), ("norm", "number")], rows) + "</details>")
  }
}
