extension Split {
  /// The parts of examples with classes, each of which has its share of every class, drawn by a seed.
  ///
  /// Of n examples of a class a part gets its fraction of n, rounded. Training keeps one at least: a class of a single example is
  /// in no other part.
  ///
  /// - Parameters:
  ///   - classes: the class of each example, 0 or more.
  ///   - seed: decides which examples are drawn.
  /// - Returns: the numbers of the examples in each part, in order.
  public func parts(
    ofClasses classes: [Int], seed: UInt64
  ) -> (training: [Int], validation: [Int], test: [Int]) {
    var members: [[Int]] = []
    for (example, label) in classes.enumerated() {
      while members.count <= label { members.append([]) }
      members[label].append(example)
    }
    var parts: (training: [Int], validation: [Int], test: [Int]) = ([], [], [])
    var generator = OrderGenerator(seed: seed, purpose: .splitting)
    for var examples in members {
      examples.shuffleReproducibly(using: &generator)
      func share(_ fraction: Double, most: Int) -> Int {
        max(0, min(most, Int((Double(examples.count) * fraction).rounded())))
      }
      let test = share(testFraction, most: examples.count - 1)
      let validation = share(validationFraction, most: examples.count - 1 - test)
      parts.test += examples.prefix(test)
      parts.validation += examples.dropFirst(test).prefix(validation)
      parts.training += examples.dropFirst(test + validation)
    }
    return (parts.training.sorted(), parts.validation.sorted(), parts.test.sorted())
  }
}
