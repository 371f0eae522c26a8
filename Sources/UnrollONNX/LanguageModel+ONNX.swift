import SwiftProtobuf
import UnrollFormats
public import UnrollModels
import UnrollNN

extension LanguageModel {
  /// Writes the model as an ONNX file (operators of version 17), whole or not at all.
  ///
  /// Its inputs are `tokens` `[T, N]` (int64) and the state `hidden` `[L, N, H]`, for an LSTM
  /// `cell` `[L, N, H]` too: zeros at the start of a text. Its outputs are `logits` `[T, N, V]` and
  /// `next_hidden` and `next_cell`, to go on from. Configuration and tokenizer are in the metadata,
  /// under the names that they have in a model file.
  ///
  /// - Throws: `ONNXError` if the model is too large for the format, `ParameterError` if a weight
  ///   is not finite, `FileError` if the file cannot be written; what was there before is then
  ///   untouched.
  public func writeONNX(to path: String, training: TrainingRecord? = nil) throws {
    let bytes: [UInt8] = try onnxModel(training: training).serializedBytes()
    try DurableFile.write(to: path) { try $0.append(bytes) }
  }

  /// The content of the file.
  package func onnxModel(
    training: TrainingRecord? = nil, byteLimit: Int = Int(Int32.max)
  ) throws -> ONNXModel {
    try checkFinite()
    let metadata = fileMetadata(training: training).filter { $0.key.hasPrefix("unroll.") }
    // What belongs to the graph around the parameters has far less than the tolerance here.
    let byteCount =
      parameterCount * MemoryLayout<Float>.size + metadata.reduce(0) { $0 + $1.value.utf8.count }
      + 1 << 20
    guard byteCount <= byteLimit else {
      throw ONNXError(
        .tooLarge,
        "the model needs \(byteCount) bytes, and an ONNX file holds at most \(byteLimit); use the safetensors file, or train a smaller model"
      )
    }
    var model = ONNXModel()
    model.irVersion = 8
    model.producerName = "unroll"
    var operators = ONNXOperatorSet()
    operators.domain = ""
    operators.version = 17
    model.opsetImport = [operators]
    model.graph = LanguageModelGraph(self).graph
    model.metadataProps = metadata.sorted { $0.key < $1.key }.map { key, value in
      var property = ONNXProperty()
      property.key = key
      property.value = value
      return property
    }
    return model
  }
}
