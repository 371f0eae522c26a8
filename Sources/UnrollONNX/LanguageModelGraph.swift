import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText

/// A language model as a graph.
///
///     tokens [T, N] → Gather or OneHot → RNN, LSTM or GRU, one for each layer → MatMul, Add → logits [T, N, V]
///
/// The states of all layers are one input and one output, `[L, N, H]`, so that a text can be read and written token by token.
struct LanguageModelGraph {
  private let configuration: LanguageModel.Configuration
  private let vocabularySize: Int
  private var builder: GraphBuilder

  var graph: ONNXGraph { builder.graph }

  init(_ model: LanguageModel) {
    configuration = model.configuration
    vocabularySize = model.tokenizer.vocabulary.count
    builder = GraphBuilder("language-model", of: model)
    declareValues()
    var output =
      configuration.embeddingSize > 0
      ? builder.embedding("tokens", "embedding", to: "input")
      : builder.oneHot("tokens", size: vocabularySize, to: "input")
    splitStates()
    for layer in 0..<configuration.layerCount {
      output = builder.recurrent(
        configuration.cell, units: configuration.hiddenSize, reading: output, "rnn", layer: layer,
        states: states.map { names(ofLayers: $0)[layer] },
        finals: states.map { names(ofLayers: "next_\($0)")[layer] })
    }
    joinStates()
    _ = builder.linear(
      output, "fc", weight: configuration.tiesWeights ? "embedding.weight" : nil, to: "logits")
  }

  private var states: [String] { configuration.cell == .lstm ? ["hidden", "cell"] : ["hidden"] }

  /// The names of a state of each layer, `[1, N, H]`.
  private func names(ofLayers state: String) -> [String] {
    let count = configuration.layerCount
    return count == 1 ? [state] : (0..<count).map { "\(state)/\($0)" }
  }

  private mutating func declareValues() {
    let (time, batch) = (ONNXGraph.Axis.named("time"), ONNXGraph.Axis.named("batch"))
    let state = [.size(configuration.layerCount), batch, .size(configuration.hiddenSize)]
    builder.declare(
      inputs: [ONNXValue("tokens", .int64, [time, batch])]
        + states.map { ONNXValue($0, .float, state) },
      outputs: [ONNXValue("logits", .float, [time, batch, .size(vocabularySize)])]
        + states.map { ONNXValue("next_\($0)", .float, state) })
  }

  private mutating func splitStates() {
    guard configuration.layerCount > 1 else { return }
    for state in states {
      builder.append("Split", [state], to: names(ofLayers: state), ONNXAttribute("axis", 0))
    }
  }

  private mutating func joinStates() {
    guard configuration.layerCount > 1 else { return }
    for state in states.map({ "next_\($0)" }) {
      builder.append("Concat", names(ofLayers: state), to: [state], ONNXAttribute("axis", 0))
    }
  }
}
