import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText

/// A kind of language model that can be exported.
struct Variant: Sendable, CustomStringConvertible {
  let configuration: LanguageModel.Configuration

  /// Every cell, with one to three layers and one-hot input, an embedding, or tied weights.
  static func all(hiddenSize: Int, embeddingSize: Int) -> [Variant] {
    [RecurrentCell.rnnTanh, .rnnReLU, .lstm, .gru].flatMap { cell in
      (1...3).flatMap { layers in
        [(0, false), (embeddingSize, false), (hiddenSize, true)].map { embeddingSize, isTied in
          Variant(
            configuration: .init(
              cell: cell, layerCount: layers, hiddenSize: hiddenSize, embeddingSize: embeddingSize,
              tiesWeights: isTied))
        }
      }
    }
  }

  var description: String {
    let c = configuration
    let input = c.tiesWeights ? "tied" : c.embeddingSize > 0 ? "embedding" : "one-hot"
    return "\(c.cell)-\(c.layerCount)-\(input)"
  }

  func model() throws -> LanguageModel {
    try LanguageModel(
      configuration, tokenizer: Tokenizer(learning: .init(), from: "abcdefghijk é"), seed: 5)
  }
}

extension LanguageModel {
  /// Logits and the state afterwards.
  func read(_ tokens: Indices, after state: RecurrentState) -> (Tensor, RecurrentState) {
    var state = state
    let logits = logits(after: tokens, state: &state)
    return (logits, state)
  }
}
