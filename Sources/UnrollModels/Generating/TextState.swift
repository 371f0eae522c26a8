public import UnrollNN
public import UnrollTensor
public import UnrollText

/// Where a text stands, as a value: all that it needs to go on, here or elsewhere, as if it had never paused.
///
/// `Generation.state(of:)` gives it, `GenerationRequest.state` takes it; several requests with one state are branches.
public struct TextState: Sendable, Equatable {
  /// The recurrent state `[1, H]` after all tokens but the pending ones.
  public let state: RecurrentState
  /// Tokens that have not been read yet: usually the last.
  public let pending: [Token]
  /// The logits `[V]` of the next token, where nothing is pending.
  public let logits: Tensor?
  /// The last tokens, those pending included: what penalties look back at.
  public let recent: [Token]
  /// Where the draws go on.
  public let random: RandomStream

  /// So many tokens are kept at least, where there are as many.
  static let recentCount = 1024

  /// - Throws: `ModelError` if the state cannot be one of a model.
  func validate(for model: LanguageModel) throws {
    let size = model.tokenizer.vocabulary.count
    let zeros = model.initialState(batchSize: 1)
    let fits =
      state.hidden.map(\.shape) == zeros.hidden.map(\.shape)
      && state.cell.map(\.shape) == zeros.cell.map(\.shape)
      && (pending.isEmpty ? logits?.shape == [size] : logits == nil)
    try require(
      fits, "The state of the text is of a model with other sizes: give the model that it was of")
    try model.validate(recent)
    try model.validate(pending)
  }
}
