/// What a recurrent layer reads at each step.
public enum RecurrentInput: Sendable {
  /// Vectors, `[T, N, D]`.
  case vectors(Tensor)
  /// Tokens `[T, N]` standing for one-hot vectors of D elements, which are never formed.
  case oneHot(Indices)

  var steps: Int { shape[0] }
  var rows: Int { shape[1] }

  var shape: Shape {
    switch self {
    case .vectors(let x): x.shape
    case .oneHot(let tokens): tokens.shape
    }
  }

  var vectors: Tensor? {
    if case .vectors(let x) = self { x } else { nil }
  }
}
