/// How part of a tensor is read as right operands of a matrix product: `blocks` matrices `[rows, columns]`, one after the
/// other, with the strides of an element in floats.
package struct PackedLayout: Hashable, Sendable {
  /// Row by row instead of in panels.
  var isWhole = false
  var offset = 0
  var blocks = 1
  var blockStride = 0
  var rows: Int
  var columns: Int
  var rowStride: Int
  var columnStride: Int

  /// The floats of one packed block.
  var blockCount: Int { kernels.packedCount(rows: rows, columns: columns) }

  /// Whether `storedProduct` takes the operand without any layout: the transpose of a matrix of whole panels.
  var isReadableAsStored: Bool {
    rowStride == 1 && columnStride == rows && rows % kernels.panelWidth == 0
      && columns % kernels.panelWidth == 0
  }

  func pack(_ source: UnsafePointer<Float>) -> Storage {
    if isWhole {
      let matrix = Storage(uninitialized: rows * columns)
      for row in 0..<rows {
        for column in 0..<columns {
          matrix.pointer[row * columns + column] =
            source[offset + row * rowStride + column * columnStride]
        }
      }
      return matrix
    }
    let panels = Storage(uninitialized: blocks * blockCount)
    for block in 0..<blocks {
      UnrollTensor.pack(
        rows: rows, columns: columns, source + offset + block * blockStride, rowStride: rowStride,
        columnStride: columnStride, into: panels.pointer + block * blockCount)
    }
    return panels
  }
}
