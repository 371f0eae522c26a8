package import UnrollFormats
import UnrollNN
public import UnrollTensor
internal import UnrollText

/// A classifier as one safetensors file, with configuration, tokenizer and classes as JSON texts in the metadata.
extension Classifier: StoredModel {
  /// `classifier`.
  public static let kind = "classifier"

  /// `configuration`, `tokenizer` and `classes`.
  public var entries: ModelEntries {
    [
      "configuration": .json(configuration.json), "tokenizer": .tokenizer(tokenizer),
      "classes": .list(classes),
    ]
  }

  /// Creates a classifier from its entries.
  ///
  /// - Throws: ``ModelError`` if these make no model.
  public init(entries: ModelEntries, parameter: (Shape) -> Tensor) throws {
    let configuration = try entries.configuration { try Configuration($0) }
    try self.init(
      configuration, tokenizer: entries.tokenizer(), classes: entries.list("classes"),
      parameter: parameter)
  }
}

extension Classifier.Configuration {
  fileprivate init(_ field: JSON.Field) throws {
    let name = try field["pooling"].string()
    guard let pooling = Classifier.Pooling(rawValue: name) else {
      throw ModelError(
        .invalidConfiguration, "\(name.quotedForMessage) is no pooling of this version")
    }
    self.init(reader: try TokenReader.Configuration(field["reader"]), pooling: pooling)
  }

  package var json: JSON {
    ["reader": reader.json, "pooling": .string(pooling.rawValue)]
  }
}

extension TokenReader.Configuration {
  init(_ field: JSON.Field) throws {
    self.init(
      cell: try RecurrentCell(field["cell"]), layerCount: try field["layers"].integer(),
      hiddenSize: try field["hiddenSize"].integer(),
      embeddingSize: try field["embeddingSize"].integer(),
      dropout: Float(try field["dropout"].double()),
      isBidirectional: try field["isBidirectional"].boolean())
  }

  var json: JSON {
    [
      "cell": .string(cell.name),
      "layers": JSON(layerCount),
      "hiddenSize": JSON(hiddenSize),
      "embeddingSize": JSON(embeddingSize),
      "dropout": JSON(dropout),
      "isBidirectional": .boolean(isBidirectional),
    ]
  }
}
