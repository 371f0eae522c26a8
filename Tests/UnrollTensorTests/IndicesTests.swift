import Testing
import UnrollTensor
import UnrollTestSupport

/// Indices and masks are laid out as tensors are.
@Suite struct IndicesTests {
  static let shapes: [Shape] = [
    [1], [17], [1, 1], [3, 5], [2, 3, 4], [1, 33, 2], [2, 2, 2, 2, 2], [0, 3], [3, 0, 2],
  ]

  private func numbered(_ shape: Shape) -> (indices: Indices, tensor: Tensor) {
    let values = (0..<shape.elementCount).map { Int32($0 * 7 % 101) }
    return (Indices(values, shape: shape), Tensor(values.map(Float.init), shape: shape))
  }

  private func expectEqual(_ indices: Indices, _ mask: Mask, _ tensor: Tensor) {
    #expect(Tensor(indices.values.map(Float.init), shape: indices.shape) == tensor)
    #expect(mask == (indices .== 7 .| indices .== 14))
  }

  @Test(arguments: shapes)
  func layoutIsThatOfTensors(shape: Shape) {
    let (indices, tensor) = numbered(shape)
    let mask = indices .== 7 .| indices .== 14
    for i in shape.indices {
      for j in shape.indices {
        expectEqual(
          indices.transposed(i, j), mask.transposed(i - shape.count, j), tensor.transposed(i, j))
      }
      for range in Set([0..<shape[i], 0..<shape[i] / 2, shape[i] / 2..<shape[i]]) {
        expectEqual(
          indices.sliced(range, axis: i), mask.sliced(range, axis: i - shape.count),
          tensor.sliced(range, axis: i))
      }
      #expect(
        concatenate([indices, indices, indices], axis: i)
          == Indices(
            concatenate([tensor, tensor, tensor], axis: i).elements.map { Int32($0) },
            shape: shape.with(i) { 3 * $0 }))
    }
    expectEqual(indices.reshaped([-1]), mask.reshaped([-1]), tensor.reshaped([-1]))
    guard shape[0] > 0 else { return }
    expectEqual(indices[0], mask[0], tensor[0])
    expectEqual(indices[-1], mask[-1], tensor[-1])
    expectEqual(indices[1...], mask[1...], tensor[1...])
    expectEqual(indices[..<1], mask[..<1], tensor[..<1])
  }

  @Test func stackingAddsAnAxis() {
    let parts = [Indices([1, 2], shape: [2]), Indices([3, 4], shape: [2])]
    #expect(stack(parts) == Indices([1, 2, 3, 4], shape: [2, 2]))
    #expect(stack(parts, axis: -1) == Indices([1, 3, 2, 4], shape: [2, 2]))
    #expect(Indices([1, 2]) == parts[0])
    #expect(Indices([7], shape: [1, 1]).scalar == 7)
  }
}

extension Shape {
  fileprivate func with(_ axis: Int, _ size: (Int) -> Int) -> Shape {
    var shape = self
    shape[axis] = size(shape[axis])
    return shape
  }
}
