/// A curve in one line of text.
struct Sparkline {
  /// Means of about as many numbers each, from the lowest block to the highest.
  static func text(_ values: [Double], width: Int) -> String {
    let blocks = Array("▁▂▃▄▅▆▇█")
    let count = min(width, values.count)
    guard count > 0 else { return "" }
    let means = (0..<count).map { index in
      let range = index * values.count / count..<(index + 1) * values.count / count
      return values[range].reduce(0, +) / Double(range.count)
    }
    guard let low = means.min(), let high = means.max(), high > low else {
      return String(repeating: blocks[0], count: count)
    }
    return String(
      means.map {
        blocks[min(blocks.count - 1, Int(Double(blocks.count) * ($0 - low) / (high - low)))]
      })
  }
}
