public import UnrollTensor

/// What was put out for the last step of each row: `[T, N, D]` to `[N, D]`.
///
/// For the backward direction of a layer that is its first step of reading; `RecurrentLayer.topHidden(of:)` has the last of both.
///
/// - Parameters:
///   - x: `[T, N, D]`.
///   - lengths: the steps of each of the N rows, 1 ... T; all T when absent.
public func lastOverTime(_ x: Tensor, lengths: [Int32]? = nil) -> Tensor {
  let lengths = stepsOfRows(x, lengths, of: "lastOverTime")
  let (steps, rows, width) = (x.shape[0], x.shape[1], x.shape[2])
  // Step t of row n is row t N + n of the table.
  let places = lengths.enumerated().map { row, length in (length - 1) * Int32(rows) + Int32(row) }
  return embedding(x.reshaped([steps * rows, width]), Indices(places, shape: [rows]))
}

/// The mean over the steps of each row: `[T, N, D]` to `[N, D]`. What stands past the end of a row changes nothing.
///
/// - Parameters:
///   - x: `[T, N, D]`.
///   - lengths: the steps of each of the N rows, 1 ... T; all T when absent.
public func meanOverTime(_ x: Tensor, lengths: [Int32]? = nil) -> Tensor {
  let lengths = stepsOfRows(x, lengths, of: "meanOverTime")
  let sum = x.replacing(with: 0, where: padding(lengths, x)).sum(axis: 0)
  return sum / Tensor(lengths.map { Float($0) }, shape: [lengths.count, 1])
}

/// The greatest element over the steps of each row: `[T, N, D]` to `[N, D]`. What stands past the end of a row changes nothing.
///
/// - Parameters:
///   - x: `[T, N, D]`.
///   - lengths: the steps of each of the N rows, 1 ... T; all T when absent.
public func maxOverTime(_ x: Tensor, lengths: [Int32]? = nil) -> Tensor {
  let lengths = stepsOfRows(x, lengths, of: "maxOverTime")
  return x.replacing(with: -.infinity, where: padding(lengths, x)).max(axis: 0)
}

/// The mask `[T, N, 1]` of what stands past the end of a row.
private func padding(_ lengths: [Int32], _ x: Tensor) -> Mask {
  (.!Mask(lengths: lengths, steps: x.shape[0])).reshaped([x.shape[0], x.shape[1], 1])
}

func stepsOfRows(_ x: Tensor, _ lengths: [Int32]?, of function: String) -> [Int32] {
  guard x.shape.count == 3, x.shape[0] > 0 else {
    fatalError("\(function) takes sequences [T, N, D] of at least one step, not \(x.shape)")
  }
  let (steps, rows) = (x.shape[0], x.shape[1])
  guard let lengths else { return Array(repeating: Int32(steps), count: rows) }
  guard lengths.count == rows, lengths.allSatisfy({ (1...steps).contains(Int($0)) }) else {
    fatalError("\(function): \(rows) rows need as many lengths of 1 ... \(steps), not \(lengths)")
  }
  return lengths
}
