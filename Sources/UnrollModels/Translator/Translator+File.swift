package import UnrollFormats
import UnrollNN
public import UnrollTensor
internal import UnrollText

/// A translator as one safetensors file, with configuration and tokenizers as JSON texts in the metadata.
extension Translator: StoredModel {
  /// `translator`.
  public static let kind = "translator"

  /// `configuration`, `sourceTokenizer`, `targetTokenizer` and `longestTarget`.
  public var entries: ModelEntries {
    [
      "configuration": .json(configuration.json), "sourceTokenizer": .tokenizer(sourceTokenizer),
      "targetTokenizer": .tokenizer(targetTokenizer), "longestTarget": .integer(longestTarget),
    ]
  }

  /// Creates a translator from its entries.
  ///
  /// - Throws: ``ModelError`` if these make no model.
  public init(entries: ModelEntries, parameter: (Shape) -> Tensor) throws {
    let configuration = try entries.configuration { try Configuration($0) }
    try self.init(
      configuration, sourceTokenizer: entries.tokenizer("sourceTokenizer"),
      targetTokenizer: entries.tokenizer("targetTokenizer"),
      longestTarget: entries.integer("longestTarget", in: 1...1 << 20), parameter: parameter)
  }
}

extension Translator.Configuration {
  fileprivate init(_ field: JSON.Field) throws {
    let name = try field["attention"].string()
    let attention = Attention.Score(rawValue: name)
    guard attention != nil || name == "none" else {
      throw ModelError(
        .invalidConfiguration, "\(name.quotedForMessage) is no attention of this version")
    }
    self.init(
      encoder: try TokenReader.Configuration(field["encoder"]), attention: attention)
  }

  package var json: JSON {
    ["encoder": encoder.json, "attention": .string(attention?.rawValue ?? "none")]
  }
}
