import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText

extension GraphBuilder {
  /// What reads whole texts: tokens or vectors, recurrent layers in one direction or in both, and what rows end with.
  ///
  /// - Parameters:
  ///   - reader: the sizes and options.
  ///   - input: the vectors `[T, N, D]`.
  ///   - prefix: of the names of the layers' parameters.
  ///   - lengths: the value `[N]` with the steps of each row.
  /// - Returns: the last layer's output `[T, N, H]` or `[T, N, 2 H]`, and its state after each row's own last step, `[N, H]` or `[N, 2 H]`.
  mutating func readTexts(
    _ reader: TokenReader.Configuration, _ input: String, _ prefix: String, lengths: String
  ) -> (output: String, final: String) {
    var output = input
    var last = ""
    for layer in 0..<reader.layerCount {
      last = "\(prefix)/\(layer)/final"
      output = recurrent(
        reader.cell, units: reader.hiddenSize, isBidirectional: reader.isBidirectional,
        reading: output, prefix, layer: layer, lengths: lengths, finals: [last])
    }
    guard reader.isBidirectional else {
      return (output, append("Squeeze", [last, axis(0)], to: "\(prefix)/final"))
    }
    let byRow = append(
      "Transpose", [last], to: "\(prefix)/final/by-row", ONNXAttribute("perm", [1, 0, 2]))
    return (output, reshape(byRow, [0, 2 * reader.hiddenSize], to: "\(prefix)/final"))
  }
}

/// A classifier as a graph: `tokens` `[T, N]` and `lengths` `[N]` to `logits` `[N, C]`.
struct ClassifierGraph {
  private var builder: GraphBuilder

  var graph: ONNXGraph { builder.graph }

  init(_ model: Classifier) {
    builder = GraphBuilder("classifier", of: model)
    let (time, batch) = (ONNXGraph.Axis.named("time"), ONNXGraph.Axis.named("batch"))
    builder.declare(
      inputs: [
        ONNXValue("tokens", .int64, [time, batch]), ONNXValue("lengths", .int32, [batch]),
      ],
      outputs: [ONNXValue("logits", .float, [batch, .size(model.classes.count)])])
    let reader = model.configuration.reader
    let input =
      reader.embeddingSize > 0
      ? builder.embedding("tokens", "embedding", to: "input")
      : builder.oneHot("tokens", size: model.tokenizer.vocabulary.count, to: "input")
    let read = builder.readTexts(reader, input, "rnn", lengths: "lengths")
    let pooled =
      switch model.configuration.pooling {
      case .last: read.final
      case .mean: mean(of: read.output)
      case .max: max(of: read.output)
      case .attention: attended(read.output)
      }
    _ = builder.linear(pooled, "fc", to: "logits")
  }

  /// The sum over the steps, `[T, N, D]` to `[N, D]`.
  private mutating func sum(of x: String, to name: String) -> String {
    builder.append("ReduceSum", [x, builder.axis(0)], to: name, ONNXAttribute("keepdims", 0))
  }

  /// Past the end of a row the output is zero.
  private mutating func mean(of read: String) -> String {
    let counts = builder.append(
      "Cast", ["lengths"], to: "counts", ONNXAttribute("to", elementType: .float))
    let column = builder.append("Unsqueeze", [counts, builder.axis(1)], to: "counts/column")
    return builder.append("Div", [sum(of: read, to: "sums"), column], to: "pooled")
  }

  /// −∞ past the end of a row.
  private mutating func masked(_ x: String, to name: String) -> String {
    let mask = builder.mask(of: x, lengths: "lengths")
    return builder.append(
      "Where", [mask, x, builder.constant("least", -.infinity)], to: name)
  }

  private mutating func max(of read: String) -> String {
    builder.append(
      "ReduceMax", [masked(read, to: "masked")], to: "pooled", ONNXAttribute("axes", [0]),
      ONNXAttribute("keepdims", 0))
  }

  private mutating func attended(_ read: String) -> String {
    let projected = builder.linear(read, "attention.projection", to: "projected")
    let bounded = builder.append("Tanh", [projected], to: "bounded")
    let scores = builder.linear(bounded, "attention.context", to: "scores")
    let weights = builder.append(
      "Softmax", [masked(scores, to: "masked")], to: "weights", ONNXAttribute("axis", 0))
    return sum(of: builder.append("Mul", [weights, read], to: "weighted"), to: "pooled")
  }
}

/// A tagger as a graph: the characters of distinct words and the places of these in sentences to `logits` `[T, N, K]`.
///
/// Its inputs are `characters` `[C, D]` and `character_lengths` `[D]` of D distinct words, their `words` `[D]`, the numbers of those that
/// are known and 0 for others, and `places` `[T, N]`, which of them stands where in sentences of `lengths` `[N]` words.
struct TaggerGraph {
  private var builder: GraphBuilder

  var graph: ONNXGraph { builder.graph }

  init(_ model: Tagger) {
    builder = GraphBuilder("tagger", of: model)
    let (time, batch) = (ONNXGraph.Axis.named("time"), ONNXGraph.Axis.named("batch"))
    let distinct = ONNXGraph.Axis.named("distinct_words")
    builder.declare(
      inputs: [
        ONNXValue("characters", .int64, [.named("word_length"), distinct]),
        ONNXValue("character_lengths", .int32, [distinct]), ONNXValue("words", .int64, [distinct]),
        ONNXValue("places", .int64, [time, batch]), ONNXValue("lengths", .int32, [batch]),
      ],
      outputs: [ONNXValue("logits", .float, [time, batch, .size(model.tags.count)])])
    let characters = builder.embedding("characters", "characters.embedding", to: "spelled")
    let spellings = builder.readTexts(
      model.configuration.characters, characters, "characters.rnn", lengths: "character_lengths")
    let words = builder.embedding("words", "embedding", to: "known")
    let vectors = builder.append(
      "Concat", [spellings.final, words], to: "vectors", ONNXAttribute("axis", 1))
    let input = builder.append("Gather", [vectors, "places"], to: "input")
    let read = builder.readTexts(
      model.configuration.sentence, input, "rnn", lengths: "lengths")
    _ = builder.linear(read.output, "fc", to: "logits")
  }
}
