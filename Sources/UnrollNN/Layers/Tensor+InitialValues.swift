internal import UnrollTensor

extension Tensor {
  /// Draws uniform between −bound and bound, as PyTorch's `uniform_`.
  static func uniform(_ shape: Shape, within bound: Double, using random: inout MersenneTwister)
    -> Tensor
  {
    uniform(shape, from: Float(-bound), to: Float(bound), using: &random)
  }
}
