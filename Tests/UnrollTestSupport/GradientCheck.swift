package import Testing
package import UnrollTensor

/// Compares an operation with its double precision twin: its results, and its recorded gradient with central differences of
/// the twin, for a fixed random projection of all results to a number.
///
/// Some elements of each operand are moved one at a time, and all of them together along random directions. Recording must
/// not change a result, nor recording other operands a gradient.
package func gradientCheck(
  _ name: String, _ operands: [Tensor], relative: Double = 1e-5, absolute: Double = 1e-6,
  _ operation: ([Tensor]) -> [Tensor], twin: ([DoubleTensor]) -> [DoubleTensor],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let exact = operands.map(DoubleTensor.init)
  let expected = twin(exact)
  let projections = expected.enumerated().map { index, result in
    Tensor.random(Shape(result.shape), seed: UInt64(index) + 99, in: 0.5...1.5)
  }
  func run(recording recorded: Set<Int>) -> (results: [Tensor], gradients: [Tensor?]) {
    let tape = Tape()
    let inputs = operands.enumerated().map { index, operand in
      recorded.contains(index) ? tape.variable(operand) : operand
    }
    let results = operation(inputs)
    let loss = zip(results, projections).reduce(Tensor(0)) { $0 + ($1.0 * $1.1).sum() }
    return (results, Array(tape.gradients(of: loss).prefix(recorded.count)))
  }

  let (results, gradients) = run(recording: Set(operands.indices))
  guard results.count == expected.count else {
    Issue.record(
      "\(name) has \(results.count) results, expected \(expected.count)",
      sourceLocation: sourceLocation)
    return
  }
  for (index, result) in results.enumerated() {
    expectClose(
      result, expected[index], relative: relative, absolute: absolute, "\(name), result \(index)",
      sourceLocation: sourceLocation)
  }
  for (index, (result, plain)) in zip(results, operation(operands)).enumerated() {
    expectEqualBits(
      result, plain, "\(name), recorded result \(index)", sourceLocation: sourceLocation)
  }
  var generator = SeededGenerator(seed: 7)
  for index in operands.indices where !exact[index].elements.isEmpty {
    guard let gradient = gradients[index], let alone = run(recording: [index]).gradients[0] else {
      Issue.record("\(name): no gradient for operand \(index)", sourceLocation: sourceLocation)
      continue
    }
    expectEqualBits(
      alone, gradient, "\(name), operand \(index) alone", sourceLocation: sourceLocation)
    guard gradient.shape == operands[index].shape else {
      Issue.record(
        "\(name): operand \(index) of shape \(operands[index].shape) has a gradient \(gradient.shape)",
        sourceLocation: sourceLocation)
      continue
    }
    let slopes = gradient.elements.map(Double.init)
    let scale = max(1, slopes.reduce(0) { max($0, abs($1)) })
    for direction in directions(count: slopes.count, using: &generator) {
      let expected = slope(
        of: twin, at: exact, operand: index, along: direction, projections: projections)
      let actual = direction.reduce(0) { $0 + slopes[$1.index] * $1.step }
      let size = direction.reduce(0) { $0 + abs(slopes[$1.index] * $1.step) }
      if !(abs(actual - expected) <= max(relative * max(size, abs(expected)), absolute * scale)) {
        let place = direction.count == 1 ? "at \(direction[0].index)" : "along a random direction"
        Issue.record(
          "\(name): the gradient of operand \(index) \(gradient.shape) \(place) is \(actual), expected \(expected)",
          sourceLocation: sourceLocation)
      }
    }
  }
}

private typealias Direction = [(index: Int, step: Double)]

/// A few single elements, the first and the last among them, and two directions that move every element.
private func directions(
  count: Int, using generator: inout SeededGenerator
) -> [Direction] {
  let most = 6
  var chosen = Set([0, count - 1])
  while chosen.count < min(most, count) {
    chosen.insert(Int(generator.next() % UInt64(count)))
  }
  var result = chosen.sorted().map { [(index: $0, step: 1.0)] }
  for _ in 0..<2 where count > most {
    result.append((0..<count).map { ($0, generator.next() & 1 == 0 ? 1.0 : -1.0) })
  }
  return result
}

/// The central difference of the projected twin when one operand moves along a direction.
private func slope(
  of twin: ([DoubleTensor]) -> [DoubleTensor], at operands: [DoubleTensor], operand: Int,
  along direction: Direction, projections: [Tensor]
) -> Double {
  let epsilon = 1e-6
  func value(_ distance: Double) -> Double {
    var moved = operands
    for (index, step) in direction { moved[operand].elements[index] += distance * step }
    return zip(twin(moved), projections).reduce(0) { sum, pair in
      sum + zip(pair.0.elements, pair.1.elements).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
  }
  return (value(epsilon) - value(-epsilon)) / (2 * epsilon)
}
