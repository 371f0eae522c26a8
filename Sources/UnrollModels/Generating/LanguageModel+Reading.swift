internal import UnrollNN
internal import UnrollTensor
package import UnrollText

extension LanguageModel {
  /// Moves a state over tokens `[T, N]`, without the logits of what follows them.
  func read(_ tokens: Indices, state: inout RecurrentState) {
    state = rnn(input(of: tokens), state: state).state
  }

  /// The logits `[N, V]` after one token for each of N texts, whose states move over it.
  func logits(after tokens: [Token], state: inout RecurrentState) -> Tensor {
    let indices = Indices(tokens, shape: [1, tokens.count])
    let all = logits(after: indices, state: &state)
    return Tensor(storage: all.storage, shape: [tokens.count, tokenizer.vocabulary.count])
  }

  /// The tokens that stand before a document.
  package var documentStart: [Token] {
    let vocabulary = tokenizer.vocabulary
    return (vocabulary.token(for: .beginning) ?? vocabulary.token(for: .end)).map { [$0] } ?? []
  }
}
