import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText

/// A kind of language model on which a law is to hold.
struct Variant: Sendable, CustomStringConvertible {
  let configuration: LanguageModel.Configuration

  /// Every cell, with one-hot input, an embedding, and tied weights.
  static let all: [Variant] = [RecurrentCell.rnnTanh, .rnnReLU, .lstm, .gru].flatMap { cell in
    [
      .init(cell: cell, hiddenSize: 9),
      .init(cell: cell, layerCount: 2, hiddenSize: 9, embeddingSize: 5, dropout: 0.1),
      .init(cell: cell, layerCount: 2, hiddenSize: 9, embeddingSize: 9, tiesWeights: true),
    ].map { Variant(configuration: $0) }
  }

  var description: String {
    let c = configuration
    let input = c.tiesWeights ? "tied" : c.embeddingSize > 0 ? "embedding" : "one-hot"
    return "\(c.cell) × \(c.layerCount), \(input)"
  }

  func model(_ tokenizer: Tokenizer? = nil, seed: UInt64 = 3) throws -> LanguageModel {
    try LanguageModel(
      configuration, tokenizer: tokenizer ?? Tokenizer(learning: .init(), from: "abcdefghij"),
      seed: seed)
  }
}

extension LanguageModel {
  /// A model that gives the same logits whatever came before: one for each of the vocabulary's tokens.
  init(logits: [Float], tokenizer: Tokenizer) throws {
    try self.init(.init(cell: .rnnTanh, hiddenSize: 1), tokenizer: tokenizer, seed: 0)
    forEachParameter { name, parameter in
      parameter =
        name == "fc.bias" ? Tensor(logits, shape: [logits.count]) : Tensor(zeros: parameter.shape)
    }
  }

  /// A model that goes through the vocabulary in order and then begins again, with near certainty.
  init(cyclingThrough tokenizer: Tokenizer) throws {
    let size = tokenizer.vocabulary.count
    try self.init(.init(cell: .rnnTanh, hiddenSize: size), tokenizer: tokenizer, seed: 0)
    forEachParameter { name, parameter in
      var matrix = Tensor(zeros: parameter.shape)
      matrix.withUnsafeMutableElements { elements in
        for token in 0..<size {
          if name == "rnn.weight_ih_l0" { elements[token * size + token] = 10 }
          if name == "fc.weight" { elements[(token + 1) % size * size + token] = 100 }
        }
      }
      parameter = matrix
    }
  }
}

extension Tokenizer {
  /// One token for each character, in this order.
  init(_ characters: String, reserved: [ReservedEntry] = []) throws {
    try self.init(
      TokenizerDescription(
        kind: .characters, entries: characters.map(String.init), reserved: Set(reserved)))
  }
}
