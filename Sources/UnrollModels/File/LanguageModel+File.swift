package import UnrollFormats
internal import UnrollNN
public import UnrollTensor
internal import UnrollText

/// A language model as one safetensors file, with configuration and tokenizer as JSON texts in the
/// metadata.
extension LanguageModel: StoredModel {
  /// `language-model`.
  public static let kind = "language-model"

  /// `configuration` and `tokenizer`.
  public var entries: ModelEntries {
    ["configuration": .json(configuration.json), "tokenizer": .tokenizer(tokenizer)]
  }

  /// Creates a model from its configuration and tokenizer.
  ///
  /// - Throws: ``ModelError`` if these make no model.
  public init(entries: ModelEntries, parameter: (Shape) -> Tensor) throws {
    let configuration: Configuration
    do {
      configuration = try Configuration(entries.json("configuration"))
    } catch let error as JSONError {
      throw ModelError(.damaged, "its \(error.message)")
    }
    try self.init(configuration, tokenizer: entries.tokenizer(), parameter: parameter)
  }
}

extension LanguageModel.Configuration {
  fileprivate static let cells: [(name: String, cell: RecurrentCell)] = [
    ("rnn-tanh", .rnnTanh), ("rnn-relu", .rnnReLU), ("lstm", .lstm), ("gru", .gru),
  ]

  fileprivate init(_ field: JSON.Field) throws {
    let name = try field["cell"].string()
    guard let known = Self.cells.first(where: { $0.name == name }) else {
      throw ModelError(
        .invalidConfiguration, "\(name.quotedForMessage) is no kind of cell of this version")
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
