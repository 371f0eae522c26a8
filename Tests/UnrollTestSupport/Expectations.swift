package import Testing
package import UnrollTensor

/// Expects shapes to be equal and each element to be within a relative or an absolute error of the expected one; reports the
/// worst. NaN and infinities only equal themselves.
package func expectClose(
  _ actual: Tensor, _ expected: DoubleTensor, relative: Double = 1e-5, absolute: Double = 1e-6,
  _ name: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  guard Array(actual.shape) == expected.shape else {
    Issue.record(
      "\(name()) has the shape \(actual.shape), expected \(expected.shape)",
      sourceLocation: sourceLocation)
    return
  }
  var worst = (index: 0, error: 0.0)
  let elements = actual.elements
  for (index, (x, y)) in zip(elements, expected.elements).enumerated() {
    let x = Double(x)
    if x == y || (x.isNaN && y.isNaN) { continue }
    let scaled = abs(x - y) / max(relative * abs(y), absolute)
    let error = scaled.isNaN ? .infinity : scaled
    if error > worst.error { worst = (index, error) }
  }
  if worst.error > 1 {
    Issue.record(
      """
      \(name()) \(actual.shape) is off by \(worst.error) times the tolerance (\(relative) relative or \(absolute) absolute) \
      at \(worst.index): \(elements[worst.index]), expected \(expected.elements[worst.index])
      """, sourceLocation: sourceLocation)
  }
}

/// As above, where the expected values are floats.
package func expectClose(
  _ actual: Tensor, _ expected: Tensor, relative: Double = 1e-5, absolute: Double = 1e-6,
  _ name: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose(
    actual, DoubleTensor(expected), relative: relative, absolute: absolute, name(),
    sourceLocation: sourceLocation)
}

/// Expects shapes and all bits to be equal; reports the first element that differs.
package func expectEqualBits(
  _ actual: Tensor, _ expected: Tensor, _ name: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.shape == expected.shape else {
    Issue.record(
      "\(name()) has the shape \(actual.shape), expected \(expected.shape)",
      sourceLocation: sourceLocation)
    return
  }
  let (a, b) = (actual.elements, expected.elements)
  if let index = a.indices.first(where: { a[$0].bitPattern != b[$0].bitPattern }) {
    Issue.record(
      "\(name()) \(actual.shape) differs at \(index): \(a[index]), expected \(b[index])",
      sourceLocation: sourceLocation)
  }
}
