import Unroll
import UnrollModels
import UnrollTensor
import UnrollText

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
    Workload("rnn-1x128", .rnnTanh, 1, 128, 50, 50),
    Workload("lstm-2x128", .lstm, 2, 128, 50, 50),
    Workload("gru-2x256", .gru, 2, 256, 50, 50),
    Workload("rnn-2x256", .rnnTanh, 2, 256, 50, 50),
    Workload("lstm-2x512", .lstm, 2, 512, 100, 100),
    Workload("gru-2x512", .gru, 2, 512, 100, 100),
    Workload("lstm-1x1024", .lstm, 1, 1024, 128, 64),
  ]

  private init(
    _ name: String, _ cell: RecurrentCell, _ layers: Int, _ hiddenSize: Int, _ batchSize: Int,
    _ sequenceLength: Int
  ) {
    self.name = name
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

  func model() throws -> LanguageModel {
    let entries = (0..<UInt8(Self.vocabularySize)).map { String(UnicodeScalar(48 + $0)) }
    let tokenizer = try Tokenizer(TokenizerDescription(kind: "scalars", entries: entries))
    return try LanguageModel(
      .init(cell: cell, layerCount: layers, hiddenSize: hiddenSize), tokenizer: tokenizer, seed: 0)
  }
}
