import Unroll
import UnrollRuns

/// Runs as curves in a picture that is readable on a light and on a dark page.
struct RunPlot {
  /// A curve of one run.
  struct Curve {
    /// The points, by step or by time.
    let points: [(x: Double, y: Double)]
    /// The number of the run, which has a colour of its own.
    let run: Int
    /// Whether it is what was measured on data kept for validation, rather than a number of every step.
    let isMeasured: Bool
  }

  let curves: [Curve]
  /// What each run is called.
  let names: [String]
  /// What is drawn: `loss in nats`.
  let title: String
  /// What is along the lower axis: `step`.
  let abscissa: String
  var isLogarithmic = false
  var isAbscissaLogarithmic = false

  private static let (width, height) = (720.0, 400.0)
  private static let (left, right, bottom) = (60.0, 16.0, 44.0)
  /// A curve has at most so many points: more show nothing more.
  private static let mostPoints = 300

  private var top: Double { 44 + 18 * Double(names.count) }

  var svg: String {
    let height = Self.height + 18 * Double(names.count)
    let drawn = curves.map { curve in
      curve.isMeasured
        ? curve.points.map { Bucket($0) } : Bucket.buckets(curve.points, Self.mostPoints)
    }
    let x = PlotAxis(
      curves.flatMap { $0.points.map(\.x) }, isLogarithmic: isAbscissaLogarithmic, isTight: true,
      from: Self.left,
      to: Self.width - Self.right)
    let y = PlotAxis(
      drawn.joined().flatMap { [$0.mean] }, isLogarithmic: isLogarithmic,
      from: height - Self.bottom, to: top)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(Self.width)) \(number(height))" width="\(number(Self.width))" height="\(number(height))" role="img" aria-label="\(label.inHTML)">
      \(Self.style)
      <rect class="page" width="100%" height="100%"/>
      <text class="title" x="16" y="26">\(title.inHTML)</text>
      <clipPath id="frame"><rect x="\(number(Self.left))" y="\(number(top))" width="\(number(Self.width - Self.left - Self.right))" height="\(number(height - Self.bottom - top))"/></clipPath>
      \(legend)\(grid(x, y, height))<g clip-path="url(#frame)">
      \(zip(curves, drawn).map { lines($0, $1, x, y) }.joined())</g>
      \(zip(curves, drawn).map { dots($0, $1, x, y) }.joined())
      </svg>

