/// Counts of what was true and what was said, and what follows from them.
public struct ConfusionMatrix: Hashable, Sendable {
  /// How well one class is told.
  public struct ClassScore: Hashable, Sendable {
    /// What is of the class.
    public let trueCount: Int
    /// What was said to be of the class.
    public let saidCount: Int
    /// What is of the class and was said to be.
    public let rightCount: Int

    /// Of what was said to be of the class, the share that is; 0 if nothing was said to be.
    public var precision: Double { saidCount == 0 ? 0 : Double(rightCount) / Double(saidCount) }
    /// Of what is of the class, the share that was said to be; 0 if there is nothing.
    public var recall: Double { trueCount == 0 ? 0 : Double(rightCount) / Double(trueCount) }
    /// The harmonic mean of both: 2 right / (true + said); 0 if there is neither.
    public var f1: Double {
      let sum = trueCount + saidCount
      return sum == 0 ? 0 : 2 * Double(rightCount) / Double(sum)
    }

    package init(trueCount: Int, saidCount: Int, rightCount: Int) {
      self.trueCount = trueCount
      self.saidCount = saidCount
      self.rightCount = rightCount
    }
  }

  /// What is of each class (row) and was said to be of each class (column).
  public private(set) var counts: [[Int]]

  /// Counts nothing yet, for C classes.
  public init(classCount: Int) {
    counts = Array(repeating: Array(repeating: 0, count: classCount), count: classCount)
  }

  /// Counts one.
  public mutating func count(_ said: Int, truth: Int) { counts[truth][said] += 1 }

  /// What was counted.
  public var count: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

  /// The share that was told right; NaN of nothing.
  public var accuracy: Double {
    Double(counts.indices.reduce(0) { $0 + counts[$1][$1] }) / Double(count)
  }

  /// The classes, one after the other.
  public var classes: [ClassScore] {
    counts.indices.map { index in
      ClassScore(
        trueCount: counts[index].reduce(0, +), saidCount: counts.reduce(0) { $0 + $1[index] },
        rightCount: counts[index][index])
    }
  }

  /// The mean F1 of the classes that occur among what is true or what was said, as scikit-learn has it; NaN of nothing.
  public var macroF1: Double {
    let occurring = classes.filter { $0.trueCount + $0.saidCount > 0 }
    return occurring.reduce(0) { $0 + $1.f1 } / Double(occurring.count)
  }
}
