import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollTestSupport
import UnrollText

/// Classifiers that PyTorch ran (Golden/generate_classifiers.py): initial values, logits and gradients over a ragged batch.
struct ClassifierGoldenTests {
  struct Case: Sendable, CustomStringConvertible {
    let name: String
    let configuration: Classifier.Configuration
    var description: String { name }

    init(
      _ name: String, _ cell: RecurrentCell, layers: Int, embedding: Int,
      isBidirectional: Bool = true, _ pooling: Classifier.Pooling
    ) {
      self.name = name
      configuration = Classifier.Configuration(
        reader: TokenReader.Configuration(
          cell: cell, layerCount: layers, hiddenSize: 6, embeddingSize: embedding,
          isBidirectional: isBidirectional), pooling: pooling)
    }
  }

  @Test(arguments: [
    Case("gru-last", .gru, layers: 1, embedding: 5, .last),
    Case("lstm-mean", .lstm, layers: 2, embedding: 5, .mean),
    Case("rnn-max", .rnnTanh, layers: 1, embedding: 0, .max),
    Case("gru-attention", .gru, layers: 2, embedding: 0, .attention),
    Case("lstm-forwards", .lstm, layers: 2, embedding: 4, isBidirectional: false, .last),
  ])
  func equalsPyTorch(_ golden: Case) throws {
    let file = try SafeTensors(
      contentsOf: PyTorchGoldenTests.path("classifier/\(golden.name).safetensors"))
    func tensor(_ name: String) throws -> Tensor {
      let stored = try file.tensor(named: name)
      return Tensor(try stored.floats(), shape: Shape(stored.shape))
    }
    func integers(_ name: String) throws -> [Int32] { try tensor(name).elements.map { Int32($0) } }
    let model = try Classifier(
      golden.configuration, tokenizer: Tokenizer(learning: .init(), from: "abcdefg"),
      classes: ["x", "y", "z"], seed: 3)
    for (name, weight) in model.parameters {
      expectEqualBits(weight, try tensor("weight/\(name)"), name)
    }
    #expect(file.tensors.count == 2 * model.parameters.count + 4)

    let (steps, rows) = (9, 4)
    let (tokens, lengths) = (try integers("tokens"), try integers("lengths"))
    let texts = lengths.enumerated().map { row, length in
      (0..<Int(length)).map { tokens[$0 * rows + row] }
    }
    #expect(tokens.count == steps * rows)
    let batch = Classifier.Batch(texts, classes: try integers("classes"))
    expectClose(
      model.logits(of: batch.tokens, lengths: batch.lengths), try tensor("logits"), absolute: 1e-6)
    let (_, gradient) = valueAndGradient(of: model) { model in
      var (state, mode) = (NoState(), Mode.evaluation)
      return model.totalLoss(of: batch, state: &state, mode: &mode)
    }
    for (name, value) in gradient.parameters {
      expectClose(value, try tensor("gradient/\(name)"), relative: 1e-4, absolute: 2e-6, name)
    }
  }
}
