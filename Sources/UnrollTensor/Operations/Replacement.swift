extension Tensor {
  /// With a number in place of the elements where the mask is true; these get no gradient.
  ///
  /// The mask repeats as an operand of `+` does, up to the shape of the tensor.
  public func replacing(with value: Float, where mask: Mask) -> Tensor {
    let broadcast = Broadcast(shape, mask.shape, of: "replacing where")
    guard broadcast.shape == shape else {
      fatalError("A mask \(mask.shape) has more elements than the tensor \(shape)")
    }
    return filled(value, mask, broadcast).recorded(from: self) { [$0.filled(0, mask, broadcast)] }
  }

  private func filled(_ value: Float, _ mask: Mask, _ broadcast: Broadcast) -> Tensor {
    let result = Tensor(uninitialized: shape)
    mask.values.withUnsafeBufferPointer { isReplaced in
      broadcast.forEachRun { run in
        for index in 0..<run.count {
          result.pointer[run.place + index] =
            isReplaced[run.b(index)] ? value : pointer[run.a(index)]
        }
      }
    }
    return result
  }
}
