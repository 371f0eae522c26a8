internal import UnrollNN
internal import UnrollTensor

/// How the numbers of a parameter, and of its gradient in the last step, are distributed.
public struct ParameterHistogram: Hashable, Sendable {
  /// The name of the parameter.
  public let name: String
  /// Its numbers.
  public let weights: Histogram
  /// Those of its gradient before it was limited; `nil` if the last step had none.
  public let gradient: Histogram?

  /// Creates the histograms of a parameter.
  public init(name: String, weights: Histogram, gradient: Histogram?) {
    (self.name, self.weights, self.gradient) = (name, weights, gradient)
  }

  /// The histograms of all parameters of a model.
  static func all<Model: Module>(of model: Model, gradient: Model?) -> [ParameterHistogram] {
    let slopes = gradient?.parameters.map { Histogram($0.value.elements) }
    return model.parameters.enumerated().map { index, parameter in
      ParameterHistogram(
        name: parameter.name, weights: Histogram(parameter.value.elements),
        gradient: slopes?[index])
    }
  }
}

/// Numbers counted in buckets.
public struct Histogram: Hashable, Sendable {
  /// The least number.
  public let least: Double
  /// The greatest number.
  public let greatest: Double
  /// How many numbers there are.
  public let count: Int
  /// Their sum.
  public let sum: Double
  /// The sum of their squares.
  public let sumOfSquares: Double
  /// The upper limits of the buckets, which grow; each bucket begins where the one before ends.
  public let limits: [Double]
  /// How many numbers are in each bucket.
  public let counts: [Int]

  private static let bucketCount = 60

  /// Creates a histogram of what was counted.
  public init(
    least: Double, greatest: Double, count: Int, sum: Double, sumOfSquares: Double,
    limits: [Double], counts: [Int]
  ) {
    (self.least, self.greatest, self.count) = (least, greatest, count)
    (self.sum, self.sumOfSquares) = (sum, sumOfSquares)
    (self.limits, self.counts) = (limits, counts)
  }

  /// Counts numbers in buckets of equal widths between the least and the greatest; those that are not finite are left out.
  public init(_ numbers: some Collection<Float>) {
    let finite = numbers.lazy.filter(\.isFinite).map { Double($0) }
    var (least, greatest, sum, squares, count) = (Double.infinity, -Double.infinity, 0.0, 0.0, 0)
    for number in finite {
      least = min(least, number)
      greatest = max(greatest, number)
      sum += number
      squares += number * number
      count += 1
    }
    if count == 0 { (least, greatest) = (0, 0) }
    let isOne = least == greatest
    let width = isOne ? 1 : (greatest - least) / Double(Self.bucketCount)
    let buckets = isOne ? 1 : Self.bucketCount
    var counts = [Int](repeating: 0, count: buckets)
    for number in finite { counts[min(buckets - 1, Int((number - least) / width))] += 1 }
    (self.least, self.greatest, self.sum, sumOfSquares, self.count) = (
      least, greatest, sum, squares, count
    )
    limits = (1...buckets).map { $0 == buckets && !isOne ? greatest : least + Double($0) * width }
    self.counts = counts
  }
}
