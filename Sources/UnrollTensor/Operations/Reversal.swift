extension Tensor {
  /// Each row of `[T, N, …]` backwards in time within its own length; what is past its end stays where it is.
  ///
  /// - Parameter lengths: one for each of the N rows, at most T; all of them T when absent.
  public func reversedInTime(lengths: [Int32]? = nil) -> Tensor {
    let (steps, rows) = stepsAndRows(of: shape)
    let width = shape.dropFirst(2).reduce(1, *)
    let result = Tensor(uninitialized: shape)
    for (target, source) in timeReversal(steps: steps, rows: rows, lengths: lengths).enumerated() {
      (result.pointer + target * width).update(from: pointer + source * width, count: width)
    }
    return result.recorded(from: self) { [$0.reversedInTime(lengths: lengths)] }
  }
}

extension Indices {
  /// Each row of `[T, N, …]` backwards in time within its own length; what is past its end stays where it is.
  public func reversedInTime(lengths: [Int32]? = nil) -> Indices {
    let (steps, rows) = stepsAndRows(of: shape)
    let width = shape.dropFirst(2).reduce(1, *)
    return Indices(
      timeReversal(steps: steps, rows: rows, lengths: lengths).flatMap {
        values[$0 * width..<($0 + 1) * width]
      }, shape: shape)
  }
}

private func stepsAndRows(of shape: Shape) -> (Int, Int) {
  guard shape.count >= 2 else { fatalError("reversedInTime needs axes [T, N, …], not \(shape)") }
  return (shape[0], shape[1])
}

/// For each place t N + n, where its element comes from.
private func timeReversal(steps: Int, rows: Int, lengths: [Int32]?) -> [Int] {
  if let lengths {
    guard lengths.count == rows, lengths.allSatisfy({ (0...steps).contains(Int($0)) }) else {
      fatalError(
        "reversedInTime: \(rows) rows need as many lengths of 0 ... \(steps), not \(lengths)")
    }
  }
  return (0..<steps * rows).map { place in
    let (step, row) = (place / rows, place % rows)
    let length = Int(lengths?[row] ?? Int32(steps))
    return (step < length ? length - 1 - step : step) * rows + row
  }
}
