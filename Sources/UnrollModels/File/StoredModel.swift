import UnrollFormats
public import UnrollNN
public import UnrollTensor

/// A model that is a safetensors file: its kind, version, configuration and vocabularies are texts
/// in the metadata, and its weights are tensors under PyTorch's names.
///
/// A kind of model states what the file has to say of it, and how it is made from that; reading,
/// writing and all checks are the same for all kinds.
///
/// ```swift
/// struct Rater: StoredModel {
///   static let kind = "rater"
///   var layer: Linear
///   var entries: ModelEntries { ["inputSize": .integer(layer.weight.shape[1])] }
///
///   init(entries: ModelEntries, parameter: (Shape) -> Tensor) throws {
///     let size = try entries.integer("inputSize", in: 1...65_536)
///     layer = Linear(weight: parameter([1, size]), bias: parameter([1]))
///   }
///
///   mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
///     layer.forEachParameter(visit)
///   }
/// }
/// ```
public protocol StoredModel: Module {
  /// What a file calls this kind of model, such as `language-model`.
  static var kind: String { get }

  /// The version of the entries and tensors of this kind; other versions are refused.
  static var version: String { get }

  /// Configuration and vocabularies. The names `kind`, `version` and `training` are taken.
  var entries: ModelEntries { get }

  /// Creates a model from what ``entries`` says.
  ///
  /// - Parameters:
  ///   - entries: what a file says of the model.
  ///   - parameter: makes a parameter of a shape. Its elements may come later: do not look at them.
  /// - Throws: ``ModelError`` if the entries make no model.
  init(entries: ModelEntries, parameter: (Shape) -> Tensor) throws
}

extension StoredModel {
  /// The first version.
  public static var version: String { "1" }

  /// Reads a model from a file or a pipe.
  ///
  /// The weights of a file of 16 MB or more stay in it until they are used: replace such a file, as
  /// `write(to:)` does, rather than change it in place while a program uses the model.
  ///
  /// - Throws: `FileError` if the file cannot be read, ``ModelError`` if it is of another format,
  ///   kind or version, or says what cannot be, `SafeTensorsError` if it is damaged,
  ///   `ParameterError` if the weights are not those of the model or not finite.
  public init(contentsOf path: String) throws {
    self = try ModelFile(contentsOf: path).model()
  }

  /// Reads a model from the bytes of a file; throws as reading a file does.
  public init(bytes: [UInt8]) throws {
    self = try ModelFile(bytes: bytes).model()
  }

  /// Writes the model, whole or not at all.
  ///
  /// - Parameters:
  ///   - path: where it goes.
  ///   - training: what is to be kept of its training.
  ///   - precision: how the weights are stored, rounded to the nearest.
  ///   - original: the bytes of the file that the model was adapted from, which are kept as the tensor `unroll.original`, so that
  ///     there is a way back.
  /// - Throws: `ParameterError` if a weight is not finite or beyond the precision, `FileError` if
  ///   the file cannot be written; what was there before is then untouched.
  public func write(
    to path: String, training: TrainingRecord? = nil, precision: WeightPrecision = .float32,
    original: [UInt8]? = nil
  ) throws {
    var writer = try tensors(as: precision, metadata: fileMetadata(training: training))
    if let original {
      try writer.add(
        ModelFile.originalName, shape: [original.count], as: .uint8, bytes: original)
    }
    try writer.write(to: path)
  }

  /// The bytes of the file that `write(to:training:precision:)` would write.
  ///
  /// - Throws: `ParameterError` if a weight is not finite or beyond the precision.
  public func bytes(
    training: TrainingRecord? = nil, precision: WeightPrecision = .float32
  ) throws -> [UInt8] {
    try tensors(as: precision, metadata: fileMetadata(training: training)).bytes()
  }

  /// What a model file has beside the weights.
  package func fileMetadata(training: TrainingRecord? = nil) -> [String: String] {
    var metadata = [
      "format": "pt", ModelFile.kindKey: Self.kind, ModelFile.versionKey: Self.version,
    ]
    metadata[ModelFile.trainingKey] = training?.text
    for (name, text) in entries.texts {
      let earlier = metadata.updateValue(text, forKey: ModelFile.prefix + name)
      guard earlier == nil else {
        fatalError("The entry '\(name)' of a \(Self.kind) has a name that is taken")
      }
    }
    return metadata
  }
}
