package import UnrollFormats
import UnrollNN
import UnrollTensor

/// A model file that is open, whatever kind of model it holds.
///
/// ```swift
/// let file = try ModelFile(contentsOf: "model.safetensors")
/// print(file.kind, file.training?.text ?? "")
/// let model: LanguageModel = try file.model()
/// ```
public struct ModelFile: Sendable {
  static let prefix = "unroll."
  static let kindKey = prefix + "kind"
  static let versionKey = prefix + "version"
  static let trainingKey = prefix + "training"
  /// The tensor that holds the file that a model was adapted from.
  package static let originalName = prefix + "original"

  /// What the file is called in messages: its path.
  public let source: String
  /// The kind of the model, such as `language-model`.
  public let kind: String
  /// The version of what the file says of that kind.
  public let version: String
  /// Configuration and vocabularies.
  public let entries: ModelEntries
  /// What is known of the training.
  public let training: TrainingRecord?
  /// The weights.
  package let tensors: SafeTensors

  /// Opens a file or a pipe; the weights of a large file stay in it until they are used.
  ///
  /// - Throws: `FileError` if the file cannot be read, ``ModelError`` if it is no model file,
  ///   `SafeTensorsError` if it is damaged.
  public init(contentsOf path: String) throws {
    try self.init(FileContents(opening: path), source: path)
  }

  /// Opens a file that is in memory; throws as opening a file does.
  public init(bytes: [UInt8]) throws {
    try self.init(FileContents(bytes), source: "model")
  }

  /// Opens a file whose bytes are there already.
  package init(_ contents: FileContents, source: String) throws {
    let kind = FileKind(of: contents)
    guard kind == .safeTensors else {
      throw ModelError(
        .notAModel,
        "'\(source)' is \(kind.name), and a model of Unroll is needed; \(kind.remedy(for: .model, path: source))"
      )
    }
    try self.init(SafeTensors(contents, source: source))
  }

  /// Takes a safetensors file that is open; throws ``ModelError`` if it is no model file.
  package init(_ file: SafeTensors) throws {
    source = file.source
    tensors = file
    guard let kind = file.metadata[Self.kindKey], let version = file.metadata[Self.versionKey]
    else {
      throw ModelError(
        .notAModel,
        "'\(file.source)' is a safetensors file but not a model of Unroll: its metadata has no \"\(file.metadata[Self.kindKey] == nil ? Self.kindKey : Self.versionKey)\"; give a file that `unroll train` wrote, or make one of a state_dict with `unroll convert`"
      )
    }
    (self.kind, self.version) = (kind, version)
    do {
      training = try file.metadata[Self.trainingKey].map { try TrainingRecord(parsing: $0) }
    } catch let error as ModelError {
      throw ModelError(.damaged, "'\(file.source)' has \(error.message)")
    }
    var texts: [String: String] = [:]
    for (key, text) in file.metadata where key.hasPrefix(Self.prefix) {
      guard ![Self.kindKey, Self.versionKey, Self.trainingKey].contains(key) else { continue }
      texts[String(key.dropFirst(Self.prefix.count))] = text
    }
    entries = ModelEntries(texts: texts)
  }

  /// The bytes of the file that the model was adapted from, if it was: see ``StoredModel/write(to:training:precision:original:)``.
  public var original: [UInt8]? {
    (try? tensors.tensor(named: Self.originalName))?.withUnsafeBytes { Array($0) }
  }

  /// Whether a safetensors file says that it is a model.
  package static func isModel(_ file: SafeTensors) -> Bool { file.metadata[kindKey] != nil }

  /// The model.
  ///
  /// - Throws: ``ModelError`` if it is of another kind or version, or the entries make no model;
  ///   `ParameterError` if the weights are not those of the model, or not finite.
  public func model<Model: StoredModel>(as type: Model.Type = Model.self) throws -> Model {
    guard kind == Model.kind else {
      throw ModelError(
        .otherKind(kind),
        "'\(source)' holds a model of the kind \(kind.quotedForMessage), and \(Model.kind.quotedForMessage) is needed: give another file"
      )
    }
    guard version == Model.version else {
      throw ModelError(
        .notAModel,
        "'\(source)' has version \(version.quotedForMessage) of the format of a \(kind), and this program reads version \(Model.version): use the version of Unroll that wrote it"
      )
    }
    // No memory for a size that the entries claim before the file has shown a tensor of it.
    var model: Model
    do {
      model = try Model(entries: entries) { Tensor(unfilled: $0) }
    } catch let error as ModelError {
      throw ModelError(.damaged, "'\(source)' cannot be a \(kind): \(error.message)")
    }
    var filling = TensorFilling(tensors, inPlace: true)
    filling.fill(&model)
    filling.leaveOut(Self.originalName)
    try filling.finish("a \(kind) with this configuration")
    return model
  }
}
