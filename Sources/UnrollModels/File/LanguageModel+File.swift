package import UnrollFormats
package import UnrollNN
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
    if let values = try field["regularization"].ifPresent {
      regularization = try Regularization(values)
    }
  }

  package var json: JSON {
    let plain: JSON = [
      "cell": .string(cell.name),
      "layers": JSON(layerCount),
      "hiddenSize": JSON(hiddenSize),
      "embeddingSize": JSON(embeddingSize),
      "dropout": JSON(dropout),
      "tiesWeights": .boolean(tiesWeights),
    ]
    guard regularization != Regularization(), case .object(var object) = plain else { return plain }
    object["regularization"] = regularization.json
    return .object(object)
  }
}

extension Regularization {
  fileprivate init(_ field: JSON.Field) throws {
    self.init()
    func number(_ name: String) throws -> Float {
      Float(try field[name].ifPresent?.double() ?? 0)
    }
    embeddingDropout = try number("embeddingDropout")
    isDropoutVariational = try field["variationalDropout"].ifPresent?.boolean() ?? false
    weightDropout = try number("weightDropout")
    activationPenalty = try number("activationPenalty")
    temporalPenalty = try number("temporalPenalty")
    labelSmoothing = try number("labelSmoothing")
  }

  fileprivate var json: JSON {
    [
      "embeddingDropout": JSON(embeddingDropout),
      "variationalDropout": .boolean(isDropoutVariational),
      "weightDropout": JSON(weightDropout), "activationPenalty": JSON(activationPenalty),
      "temporalPenalty": JSON(temporalPenalty), "labelSmoothing": JSON(labelSmoothing),
    ]
  }
}