      """
  }

  /// What the picture shows, for whoever does not see it.
  private var label: String {
    let ends = curves.compactMap { curve -> String? in
      guard let first = curve.points.first, let last = curve.points.last else { return nil }
      return
        "\(names[curve.run]) \(curve.isMeasured ? "in validation" : "in training") from \(decimalText(first.y, 4)) to \(decimalText(last.y, 4))"
    }
    return "\(title) by \(abscissa): " + ends.joined(separator: "; ")
  }

  /// The mean of what is averaged, with its range.
  private func lines(_ curve: Curve, _ buckets: [Bucket], _ x: PlotAxis, _ y: PlotAxis) -> String {
    func points(_ value: KeyPath<Bucket, Double>) -> [String] {
      buckets.map { "\(number(x.place($0.x))),\(number(y.place($0[keyPath: value])))" }
    }
    let line = points(\.mean).joined(separator: " ")
    if curve.isMeasured {
      return "<polyline class=\"measured \(colour(curve.run))\" points=\"\(line)\"/>\n"
    }
    let range = (points(\.high) + points(\.low).reversed()).joined(separator: " ")
    return
      "<polygon class=\"range \(colour(curve.run))\" points=\"\(range)\"/><polyline class=\"line \(colour(curve.run))\" points=\"\(line)\"/>\n"
  }

  /// A dot for each measure.
  private func dots(_ curve: Curve, _ buckets: [Bucket], _ x: PlotAxis, _ y: PlotAxis) -> String {
    guard curve.isMeasured else { return "" }
    return buckets.map {
      "<circle class=\"dot \(colour(curve.run))\" cx=\"\(number(x.place($0.x)))\" cy=\"\(number(y.place($0.mean)))\" r=\"3\"/>"
    }.joined()
  }

  private func colour(_ run: Int) -> String { "run\(run % Self.colourCount)" }

  private func grid(_ x: PlotAxis, _ y: PlotAxis, _ height: Double) -> String {
    let (floor, end) = (height - Self.bottom, Self.width - Self.right)
    let rows = y.ticks(6).map { value in
      let place = number(y.place(value))
      return
        "<path class=\"grid\" d=\"M\(number(Self.left)) \(place)H\(number(end))\"/><text class=\"quiet\" x=\"\(number(Self.left - 8))\" y=\"\(number(y.place(value) + 4))\" text-anchor=\"end\">\(tickText(value))</text>"
    }
    let columns = x.ticks(7).map { value in
      "<text class=\"quiet\" x=\"\(number(x.place(value)))\" y=\"\(number(floor + 18))\" text-anchor=\"middle\">\(tickText(value))</text>"
    }
    return (rows + columns).joined(separator: "\n")
      + "<text class=\"quiet\" x=\"\(number((Self.left + end) / 2))\" y=\"\(number(height - 8))\" text-anchor=\"middle\">\(abscissa.inHTML)</text>\n"
  }

  private var legend: String {
    let hasBoth = Set(curves.map(\.isMeasured)).count == 2
    return names.indices.map { run in
      let y = 48 + 18 * Double(run)
      let name = colour(run)
      let kinds =
        hasBoth ? "<tspan class=\"quiet\"> — line: training, dots: validation</tspan>" : ""
      return
        "<path class=\"line \(name)\" d=\"M16 \(number(y - 4))H40\"/><text x=\"48\" y=\"\(number(y))\">\(names[run].showingControls.cut(to: 60).inHTML)\(run == 0 ? kinds : "")</text>\n"
    }.joined()
  }

  private func number(_ value: Double) -> String { decimalText(value, 1) }

  private static let colourCount = 6
  private static let style = """
    <style>
    svg{color-scheme:light dark;--page:#fdfdfc;--ink:#16181d;--quiet:#50545e;--line:#e2e2de;--a:#1f4fa8;--b:#b3420b;--c:#25723a;--d:#7a3e9d;--e:#0b7285;--f:#8a6d00}
    @media (prefers-color-scheme:dark){svg{--page:#15171c;--ink:#ececea;--quiet:#a8adb8;--line:#2c3038;--a:#8ab4f8;--b:#f09a5e;--c:#7fcf95;--d:#cba3ee;--e:#6fd0df;--f:#e0c050}}
    .page{fill:var(--page)}
    text{font:12px system-ui,sans-serif;fill:var(--ink)}
    .title{font-size:14px;font-weight:600}
    .quiet{fill:var(--quiet)}
    .grid{stroke:var(--line);fill:none}
    .line,.measured{fill:none;stroke:var(--own);stroke-width:1.5;stroke-linejoin:round}
    .measured{stroke-width:2.5}
    .dot{fill:var(--page);stroke:var(--own);stroke-width:2}
    .range{fill:var(--own);opacity:.16}
    .run0{--own:var(--a)}.run1{--own:var(--b)}.run2{--own:var(--c)}.run3{--own:var(--d)}.run4{--own:var(--e)}.run5{--own:var(--f)}
    </style>
    """
}

/// Some neighbouring points of a curve as one.
private struct Bucket {
  let x: Double
  let mean: Double
  let low: Double
  let high: Double

  init(_ point: (x: Double, y: Double)) {
    (x, mean, low, high) = (point.x, point.y, point.y, point.y)
  }

  private init(_ points: ArraySlice<(x: Double, y: Double)>) {
    let count = Double(points.count)
    x = points.reduce(0) { $0 + $1.x } / count
    mean = points.reduce(0) { $0 + $1.y } / count
    low = points.reduce(.infinity) { min($0, $1.y) }
    high = points.reduce(-.infinity) { max($0, $1.y) }
  }

  /// The points in at most so many buckets of about as many points each.
  static func buckets(_ points: [(x: Double, y: Double)], _ most: Int) -> [Bucket] {
    let count = min(most, points.count)
    return (0..<count).map { index in
      Bucket(points[index * points.count / count..<(index + 1) * points.count / count])
    }
  }
}
