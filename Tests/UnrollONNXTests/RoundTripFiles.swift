import Foundation
import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor

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
}
