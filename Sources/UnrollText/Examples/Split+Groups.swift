extension Split {
  /// The parts of examples of which those of one group stay together, drawn by a seed.
  ///
  /// Groups are drawn until a part has its fraction of the examples; a group that would make it larger than that is passed over, and
  /// goes to training at last.
  ///
  /// - Parameters:
  ///   - groups: the group of each example, by any number.
  ///   - seed: decides which groups are drawn.
  /// - Returns: the numbers of the examples in each part, in order.
  public func parts(
    ofGroups groups: [Int], seed: UInt64
  ) -> (training: [Int], validation: [Int], test: [Int]) {
    var members: [Int: [Int]] = [:]
    for (example, group) in groups.enumerated() { members[group, default: []].append(example) }
    var order = members.keys.sorted()
    var generator = OrderGenerator(seed: seed, purpose: .splitting)
    order.shuffleReproducibly(using: &generator)
    var rest = order[...].map { members[$0] ?? [] }
    func take(_ fraction: Double) -> [Int] {
      let wanted = Int((Double(groups.count) * fraction).rounded())
      var taken: [Int] = []
      rest.removeAll { group in
        guard taken.count + group.count <= wanted else { return false }
        taken += group
        return true
      }
      return taken.sorted()
    }
    let test = take(testFraction)
    let validation = take(validationFraction)
    return (rest.joined().sorted(), validation, test)
  }
}
