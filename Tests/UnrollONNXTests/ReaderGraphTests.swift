import SwiftProtobuf
import Testing
import UnrollModels
import UnrollNN
import UnrollONNX
import UnrollTensor
import UnrollTestSupport
import UnrollText

/// Graphs of models that read whole texts compute what the models do, for rows of different lengths.
struct ReaderGraphTests {
  private static func exported(_ model: ONNXModel) throws -> ONNXGraph {
    let bytes: [UInt8] = try model.serializedBytes()
    return try ONNXModel(serializedBytes: bytes).graph
  }

  private static func doubles(_ indices: Indices) -> DoubleTensor {
    DoubleTensor(indices.values.map { Double($0) }, shape: Array(indices.shape))
  }

  private static func doubles(_ lengths: [Int32]) -> DoubleTensor {
    DoubleTensor(lengths.map { Double($0) }, shape: [lengths.count])
  }

  @Test(
    arguments: [RecurrentCell.rnnTanh, .rnnReLU, .lstm, .gru], Classifier.Pooling.allCases)
  func classifierIsComputed(_ cell: RecurrentCell, _ pooling: Classifier.Pooling) throws {
    for (layers, isBidirectional, embedding) in [(1, true, 4), (2, true, 0), (2, false, 4)] {
      let model = try Classifier(
        Classifier.Configuration(
          reader: TokenReader.Configuration(
            cell: cell, layerCount: layers, hiddenSize: 5, embeddingSize: embedding,
            isBidirectional: isBidirectional), pooling: pooling),
        tokenizer: Tokenizer(learning: .init(unknown: .skip), from: "abcdef"),
        classes: ["x", "y", "z"], seed: 4)
      let batch = Classifier.Batch([[1, 2, 3, 4, 5], [0, 3], [2]], classes: [0, 0, 0])
      let outputs = try GraphInterpreter(Self.exported(model.onnxModel())).run([
        "tokens": Self.doubles(batch.tokens), "lengths": Self.doubles(batch.lengths),
      ])
      expectClose(
        model.logits(of: batch.tokens, lengths: batch.lengths), try #require(outputs["logits"]))
    }
  }

  @Test(arguments: [RecurrentCell.rnnTanh, .lstm, .gru], [1, 2])
  func taggerIsComputed(_ cell: RecurrentCell, _ layers: Int) throws {
    let model = try Tagger(
      Tagger.Configuration(
        cell: cell, layerCount: layers, hiddenSize: 5, wordSize: 4, characterSize: 3,
        characterHiddenSize: 2),
      tokenizer: Tokenizer(learning: .init(unknown: .token), from: "abcdef"),
      words: ["ab", "c", "fade"], tags: ["x", "y"], seed: 4)
    let sentences = model.sentences(
      try [["ab", "c", "dd", "ab"], ["fade"], ["?", "bad"]].map { try model.read($0) })
    let outputs = try GraphInterpreter(Self.exported(model.onnxModel())).run([
      "characters": Self.doubles(sentences.characters),
      "character_lengths": Self.doubles(sentences.characterCounts),
      "words": Self.doubles(sentences.wordNumbers), "places": Self.doubles(sentences.places),
      "lengths": Self.doubles(sentences.lengths),
    ])
    var mode = Mode.evaluation
    expectClose(
      model.logits(of: sentences, mode: &mode), try #require(outputs["logits"]))
  }

  @Test func filesCarryWhatBelongsToTheModel() throws {
    let classifier = try Classifier(
      Classifier.Configuration(reader: TokenReader.Configuration(cell: .gru, hiddenSize: 5)),
      tokenizer: Tokenizer(learning: .init(), from: "ab"), classes: ["x", "y"], seed: 4)
    let properties = Dictionary(
      uniqueKeysWithValues: try classifier.onnxModel().metadataProps.map { ($0.key, $0.value) })
    #expect(properties["unroll.kind"] == "classifier")
    #expect(properties["unroll.classes"] == "[\"x\",\"y\"]")
  }
}
