import Unroll
import UnrollModels
import UnrollNN
import UnrollRuns
import UnrollTensor
import UnrollText
import UnrollTraining

/// A model and a batch shape to measure: one-hot input of 65 tokens, Adam, the gradient's norm limited to 5.
struct Workload: Sendable {
  let name: String
  let cell: RecurrentCell
  let layers: Int
  let hiddenSize: Int
  let batchSize: Int
  let sequenceLength: Int

  static let vocabularySize = 65

  static let all = [
    Workload(.rnnTanh, layers: 1, hiddenSize: 128, batchSize: 50, sequenceLength: 50),
    Workload(.lstm, layers: 2, hiddenSize: 128, batchSize: 50, sequenceLength: 50),
    Workload(.gru, layers: 2, hiddenSize: 256, batchSize: 50, sequenceLength: 50),
    Workload(.rnnTanh, layers: 2, hiddenSize: 256, batchSize: 50, sequenceLength: 50),
    Workload(.lstm, layers: 2, hiddenSize: 512, batchSize: 100, sequenceLength: 100),
    Workload(.gru, layers: 2, hiddenSize: 512, batchSize: 100, sequenceLength: 100),
    Workload(.lstm, layers: 1, hiddenSize: 1024, batchSize: 128, sequenceLength: 64),
  ]

  init(
    _ cell: RecurrentCell, layers: Int, hiddenSize: Int, batchSize: Int, sequenceLength: Int
  ) {
    let kind =
      switch cell {
      case .rnnTanh, .rnnReLU: "rnn"
      case .lstm: "lstm"
      case .gru: "gru"
      }
    name = "\(kind)-\(layers)x\(hiddenSize)"
    self.cell = cell
    self.layers = layers
    self.hiddenSize = hiddenSize
    self.batchSize = batchSize
    self.sequenceLength = sequenceLength
  }

  /// The multiply-adds of a token in the recurrent and output products; one-hot input counts as nothing.
  var multiplyAdds: Int {
    let gateRows = cell.gateCount * hiddenSize
    return layers * gateRows * hiddenSize + (layers - 1) * gateRows * hiddenSize
      + hiddenSize * Self.vocabularySize
  }

  /// The floating-point operations of training on a token: a product forward and two backward.
  var trainingOperations: Double { 6 * Double(multiplyAdds) }

  /// The speed at which so many tokens in a second are generated: a product forward for each.
  func gigaflops(generating tokensPerSecond: Double) -> Double {
    2 * Double(multiplyAdds) * tokensPerSecond / 1e9
  }

  func model() throws -> LanguageModel {
    let entries = (0..<UInt8(Self.vocabularySize)).map { String(UnicodeScalar(48 + $0)) }
    let tokenizer = try Tokenizer(TokenizerDescription(kind: .scalars, entries: entries))
    return try LanguageModel(
      .init(cell: cell, layerCount: layers, hiddenSize: hiddenSize), tokenizer: tokenizer, seed: 0)
  }

  /// A trainer before the first step.
  func trainer() throws -> Trainer<LanguageModel> {
    let plan = TrainingPlan(
      epochs: 1_000_000, optimizer: Adam(learningRate: 2e-3), gradientNormLimit: 5)
    return Trainer(try model(), plan: plan)
  }

  /// A text of random tokens in batches.
  func data(tokenCount: Int) throws -> TrainingData<LanguageModel.Batch> {
    var random = RandomStream(seed: 0, purpose: .shuffling)
    let tokens = (0..<tokenCount).map { _ in
      Token.random(in: 0..<Token(Self.vocabularySize), using: &random)
    }
    let batches = try StreamBatches(
      tokens: Tokens(tokens), batchSize: batchSize, sequenceLength: sequenceLength)
    return TrainingData(batches)
  }
}
