internal import UnrollTensor

extension RecurrentInput {
  /// What a layer reads as vectors, `[T, N, D]`, also where they are one-hot.
  ///
  /// - Parameter size: D.
  func vectors(of size: Int) -> Tensor {
    switch self {
    case .vectors(let x): return x
    case .oneHot(let tokens):
      var x = Tensor(zeros: Shape(Array(tokens.shape) + [size]))
      x.withUnsafeMutableElements { elements in
        for (row, token) in tokens.values.enumerated() { elements[row * size + Int(token)] = 1 }
      }
      return x
    }
  }
}
