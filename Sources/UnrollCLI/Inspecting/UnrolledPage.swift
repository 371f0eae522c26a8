import Unroll
import UnrollModels
import UnrollText

extension UnrolledText {
  /// The drawing as a page.
  var page: String {
    let unitCount = 128
    let layers = units(count: unitCount).map { units in
      units.map { inspection.values(of: $0) }
    }
    let steps = inspection.tokens.indices.map { place -> String in
      let output = output(after: place).map { "<code>\($0.token.inHTML)</code> \($0.percent) %" }
      let isLast = place + 1 == inspection.tokens.count
      let states = layers.indices.reversed().map { layer in
        "<div class=\"layer\">\(heat(of: layers[layer], at: place, layer))"
          + "<span class=\"flow\" aria-hidden=\"true\">\(isLast ? "" : "→")</span></div><p class=\"flow\" aria-hidden=\"true\">↑</p>"
      }
      return """
        <li class="step"><p>\(output ?? "-")</p><p class="flow" aria-hidden="true">↑</p>
        \(states.joined(separator: "\n"))
        <p><code>\(input(place).inHTML)</code></p></li>
        """
    }
    let title = "\(modelName), unrolled"
    return HTMLPage(
      title: title,
      body: """
        <header><h1>\(title.inHTML)</h1></header>
        <main>
        <p>\(caption(count: unitCount).inHTML), blue for −1 and orange for 1. At each step, from below: what is read, the layers, and the token that is likeliest to follow with its probability.</p>
        <ol class="steps">
        \(steps.joined(separator: "\n"))
        </ol>
        </main>
        """
    ).text
  }

  /// The numbers of a layer as coloured squares, sixteen in a row.
  private func heat(of units: [[Float]], at place: Int, _ layer: Int) -> String {
    let scale = UnitScale([1])
    let columns = min(16, units.count)
    let rows = (units.count + columns - 1) / columns
    let squares = units.enumerated().map { number, values -> String in
      let steps = InspectionStyle.unitSteps
      let level = max(-steps, min(steps, scale.level(of: values[place], steps: steps)))
      return
        "<rect class=\"\(InspectionStyle.unitClass(level))\" x=\"\(number % columns)\" y=\"\(number / columns)\" width=\"1\" height=\"1\"/>"
    }.joined()
    return
      "<svg viewBox=\"0 0 \(columns) \(rows)\" role=\"img\" aria-label=\"layer \(layer + 1)\" shape-rendering=\"crispEdges\">\(squares)</svg>"
  }
}
