/// Row `index` of a table `[V, D]` for each index `[…]`: `[…, D]`.
///
/// The gradient of row `paddingIndex`, if given, stays zero.
public func embedding(_ table: Tensor, _ indices: Indices, paddingIndex: Int? = nil) -> Tensor {
  guard table.shape.count == 2 else {
    fatalError("embedding needs a table [V, D], not \(table.shape)")
  }
  let (entries, width) = (table.shape[0], table.shape[1])
  indices.requireBelow(entries, in: "embedding")
  if let paddingIndex, !(0..<entries).contains(paddingIndex) {
    fatalError("embedding: the padding index \(paddingIndex) is outside 0 ..< \(entries)")
  }
  let result = Tensor(uninitialized: Shape(Array(indices.shape) + [width]))
  for (row, index) in indices.values.enumerated() {
    (result.pointer + row * width).update(from: table.pointer + Int(index) * width, count: width)
  }
  return result.recorded(from: table) { gradient in
    let dTable = Tensor(zeros: table.shape)
    scatter(
      gradient.pointer, columns: width, stride: width, at: indices.values[...],
      into: dTable.pointer)
    if let paddingIndex {
      (dTable.pointer + paddingIndex * width).update(repeating: 0, count: width)
    }
    return [dTable]
  }
}

/// From each row of `[…, V]` the element at its index: `[…]`.
public func gather(_ x: Tensor, _ indices: Indices) -> Tensor {
  let columns = lastAxis(of: x, "gather")
  guard x.shape.dropLast().elementsEqual(indices.shape) else {
    fatalError("gather of \(x.shape) needs an index for each row, not indices \(indices.shape)")
  }
  indices.requireBelow(columns, in: "gather")
  return x.picked(
    at: indices.values.enumerated().map { $0 * columns + Int($1) }, shape: indices.shape)
}

/// table[index, :] += row, for each row in order. Each thread has its own columns.
func scatter(
  _ rows: UnsafePointer<Float>, columns: Int, stride: Int, at indices: ArraySlice<Int32>,
  into table: UnsafeMutablePointer<Float>
) {
  indices.withUnsafeBufferPointer { indices in
    guard let first = indices.baseAddress else { return }
    forEachRange(of: columns, grain: max(32, elementGrain / max(indices.count, 1))) { range in
      kernels.scatterRows(
        rows: indices.count, columns: range.count, at: first, rows + range.lowerBound, aRow: stride,
        into: table + range.lowerBound, targetRow: columns)
    }
  }
}
