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
    try onnxModel(training: training).write(to: path)
  }

  /// The content of the file.
  package func onnxModel(
    training: TrainingRecord? = nil, byteLimit: Int = Int(Int32.max)
  ) throws -> ONNXModel {
    try ONNXModel(self, training, byteLimit: byteLimit) { LanguageModelGraph(self).graph }
  }
}

extension Classifier {
  /// Writes the classifier as an ONNX file (operators of version 17), whole or not at all.
  ///
  /// Its inputs are `tokens` `[T, N]` (int64) and the `lengths` `[N]` of the texts (int32), its output `logits` `[N, C]`. Configuration,
  /// tokenizer and classes are in the metadata, under the names that they have in a model file.
  ///
  /// - Throws: as of a language model.
  public func writeONNX(to path: String, training: TrainingRecord? = nil) throws {
    try onnxModel(training: training).write(to: path)
  }

  /// The content of the file.
  package func onnxModel(training: TrainingRecord? = nil) throws -> ONNXModel {
    try ONNXModel(self, training) { ClassifierGraph(self).graph }
  }
}

extension Tagger {
  /// Writes the tagger as an ONNX file (operators of version 17), whole or not at all.
  ///
  /// Its inputs are those of ``Tagger/Sentences``: `characters` `[C, D]` (int64) and `character_lengths` `[D]` (int32) of the distinct
  /// words, their numbers `words` `[D]` (int64), and `places` `[T, N]` (int64) and `lengths` `[N]` (int32) of the sentences. Its output is
  /// `logits` `[T, N, K]`. Configuration, characters, words and tags are in the metadata, under the names that they have in a model file.
  ///
  /// - Throws: as of a language model.
  public func writeONNX(to path: String, training: TrainingRecord? = nil) throws {
    try onnxModel(training: training).write(to: path)
  }

  /// The content of the file.
  package func onnxModel(training: TrainingRecord? = nil) throws -> ONNXModel {
    try ONNXModel(self, training) { TaggerGraph(self).graph }
  }
}

extension ONNXModel {
  fileprivate init(
    _ model: some StoredModel, _ training: TrainingRecord?, byteLimit: Int = Int(Int32.max),
    graph: () -> ONNXGraph
  ) throws {
    try model.checkFinite()
    let metadata = model.fileMetadata(training: training).filter { $0.key.hasPrefix("unroll.") }
    // What belongs to the graph around the parameters has far less than the tolerance here.
    let byteCount =
      model.parameterCount * MemoryLayout<Float>.size
      + metadata.reduce(0) { $0 + $1.value.utf8.count } + 1 << 20
    guard byteCount <= byteLimit else {
      throw ONNXError(
        .tooLarge,
        "the model needs \(byteCount) bytes, and an ONNX file holds at most \(byteLimit); use the safetensors file, or train a smaller model"
      )
    }
    self.init()
    irVersion = 8
    producerName = "unroll"
    var operators = ONNXOperatorSet()
    operators.domain = ""
    operators.version = 17
    opsetImport = [operators]
    self.graph = graph()
    metadataProps = metadata.sorted { $0.key < $1.key }.map { key, value in
      var property = ONNXProperty()
      property.key = key
      property.value = value
      return property
    }
  }

  fileprivate func write(to path: String) throws {
    let bytes: [UInt8] = try serializedBytes()
    try DurableFile.write(to: path) { try $0.append(bytes) }
  }
}
