/// How much of a data set is kept apart for validation and test.
public struct Split: Hashable, Sendable {
  /// The fraction for validation, from 0 up to less than 1.
  public let validationFraction: Double

  /// The fraction for test, from 0 up to less than 1.
  public let testFraction: Double

  /// The parts of a data set, as ranges of positions.
  public struct Parts: Hashable, Sendable {
    /// The first part.
    public let training: Range<Int>
    /// The part after the training part.
    public let validation: Range<Int>
    /// The last part.
    public let test: Range<Int>
  }

  /// Creates a split.
  ///
  /// Throws `TextError` if a fraction is negative or nothing is left for training.
  public init(validationFraction: Double, testFraction: Double = 0) throws {
    guard validationFraction >= 0, testFraction >= 0, validationFraction + testFraction < 1 else {
      throw TextError(
        .invalidDescription,
        "the fractions for validation (\(validationFraction)) and test (\(testFraction)) must not "
          + "be negative and must leave something for training")
    }
    self.validationFraction = validationFraction
    self.testFraction = testFraction
  }

  /// The parts of `count` elements in order: training, then validation, then test.
  ///
  /// The ends are rounded down, so that 0.1 of 1,115,394 leaves the first 1,003,854 for training.
  public func parts(of count: Int) -> Parts {
    func end(_ fraction: Double) -> Int {
      // The small addition takes back what a fraction loses for not being a binary number.
      min(count, Int(Double(count) * fraction + 1e-6))
    }
    let trainingEnd = end(1 - (validationFraction + testFraction))
    let validationEnd = end(1 - testFraction)
    return Parts(
      training: 0..<trainingEnd, validation: trainingEnd..<validationEnd,
      test: validationEnd..<count)
  }
}
