internal import UnrollTensor

/// The units that go best with something about a text, and how often chance does as well.
public struct UnitTracking: Sendable, Hashable {
  /// Units, those first whose correlation is furthest from zero.
  public let units: [TrackingUnit]
  /// How many times the text was shifted.
  public let shiftCount: Int
}

/// A unit that goes with something about a text.
public struct TrackingUnit: Sendable, Hashable {
  /// The unit.
  public let unit: RecurrentUnit
  /// Pearson's correlation of its numbers with those of the text, −1 ... 1.
  public let correlation: Double
  /// In which share of the shifts some unit of the model goes as well with the text or better, this order included: where it is
  /// not small, the correlation may be chance. It allows for the number of units, not for the number of properties tried.
  public let p: Double
}

extension TextInspection {
  /// The units that go best with numbers about the text.
  ///
  /// Whether that is chance is told by turning the numbers against the text in a circle, by at least a tenth of it: that keeps
  /// how both change from token to token, and parts them. The greatest correlation of all units is noted for each shift.
  ///
  /// - Parameters:
  ///   - numbers: one for each token.
  ///   - count: how many units are wanted.
  ///   - shifts: by how many different distances the numbers are turned, 1 or more; fewer for a short text.
  ///   - seed: what the distances are drawn by.
  /// - Returns: `nil` if the numbers are all equal, or there are fewer than 20 tokens.
  /// - Throws: `ModelError` if no shift is wanted.
  public func tracking(
    of numbers: [Float], count: Int = 5, shifts: Int = 200, seed: UInt64 = 0
  ) throws -> UnitTracking? {
    guard numbers.count == tokens.count else {
      fatalError("\(tokens.count) tokens have a number each, not \(numbers.count)")
    }
    try require(shifts > 0, "The number of shifts is 1 or more, not \(shifts)")
    guard tokens.count >= 20, let standard = Self.standardized(numbers) else { return nil }
    let found = correlations(of: [standard])[0]
    let greatest = greatestCorrelations(of: standard, shifts: shifts, seed: seed)
    let ranked = found.indices.sorted { (abs(found[$0]), $1) > (abs(found[$1]), $0) }
    let units = units
    return UnitTracking(
      units: ranked.prefix(count).map { column in
        // What differs by rounding only is as good.
        let asGood = greatest.count { $0 >= abs(found[column]) - 1e-6 }
        return TrackingUnit(
          unit: units[column], correlation: Double(found[column]),
          p: Double(asGood + 1) / Double(greatest.count + 1))
      }, shiftCount: greatest.count)
  }

  /// The greatest correlation of all units, with its sign taken off, for each shift.
  private func greatestCorrelations(
    of standard: [Float], shifts: Int, seed: UInt64
  ) -> [Float] {
    let least = standard.count / 10
    var distances = Array(least...standard.count - least)
    var random = RandomStream(seed: seed, purpose: .shifting)
    for place in 0..<min(shifts, distances.count) {
      distances.swapAt(place, Int.random(in: place..<distances.count, using: &random))
    }
    distances.removeLast(max(0, distances.count - shifts))
    // So many at once that they take about as much memory as 16 MB.
    let atOnce = max(1, (1 << 22) / standard.count)
    var greatest: [Float] = []
    for start in stride(from: 0, to: distances.count, by: atOnce) {
      let part = distances[start..<min(start + atOnce, distances.count)]
      let turned = part.map { Array(standard[$0...] + standard[..<$0]) }
      greatest += correlations(of: turned).map { $0.reduce(0) { max($0, abs($1)) } }
    }
    return greatest
  }

  /// The correlation of each unit with each of some rows of numbers of mean 0 and deviation 1.
  private func correlations(of rows: [[Float]]) -> [[Float]] {
    let products = matmul(Tensor(rows), values).elements
    let width = deviations.count
    let count = Float(tokens.count)
    return rows.indices.map { row in
      deviations.enumerated().map { column, deviation in
        deviation == 0 ? 0 : products[row * width + column] / (count * deviation)
      }
    }
  }

  /// Numbers with mean 0 and deviation 1; `nil` if they are all equal.
  private static func standardized(_ numbers: [Float]) -> [Float]? {
    let mean = numbers.reduce(0.0) { $0 + Double($1) } / Double(numbers.count)
    let variance =
      numbers.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(numbers.count)
    guard variance > 0 else { return nil }
    let deviation = variance.squareRoot()
    return numbers.map { Float((Double($0) - mean) / deviation) }
  }
}
