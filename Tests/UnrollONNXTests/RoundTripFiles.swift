import Foundation
import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText

/// What `Tools/onnx-round-trip.py` compares ONNX Runtime with: models, and what they answer here.
@Suite struct RoundTripFiles {
  private static let folder = ProcessInfo.processInfo.environment["UNROLL_EXCHANGE_FOLDER"]

  @Test(.enabled(if: folder != nil, "UNROLL_EXCHANGE_FOLDER names no folder"))
  func writeModelsAndLogits() throws {
    let folder = try #require(Self.folder)
    let (steps, rows) = (200, 2)
    for variant in Variant.all(hiddenSize: 48, embeddingSize: 20) {
      let model = try variant.model()
      let tokens = (0..<steps * rows).map { Int32($0 * $0 % 97 % 13) }
      let indices = Indices(tokens, shape: [steps, rows])
      let (logits, state) = model.read(indices, after: model.initialState(batchSize: rows))
      var writer = SafeTensorsWriter()
      try writer.add(
        "tokens", shape: [steps, rows], as: .int32, bytes: tokens.withUnsafeBytes { Array($0) })
      try writer.add("logits", shape: Array(logits.shape), values: logits.elements)
      for (name, states) in [("hidden", state.hidden), ("cell", state.cell)] {
        let shape = [states.count] + Array(states[0].shape)
        try writer.add(name, shape: shape, values: states.flatMap(\.elements))
      }
      try model.write(to: "\(folder)/\(variant).safetensors")
      try writer.write(to: "\(folder)/\(variant).expected")
    }
  }

  /// Models of whole texts: what goes into the graph, and the logits.
  private func write(
    _ model: some StoredModel, _ name: String, _ inputs: [String: Indices], _ logits: Tensor
  ) throws {
    let folder = try #require(Self.folder)
    var writer = SafeTensorsWriter()
    for (name, indices) in inputs.sorted(by: { $0.key < $1.key }) {
      try writer.add(
        name, shape: Array(indices.shape), as: .int32,
        bytes: indices.values.withUnsafeBytes { Array($0) })
    }
    try writer.add("logits", shape: Array(logits.shape), values: logits.elements)
    try model.write(to: "\(folder)/\(name).safetensors")
    try writer.write(to: "\(folder)/\(name).expected")
  }

  private static let cells: [(String, RecurrentCell)] = [
    ("tanh", .rnnTanh), ("relu", .rnnReLU), ("lstm", .lstm), ("gru", .gru),
  ]

  private static let words = (0..<40).map { (number: Int) -> String in
    let letters = Array("abcdefgh")
    return String((0...number * 7 % 11).map { letters[($0 * 3 + number) % 8] })
  }

  @Test(.enabled(if: folder != nil, "UNROLL_EXCHANGE_FOLDER names no folder"))
  func writeClassifiers() throws {
    let tokenizer = try Tokenizer(learning: .init(unknown: .token), from: "abcdefgh")
    for (name, cell) in Self.cells {
      for pooling in Classifier.Pooling.allCases {
        for (layers, isBidirectional, embedding) in [(1, true, 0), (2, true, 20), (2, false, 20)] {
          let model = try Classifier(
            Classifier.Configuration(
              reader: TokenReader.Configuration(
                cell: cell, layerCount: layers, hiddenSize: 48, embeddingSize: embedding,
                isBidirectional: isBidirectional), pooling: pooling),
            tokenizer: tokenizer, classes: ["x", "y", "z"], seed: 5)
          let batch = Classifier.Batch(
            try Self.words.map { try tokenizer.encode($0) },
            classes: Array(repeating: 0, count: Self.words.count))
          try write(
            model,
            "classifier-\(name)-\(pooling)-\(layers)-\(isBidirectional ? "both" : "forwards")",
            ["tokens": batch.tokens, "lengths": Indices(batch.lengths)],
            model.logits(of: batch.tokens, lengths: batch.lengths))
        }
      }
    }
  }

  @Test(.enabled(if: folder != nil, "UNROLL_EXCHANGE_FOLDER names no folder"))
  func writeTaggers() throws {
    for (name, cell) in Self.cells {
      for layers in 1...2 {
        let model = try Tagger(
          Tagger.Configuration(
            cell: cell, layerCount: layers, hiddenSize: 48, wordSize: 20, characterSize: 8,
            characterHiddenSize: 12),
          tokenizer: Tokenizer(learning: .init(unknown: .token), from: "abcdefgh"),
          words: Array(Set(Self.words[..<20])).sorted(), tags: ["x", "y", "z"], seed: 5)
        let sentences = model.sentences(
          try (1...9).map { try model.read(Array(Self.words.suffix($0 * 4).prefix($0))) })
        var mode = Mode.evaluation
        try write(
          model, "tagger-\(name)-\(layers)",
          [
            "characters": sentences.characters,
            "character_lengths": Indices(sentences.characterCounts),
            "words": sentences.wordNumbers, "places": sentences.places,
            "lengths": Indices(sentences.lengths),
          ], model.logits(of: sentences, mode: &mode))
      }
    }
  }
}
