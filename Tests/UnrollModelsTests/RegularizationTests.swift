import Testing
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollTestSupport
import UnrollText

/// What is added to training, against its formulas.
struct RegularizationTests {
  private let tokenizer: Tokenizer
  private let batch: LanguageModel.Batch

  init() throws {
    tokenizer = try Tokenizer(from: "abcdefgh")
    let tokens = Tokens(try tokenizer.encode(String(repeating: "abcdefghgfedcba", count: 8)))
    batch = LanguageModel.Batch(
      try StreamBatches(tokens: tokens, batchSize: 4, sequenceLength: 10).batch(at: 0))
  }

  private func model(
    dropout: Float = 0, _ change: (inout Regularization) -> Void = { _ in }
  ) throws -> LanguageModel {
    var configuration = LanguageModel.Configuration(
      cell: .lstm, layerCount: 2, hiddenSize: 6, embeddingSize: 5, dropout: dropout)
    change(&configuration.regularization)
    return try LanguageModel(configuration, tokenizer: tokenizer, seed: 1)
  }

  private var training: Mode { .training(RandomStream(seed: 5, purpose: .dropout)) }

  private func loss(_ model: LanguageModel, _ mode: Mode) -> Float {
    var (state, mode) = (model.startingState(rows: 4), mode)
    return model.totalLoss(of: batch, state: &state, mode: &mode).scalar / Float(batch.targetCount)
  }

  /// The last layer's outputs `[T, N, H]`, without dropout.
  private func outputs(_ model: LanguageModel) -> [[Float]] {
    var state = model.startingState(rows: 4)
    let history = model.states(after: batch.inputs, state: &state).hidden[1].elements
    return stride(from: 0, to: history.count, by: 24).map { Array(history[$0..<$0 + 24]) }
  }

  @Test func evaluationKnowsNothingOfIt() throws {
    let plain = try loss(model(), .evaluation)
    let all = try model(dropout: 0.5) {
      $0.embeddingDropout = 0.5
      $0.isDropoutVariational = true
      $0.weightDropout = 0.5
      $0.activationPenalty = 2
      $0.temporalPenalty = 1
      $0.labelSmoothing = 0.2
    }
    #expect(loss(all, .evaluation) == plain)
    #expect(loss(all, training) != plain)
  }

  @Test func activationPenaltyIsTheMeanSquare() throws {
    let plain = try model()
    let squares = outputs(plain).joined().map { $0 * $0 }
    let expected = loss(plain, training) + 2 * squares.reduce(0, +) / Float(squares.count)
    #expect(abs(loss(try model { $0.activationPenalty = 2 }, training) - expected) < 1e-5)
  }

  @Test func temporalPenaltyIsTheMeanSquareOfTheChange() throws {
    let plain = try model()
    let outputs = outputs(plain)
    let squares = zip(outputs.dropFirst(), outputs).flatMap { later, earlier in
      zip(later, earlier).map { ($0 - $1) * ($0 - $1) }
    }
    let expected = loss(plain, training) + 3 * squares.reduce(0, +) / Float(squares.count)
    #expect(abs(loss(try model { $0.temporalPenalty = 3 }, training) - expected) < 1e-5)
  }

  @Test func labelSmoothingSpreadsTheTarget() throws {
    let plain = try model()
    var state = plain.startingState(rows: 4)
    let logs = logSoftmax(plain.logits(after: batch.inputs, state: &state)).elements
    var expected: Float = 0
    for (index, target) in batch.targets.values.enumerated() {
      let row = logs[index * 8..<(index + 1) * 8]
      expected -= 0.9 * row[row.startIndex + Int(target)] + 0.1 / 8 * row.reduce(0, +)
    }
    let smoothed = try model { $0.labelSmoothing = 0.1 }
    #expect(abs(loss(smoothed, training) - expected / Float(batch.targetCount)) < 1e-5)
  }

  /// Every occurrence of a token is dropped or none, and what is left is scaled up.
  @Test func embeddingDropoutDropsWholeTokens() throws {
    // Where the layers read zeros at each step, the loss is that of an embedding of zeros.
    var dropped = try model { $0.embeddingDropout = 0.999 }
    var zeros = try model()
    zeros.forEachParameter { name, value in
      if name == "embedding.weight" { value = Tensor(zeros: value.shape) }
    }
    #expect(loss(dropped, training) == loss(zeros, training))
    // The gradient of a token's vector is zero for those that are dropped, and theirs only.
    dropped = try model { $0.embeddingDropout = 0.5 }
    let (_, gradient) = valueAndGradient(of: dropped) { model in
      var (state, mode) = (model.startingState(rows: 4), training)
      return model.totalLoss(of: batch, state: &state, mode: &mode)
    }
    let rows = stride(from: 0, to: 40, by: 5).map { row in
      gradient.parameters[0].value.elements[row..<row + 5].allSatisfy { $0 == 0 }
    }
    #expect((1...7).contains(rows.count { $0 }))
  }

  /// A recurrent weight that is dropped gets no gradient; input weights all do.
  @Test func weightDropoutDropsRecurrentWeights() throws {
    let (_, gradient) = valueAndGradient(of: try model { $0.weightDropout = 0.4 }) { model in
      var (state, mode) = (model.startingState(rows: 4), training)
      return model.totalLoss(of: batch, state: &state, mode: &mode)
    }
    for (name, value) in gradient.parameters where name.contains("weight") && name.hasPrefix("rnn")
    {
      let share = Double(value.elements.count { $0 == 0 }) / Double(value.count)
      #expect(
        name.contains("_hh_") ? (0.25...0.55).contains(share) : share == 0, "\(name) \(share)")
    }
  }

  @Test func variationalDropoutIsTheSameAtAllSteps() {
    let x = Tensor(repeating: 1, shape: [7, 3, 16])
    var mode = training
    let y = Dropout(0.5, isVariational: true)(x, mode: &mode).elements
    #expect((1..<7).allSatisfy { Array(y[$0 * 48..<($0 + 1) * 48]) == Array(y[0..<48]) })
    #expect(Set(y) == [0, 2])
    #expect((12...36).contains(y[0..<48].count { $0 == 0 }))
  }

  @Test func fileKeepsIt() throws {
    let model = try model(dropout: 0.25) {
      $0.embeddingDropout = 0.125
      $0.isDropoutVariational = true
      $0.weightDropout = 0.5
      $0.activationPenalty = 2
      $0.temporalPenalty = 1
      $0.labelSmoothing = 0.0625
    }
    #expect(try LanguageModel(bytes: model.bytes()).configuration == model.configuration)
  }

  @Test func impossibleValuesAreRefused() {
    #expect(throws: ModelError.self) { try model { $0.labelSmoothing = 1 } }
    #expect(throws: ModelError.self) { try model { $0.weightDropout = -0.1 } }
    #expect(throws: ModelError.self) { try model { $0.temporalPenalty = .nan } }
    #expect(throws: ModelError.self) {
      var configuration = LanguageModel.Configuration(cell: .gru, hiddenSize: 4)
      configuration.regularization.embeddingDropout = 0.5
      _ = try LanguageModel(configuration, tokenizer: tokenizer, seed: 1)
    }
    #expect(throws: ModelError.self) {
      var model = try LanguageModel(.init(cell: .gru, hiddenSize: 4), tokenizer: tokenizer, seed: 1)
      try model.setForgetBias(1)
    }
  }
}
