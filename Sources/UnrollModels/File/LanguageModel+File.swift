package import UnrollFormats
internal import UnrollNN
internal import UnrollTensor
internal import UnrollText

/// A language model as one safetensors file: weights under PyTorch's names; configuration, tokenizer and training record as
/// JSON texts in the metadata.
extension LanguageModel {
  private static let kind = "language-model"
  private static let version = "1"

  /// Reads a model from a file or a pipe.
  ///
  /// The weights of a large file stay in it until they are used: replace such a file, as ``write(to:)`` does, rather than
  /// change it in place while a program uses the model.
  ///
  /// - Throws: `FileError` if the file cannot be read, `SafeTensorsError` if it is damaged or of another format, `ModelError`
  ///   if it is not a language model of this version.
  public init(contentsOf path: String) throws {
    try self.init(SafeTensors(contentsOf: path, mapped: true))
  }

  /// Reads a model that is in memory as the bytes of a file, or throws as reading a file does.
  package init(bytes: [UInt8]) throws {
    try self.init(SafeTensors(bytes: bytes))
  }

  /// Reads a model from a file that is open; throws as the method for a path does.
  package init(_ file: SafeTensors) throws {
    let path = file.source
    func text(_ key: String) throws -> String {
      guard let value = file.metadata[key] else {
        throw ModelError(
          .notAModel,
          "'\(path)' is a safetensors file but not a model of Unroll: its metadata has no \"\(key)\"; give a file that `unroll train` wrote"
        )
      }
      return value
    }
    let (kind, version) = (try text("unroll.kind"), try text("unroll.version"))
    guard kind == Self.kind else {
      throw ModelError(.notAModel, "'\(path)' holds a \(kind), not a \(Self.kind)")
    }
    guard version == Self.version else {
      throw ModelError(
        .notAModel,
        "'\(path)' has version \(version) of the model format, this program reads version \(Self.version)"
      )
    }
    var shapes: [Shape] = []
    do {
      let configuration = try Configuration(
        JSON(parsing: text("unroll.configuration")).field(named: "configuration"))
      let tokenizer = try Tokenizer(
        TokenizerDescription(JSON(parsing: text("unroll.tokenizer")).field(named: "tokenizer")))
      // No memory for a size that the configuration claims before the file has shown a tensor of it.
      try self.init(configuration, tokenizer: tokenizer) { shape in
        shapes.append(shape)
        return Tensor(zeros: [0])
      }
    } catch let error as JSONError {
      throw ModelError(.damaged, "'\(path)' has metadata that cannot be read: \(error.message)")
    } catch let error as TextError {
      throw ModelError(.damaged, "'\(path)' has a tokenizer that cannot be used: \(error.message)")
    } catch let error as ModelError where error.code == .invalidConfiguration {
      throw ModelError(.damaged, "'\(path)' has an impossible configuration: \(error.message)")
    }
    try fill(from: file, shapes: shapes)
  }

  private mutating func fill(from file: SafeTensors, shapes: [Shape]) throws {
    let path = file.source
    var failure: (any Error)?
    var names: Set<String> = []
    var remaining = shapes.makeIterator()
    forEachParameter { name, parameter in
      guard failure == nil, let shape = remaining.next() else { return }
      names.insert(name)
      do {
        let tensor = try file.tensor(named: name)
        guard tensor.shape == Array(shape) else {
          throw ModelError(
            .damaged,
            "'\(path)' has a tensor \(name) of shape \(tensor.shape) where its configuration needs \(shape)"
          )
        }
        if let (floats, owner) = tensor.floatsInPlace, shape.elementCount > 0 {
          parameter = Tensor(borrowing: floats, from: owner, shape: shape)
        } else {
          parameter = Tensor(uninitialized: shape)
          try parameter.withUnsafeMutableElements { try tensor.copy(to: $0) }
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    if let extra = file.tensors.first(where: { !names.contains($0.name) }) {
      throw ModelError(
        .damaged, "'\(path)' has a tensor \(extra.name) that its configuration does not know")
    }
  }

  /// What a model file has beside the weights.
  package func fileMetadata(training: JSON?) -> [String: String] {
    var metadata = [
      "format": "pt",
      "unroll.kind": Self.kind,
      "unroll.version": Self.version,
      "unroll.configuration": configuration.json.text(),
      "unroll.tokenizer": tokenizer.description.json.text(),
    ]
    metadata["unroll.training"] = training?.text()
    return metadata
  }

  /// Writes the model, whole or not at all.
  ///
  /// - Parameter precision: how the weights are stored, rounded to the nearest.
  /// - Throws: `ModelError` if a weight is beyond the precision, `FileError` if the file cannot be written; what was there
  ///   before is then untouched.
  public func write(to path: String, precision: WeightPrecision = .float32) throws {
    try write(to: path, training: nil, precision: precision)
  }

  /// Writes the model with a record of its training.
  package func write(
    to path: String, training: JSON?, precision: WeightPrecision = .float32
  ) throws {
    try safeTensors(training: training, precision: precision).write(to: path)
  }

  func safeTensors(training: JSON?, precision: WeightPrecision) throws -> SafeTensorsWriter {
    var writer = SafeTensorsWriter(metadata: fileMetadata(training: training))
    for (name, value) in parameters {
      try writer.add(name, shape: Array(value.shape), as: precision.elementType) { body in
        try value.withUnsafeElements { floats in
          try precision.check(floats, of: name)
          try body(floats)
        }
      }
    }
    return writer
  }

  /// The record of its training that a model file has.
  ///
  /// - Throws: `ModelError` if it cannot be read.
  package static func trainingRecord(of file: SafeTensors) throws -> JSON? {
    do {
      return try file.metadata["unroll.training"].map { try JSON(parsing: $0) }
    } catch let error as JSONError {
      throw ModelError(
        .damaged, "'\(file.source)' has a training record that cannot be read: \(error.message)")
    }
  }
}

extension LanguageModel.Configuration {
  fileprivate static let cells: [(name: String, cell: RecurrentCell)] = [
    ("rnn-tanh", .rnnTanh), ("rnn-relu", .rnnReLU), ("lstm", .lstm), ("gru", .gru),
  ]

  fileprivate init(_ field: JSON.Field) throws {
    let name = try field["cell"].string()
    guard let known = Self.cells.first(where: { $0.name == name }) else {
      throw ModelError(.invalidConfiguration, "\"\(name)\" is no kind of cell of this version")
    }
    self.init(
      cell: known.cell, layerCount: try field["layers"].integer(),
      hiddenSize: try field["hiddenSize"].integer(),
      embeddingSize: try field["embeddingSize"].integer(),
      dropout: Float(try field["dropout"].double()),
      tiesWeights: try field["tiesWeights"].boolean())
  }

  /// `rnn-tanh`, `rnn-relu`, `lstm` or `gru`.
  package var cellName: String { Self.cells.first { $0.cell == cell }?.name ?? "" }

  package var json: JSON {
    [
      "cell": .string(cellName),
      "layers": JSON(layerCount),
      "hiddenSize": JSON(hiddenSize),
      "embeddingSize": JSON(embeddingSize),
      "dropout": JSON(dropout),
      "tiesWeights": .boolean(tiesWeights),
    ]
  }
}
