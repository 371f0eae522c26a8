import UnrollNN
import UnrollTensor

extension RecurrentStack {
  /// The output and final state in evaluation, from zeros where no state is given.
  func run(
    _ input: RecurrentInput, from state: RecurrentState? = nil, lengths: [Int32]? = nil
  ) -> (output: Tensor, state: RecurrentState) {
    let rows =
      switch input {
      case .vectors(let x): x.shape[1]
      case .oneHot(let tokens): tokens.shape[1]
      }
    var nothing: RandomStream?
    return self(
      input, state: state ?? initialState(batchSize: rows), lengths: lengths, dropout: &nothing)
  }
}
