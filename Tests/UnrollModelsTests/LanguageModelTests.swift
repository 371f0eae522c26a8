import Foundation
import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollTestSupport
import UnrollText

/// What a language model is made of and computes.
struct LanguageModelTests {
  @Test(arguments: [0, 1, 42])
  func initialValuesAreThoseOfPyTorch(seed: UInt64) throws {
    let golden = try SafeTensors(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../UnrollNNTests/Golden/initialization.safetensors").path)
    let cases: [(String, Int, LanguageModel.Configuration)] = [
      (
        "model.embedding7x4-lstm4x6-linear6x7", 7,
        .init(cell: .lstm, layerCount: 2, hiddenSize: 6, embeddingSize: 4)
      ),
      ("model.rnn17x12-linear12x17", 17, .init(cell: .rnnTanh, hiddenSize: 12)),
    ]
    for (name, size, configuration) in cases {
      let model = try LanguageModel(
        configuration, tokenizer: Tokenizer(String("abcdefghijklmnopq".prefix(size))), seed: seed)
      for (parameter, value) in model.parameters {
        let expected = try golden.tensor(named: "\(name).seed\(seed)/\(parameter)")
        #expect(Array(value.shape) == expected.shape)
        #expect(value.elements == (try expected.floats()), "\(name), \(parameter)")
      }
    }
  }

  @Test func parametersHavePyTorchsNames() throws {
    func names(_ configuration: LanguageModel.Configuration) throws -> [String] {
      try LanguageModel(configuration, tokenizer: Tokenizer("abc"), seed: 0).parameters.map(\.name)
    }
    let rnn = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"].map { "rnn.\($0)" }
    #expect(try names(.init(cell: .gru, hiddenSize: 4)) == rnn + ["fc.weight", "fc.bias"])
    #expect(
      try names(.init(cell: .gru, hiddenSize: 4, embeddingSize: 2))
        == ["embedding.weight"] + rnn + ["fc.weight", "fc.bias"])
    #expect(
      try names(.init(cell: .gru, hiddenSize: 4, embeddingSize: 4, tiesWeights: true))
        == ["embedding.weight"] + rnn + ["fc.bias"])
  }

  @Test(arguments: [
    (LanguageModel.Configuration(cell: .lstm, layerCount: 0, hiddenSize: 4), "layers"),
    (.init(cell: .lstm, layerCount: 1025, hiddenSize: 4), "layers"),
    (.init(cell: .lstm, hiddenSize: 0), "hidden size"),
    (.init(cell: .lstm, hiddenSize: 1 << 20 + 1), "hidden size"),
    (.init(cell: .lstm, hiddenSize: 4, embeddingSize: -1), "embedding size"),
    (.init(cell: .lstm, hiddenSize: 4, dropout: 1), "dropout"),
    (.init(cell: .lstm, hiddenSize: 4, dropout: -0.1), "dropout"),
    (.init(cell: .lstm, hiddenSize: 4, dropout: .nan), "dropout"),
    (.init(cell: .lstm, hiddenSize: 4, tiesWeights: true), "Tied weights"),
    (.init(cell: .lstm, hiddenSize: 4, embeddingSize: 3, tiesWeights: true), "Tied weights"),
  ])
  func impossibleConfigurationIsRefused(
    _ configuration: LanguageModel.Configuration, _ subject: String
  ) throws {
    let tokenizer = try Tokenizer("abc")
    let error = #expect(throws: ModelError.self) {
      try LanguageModel(configuration, tokenizer: tokenizer, seed: 0)
    }
    #expect(error?.code == .invalidConfiguration)
    #expect(error?.message.contains(subject) == true)
  }

  /// Tied weights are one parameter in two places: the logits are those of a model that has it twice, the gradient the sum.
  @Test func tiedWeightsEqualTheSameWeightsTwice() throws {
    let tokenizer = try Tokenizer("abcdef")
    let tied = try LanguageModel(
      .init(cell: .gru, hiddenSize: 5, embeddingSize: 5, tiesWeights: true), tokenizer: tokenizer,
      seed: 1)
    var twice = try LanguageModel(
      .init(cell: .gru, hiddenSize: 5, embeddingSize: 5), tokenizer: tokenizer, seed: 2)
    let values = Dictionary(uniqueKeysWithValues: tied.parameters.map { ($0.name, $0.value) })
    twice.forEachParameter { name, parameter in
      parameter = values[name == "fc.weight" ? "embedding.weight" : name] ?? parameter
    }
    let batch = LanguageModel.Batch(
      try PaddedSentences(["abcdef", "fedcba"], tokenizer: Tokenizer("abcdef")).batch(at: 0))
    func run(_ model: LanguageModel) -> (value: Tensor, gradient: LanguageModel) {
      valueAndGradient(of: model) { model in
        var (state, mode) = (model.startingState(rows: batch.rowCount), Mode.evaluation)
        return model.totalLoss(of: batch, state: &state, mode: &mode)
      }
    }
    let (one, two) = (run(tied), run(twice))
    #expect(one.value == two.value)
    let parts = Dictionary(
      uniqueKeysWithValues: two.gradient.parameters.map { ($0.name, $0.value) })
    for (name, gradient) in one.gradient.parameters {
      var expected = try #require(parts[name])
      if name == "embedding.weight" { expected = try expected + #require(parts["fc.weight"]) }
      expectClose(gradient, expected, name)
    }
  }

  @Test(arguments: Variant.all)
  func dropoutIsForTrainingOnly(_ variant: Variant) throws {
    var configuration = variant.configuration
    configuration.dropout = 0.5
    let tokenizer = try Tokenizer("abcdefghij")
    let model = try LanguageModel(configuration, tokenizer: tokenizer, seed: 3)
    let tokens = Indices.random([6, 4], below: 10, seed: 1)
    func logits(_ model: LanguageModel, _ mode: Mode) -> Tensor {
      var (state, mode) = (model.initialState(batchSize: 4), mode)
      return model.logits(after: tokens, state: &state, mode: &mode)
    }
    configuration.dropout = 0
    let plain = try LanguageModel(configuration, tokenizer: tokenizer, seed: 3)
    #expect(logits(model, .evaluation) == logits(plain, .evaluation))
    let training = Mode.training(RandomStream(seed: 1, purpose: .dropout))
    #expect(logits(model, training) == logits(model, training))
    #expect(logits(model, training) != logits(plain, .evaluation))
  }

  @Test(arguments: Variant.all)
  func statesEqualReadingOneTokenAtATime(_ variant: Variant) throws {
    let model = try variant.model()
    let tokens = Indices([0, 3, 1, 4, 1, 5, 9, 2, 6, 5], shape: [5, 2])
    var (whole, single) = (
      model.initialState(batchSize: 2), model.initialState(batchSize: 2)
    )
    let history = model.states(after: tokens, state: &whole)
    for step in 0..<5 {
      _ = model.logits(after: tokens.sliced(step..<step + 1, axis: 0), state: &single)
      #expect(history[step] == single, "\(variant), step \(step)")
    }
    #expect(whole == single)
  }
}
