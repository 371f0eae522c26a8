import Unroll
import UnrollModels
import UnrollNN
import UnrollRuns

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How often each unit has a gate shut and open, a dot for each (Karpathy, Johnson and Fei-Fei 2015, figure 3).
struct SaturationPlot {
  private let saturation: GateSaturation
  /// More dots show nothing more.
  private static let mostDots = 1024

  init(_ saturation: GateSaturation) { self.saturation = saturation }

  var figure: String {
    let name = "layer \(saturation.layer), \(saturation.gate?.rawValue ?? "h")"
    let every = max(1, (saturation.low.count + Self.mostDots - 1) / Self.mostDots)
    let dots = stride(from: 0, to: saturation.low.count, by: every).map { unit in
      let (x, y) = (10 + 100 * saturation.high[unit], 110 - 100 * saturation.low[unit])
      return
        "<circle class=\"dot\" cx=\"\(decimalText(x, 1))\" cy=\"\(decimalText(y, 1))\" r=\"2.5\"/>"
    }.joined()
    let (low, high) = (
      decimalText(100 * saturation.lowShare, 0), decimalText(100 * saturation.highShare, 0)
    )
    return
      "<figure><svg viewBox=\"0 0 120 120\" width=\"120\" height=\"120\" role=\"img\" aria-label=\"\(name): \(low) percent low, \(high) percent high\">"
      + "<path class=\"axis\" d=\"M10 10V110H110\"/><path class=\"axis\" stroke-dasharray=\"3 3\" d=\"M10 10L110 110\"/>"
      + "\(dots)</svg><figcaption>\(name)</figcaption></figure>"
  }
}

/// The norm of a gradient by lag, in powers of ten.
struct LagPlot {
  private let norms: [Double]
  private let top: Int
  private let bottom: Int

  /// `nil` for a gradient that is zero.
  init?(_ gradient: GradientByLag) {
    norms = gradient.norms
    let positive = norms.filter { $0 > 0 && $0.isFinite }
    guard let greatest = positive.max(), let least = positive.min() else { return nil }
    top = Int(log10(greatest).rounded(.up))
    bottom = max(top - 12, min(top - 1, Int(log10(least).rounded(.down))))
  }

  var svg: String {
    let last = norms.count - 1
    func x(_ lag: Int) -> String { decimalText(44 + 300 * Double(lag) / Double(max(1, last)), 1) }
    func y(_ exponent: Double) -> Double {
      12 + 168 * (Double(top) - exponent) / Double(top - bottom)
    }
    let points = norms.indices.compactMap { lag -> String? in
      guard norms[lag] > 0 else { return nil }
      return "\(x(lag)),\(decimalText(y(max(Double(bottom), log10(norms[lag]))), 1))"
    }
    let powers = stride(from: top, through: bottom, by: -((top - bottom + 5) / 6)).map { exponent in
      let height = y(Double(exponent))
      return
        "<text x=\"38\" y=\"\(decimalText(height + 4, 1))\" text-anchor=\"end\">1e\(exponent)</text>"
        + "<path class=\"axis\" d=\"M40 \(decimalText(height, 1))H44\"/>"
    }.joined()
    let lags = Set([0, last / 4, last / 2, last * 3 / 4, last]).sorted().map { lag in
      "<text x=\"\(x(lag))\" y=\"196\" text-anchor=\"middle\">\(lag)</text>"
    }.joined()
    return
      "<svg viewBox=\"0 0 360 216\" width=\"640\" height=\"384\" role=\"img\" aria-label=\"Norm of the gradient by lag, from "
      + "\(scientific(norms[0])) for the last token to \(scientific(norms[last])) for the one \(last) before it\">"
      + "<path class=\"axis\" d=\"M44 12V180H344\"/>\(powers)\(lags)<text x=\"194\" y=\"212\" text-anchor=\"middle\">tokens before the last</text>"
      + "<polyline class=\"curve\" points=\"\(points.joined(separator: " "))\"/></svg>"
  }
}
