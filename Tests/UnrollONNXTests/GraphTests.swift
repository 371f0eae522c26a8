import SwiftProtobuf
import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollONNX
import UnrollTensor
import UnrollTestSupport

@Suite struct GraphTests {
  static let variants = Variant.all(hiddenSize: 6, embeddingSize: 4)

  /// The model as a reader of its bytes sees it.
  private func exported(_ model: LanguageModel) throws -> ONNXModel {
    let bytes: [UInt8] = try model.onnxModel().serializedBytes()
    return try ONNXModel(serializedBytes: bytes)
  }

  @Test(arguments: variants)
  func graphComputesTheModel(variant: Variant) throws {
    let model = try variant.model()
    let tokens = Indices([3, 1, 4, 1, 5, 9, 2, 6, 5, 3], shape: [5, 2])
    let (logits, state) = model.read(tokens, after: model.initialState(batchSize: 2))
    let again = model.read(tokens, after: state)
    let interpreter = try GraphInterpreter(exported(model).graph)
    var inputs = zeroInputs(of: model, rows: 2)
    inputs["tokens"] = DoubleTensor(tokens.values.map(Double.init), shape: [5, 2])
    for (logits, state) in [(logits, state), again] {
      let outputs = try interpreter.run(inputs)
      expectClose(logits, try #require(outputs["logits"]))
      let hidden = try #require(outputs["next_hidden"])
      expectClose(concatenated(state.hidden), hidden)
      inputs["hidden"] = hidden
      #expect(outputs.keys.contains("next_cell") == (variant.configuration.cell == .lstm))
      guard let cell = outputs["next_cell"] else { continue }
      expectClose(concatenated(state.cell), cell)
      inputs["cell"] = cell
    }
  }

  private func zeroInputs(of model: LanguageModel, rows: Int) -> [String: DoubleTensor] {
    let c = model.configuration
    let zeros = DoubleTensor(zeros: [c.layerCount, rows, c.hiddenSize])
    return c.cell == .lstm ? ["hidden": zeros, "cell": zeros] : ["hidden": zeros]
  }

  private func concatenated(_ states: [Tensor]) -> Tensor {
    concatenate(states.map { $0.reshaped([1] + Array($0.shape)) }, axis: 0)
  }

  @Test func fileSaysItsVersionsAndCarriesTokenizer() throws {
    let model = try Self.variants[0].model()
    let file = try exported(model)
    #expect(file.irVersion == 8)
    #expect(file.opsetImport.map(\.version) == [17])
    #expect(file.opsetImport.map(\.domain) == [""])
    let properties = Dictionary(
      uniqueKeysWithValues: file.metadataProps.map { ($0.key, $0.value) })
    #expect(
      Set(properties.keys) == [
        "unroll.kind", "unroll.version", "unroll.configuration", "unroll.tokenizer",
      ])
    #expect(properties["unroll.configuration"] == model.configuration.json.text())
    #expect(properties["unroll.tokenizer"]?.contains("\"characters\"") == true)
  }

  @Test(arguments: variants)
  func everyParameterIsStoredOnce(variant: Variant) throws {
    let model = try variant.model()
    let graph = try exported(model).graph
    let floats = graph.initializer.filter {
      $0.dataType == .float && !$0.name.hasSuffix("/zero-and-one")
    }
    #expect(floats.reduce(0) { $0 + $1.rawData.count / 4 } == model.parameterCount)
    #expect(Set(graph.initializer.map(\.name)).count == graph.initializer.count)
    let read = Set(graph.node.flatMap(\.input))
    #expect(graph.initializer.allSatisfy { read.contains($0.name) })
  }

  @Test func tooLargeModelIsRefused() throws {
    let model = try Self.variants[0].model()
    let error = #expect(throws: ONNXError.self) { _ = try model.onnxModel(byteLimit: 1_000_000) }
    #expect(error?.code == .tooLarge)
    #expect(error?.message.contains("an ONNX file holds at most 1000000") == true)
  }
}
