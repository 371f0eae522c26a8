package import UnrollFormats
import UnrollNN
public import UnrollTensor
internal import UnrollText

/// A tagger as one safetensors file, with configuration, characters, words and tags as JSON texts in the metadata.
extension Tagger: StoredModel {
  /// `tagger`.
  public static let kind = "tagger"

  /// `configuration`, `tokenizer`, `words` and `tags`.
  public var entries: ModelEntries {
    [
      "configuration": .json(configuration.json), "tokenizer": .tokenizer(tokenizer),
      "words": .list(words), "tags": .list(tags),
    ]
  }

  /// Creates a tagger from its entries.
  ///
  /// - Throws: ``ModelError`` if these make no model.
  public init(entries: ModelEntries, parameter: (Shape) -> Tensor) throws {
    let configuration = try entries.configuration { try Configuration($0) }
    try self.init(
      configuration, tokenizer: entries.tokenizer(), words: entries.list("words"),
      tags: entries.list("tags"), parameter: parameter)
  }
}

extension Tagger.Configuration {
  fileprivate init(_ field: JSON.Field) throws {
    let sizes = 1...1 << 20
    self.init(
      cell: try RecurrentCell(field["cell"]), layerCount: try field["layers"].integer(in: 1...1024),
      hiddenSize: try field["hiddenSize"].integer(in: sizes),
      wordSize: try field["wordSize"].integer(in: sizes),
      characterSize: try field["characterSize"].integer(in: sizes),
      characterHiddenSize: try field["characterHiddenSize"].integer(in: sizes),
      dropout: Float(try field["dropout"].double()))
  }

  package var json: JSON {
    [
      "cell": .string(sentence.cell.name),
      "layers": JSON(sentence.layerCount),
      "hiddenSize": JSON(sentence.hiddenSize),
      "wordSize": JSON(wordSize),
      "characterSize": JSON(characters.embeddingSize),
      "characterHiddenSize": JSON(characters.hiddenSize),
      "dropout": JSON(sentence.dropout),
    ]
  }
}
