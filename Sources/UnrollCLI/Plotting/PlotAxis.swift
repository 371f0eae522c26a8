import Unroll
import UnrollRuns

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One axis of a plot: from numbers to places, and the numbers that are written beside it.
struct PlotAxis {
  private let low: Double
  private let high: Double
  private let isLogarithmic: Bool
  private let start: Double
  private let end: Double

  /// Creates an axis that has room for some numbers, from one place to another.
  ///
  /// - Parameters:
  ///   - values: the numbers, of a logarithmic axis above 0.
  ///   - isLogarithmic: whether equal distances are equal ratios.
  ///   - isTight: whether the axis ends with the numbers; otherwise there is some room around them.
  init(
    _ values: some Sequence<Double>, isLogarithmic: Bool = false, isTight: Bool = false,
    from start: Double, to end: Double
  ) {
    self.isLogarithmic = isLogarithmic
    self.start = start
    self.end = end
    let places = values.map { isLogarithmic ? log10($0) : $0 }.filter(\.isFinite)
    var (low, high) = (places.min() ?? 0, places.max() ?? 1)
    if low == high { (low, high) = (low - 0.5, high + 0.5) }
    let room = isTight ? 0 : 0.04 * (high - low)
    (self.low, self.high) = (low - room, high + room)
  }

  /// Where a number is.
  func place(_ value: Double) -> Double {
    let value = isLogarithmic ? log10(value) : value
    return start + (end - start) * (value - low) / (high - low)
  }

  /// About so many round numbers along the axis.
  func ticks(_ count: Int) -> [Double] {
    guard isLogarithmic else { return Self.roundNumbers(low, high, count) }
    let decades = Int(low.rounded(.down))...Int(high.rounded(.up))
    let steps: [Double] =
      decades.count > 4 ? [1] : decades.count > 2 ? [1, 3] : [1, 1.5, 2, 3, 5, 7]
    let ticks = decades.flatMap { decade in steps.map { $0 * pow(10, Double(decade)) } }
      .filter { (low...high).contains(log10($0)) }
    return ticks.count > 1 ? ticks : Self.roundNumbers(pow(10, low), pow(10, high), count)
  }

  /// Multiples of 1, 2 or 5 times a power of ten.
  private static func roundNumbers(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
    let rough = (high - low) / Double(count)
    let power = pow(10, log10(rough).rounded(.down))
    let step = [1, 2, 5, 10].first { $0 * power >= rough }.map { $0 * power } ?? 10 * power
    let first = (low / step).rounded(.up)
    return (0...2 * count).map { (first + Double($0)) * step }.filter { $0 <= high }
  }
}

/// A round number as an axis has it: `2k`, `0.05`, `1e-6`.
func tickText(_ value: Double) -> String {
  if value == 0 { return "0" }
  let size = abs(value)
  let units: [(Double, String)] = [(1e9, "G"), (1e6, "M"), (1e3, "k")]
  if let (unit, name) = units.first(where: { size >= $0.0 }) {
    return shortest(value / unit) + name
  }
  return size < 1e-3
    ? "\(shortest(value / pow(10, log10(size).rounded(.down))))e\(Int(log10(size).rounded(.down)))"
    : shortest(value)
}

/// Up to four significant digits without zeros at the end.
private func shortest(_ value: Double) -> String {
  let decimals = max(0, 3 - Int(log10(max(abs(value), 1e-9)).rounded(.down)))
  let text = decimalText(value, decimals)
  guard text.contains(".") else { return text }
  let digits = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
  return String(digits.reversed())
}
