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
    let configuration = try entries.configuration { try Configuration($0) }
    try self.init(configuration, tokenizer: entries.tokenizer(), parameter: parameter)
  }
}

extension LanguageModel.Configuration {
  fileprivate init(_ field: JSON.Field) throws {
    self.init(
      cell: try RecurrentCell(field["cell"]), layerCount: try field["layers"].integer(),
      hiddenSize: try field["hiddenSize"].integer(),
      embeddingSize: try field["embeddingSize"].integer(),
      dropout: Float(try field["dropout"].double()),
      tiesWeights: try field["tiesWeights"].boolean())
  }

  package var json: JSON {
    [
      "cell": .string(cell.name),
      "layers": JSON(layerCount),
      "hiddenSize": JSON(hiddenSize),
      "embeddingSize": JSON(embeddingSize),
      "dropout": JSON(dropout),
      "tiesWeights": .boolean(tiesWeights),
    ]
  }
}
