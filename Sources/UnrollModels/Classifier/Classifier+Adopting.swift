internal import UnrollFormats
internal import UnrollNN
internal import UnrollTensor
package import UnrollText

extension Classifier {
  /// Takes over the embedding and the layers of a language model, to be tuned for classes (Howard and Ruder 2018).
  ///
  /// - Throws: ``ModelError`` naming the difference, unless the classifier reads forwards with the tokens and the sizes of the
  ///   language model.
  public mutating func adopt(_ model: LanguageModel) throws {
    let (own, theirs) = (configuration.reader, model.configuration)
    try requireEqual("direction", own.isBidirectional ? "both" : "forwards", "forwards")
    try requireEqual("tokens", tokenizer.vocabulary.entries, model.tokenizer.vocabulary.entries)
    try requireEqual("cell", own.cell.name, theirs.cell.name)
    try requireEqual("number of layers", own.layerCount, theirs.layerCount)
    try requireEqual("hidden size", own.hiddenSize, theirs.hiddenSize)
    try requireEqual("embedding size", own.embeddingSize, theirs.embeddingSize)
    reader.embedding = model.embedding
    reader.rnn.weights = model.rnn.weights
  }

  /// Takes over all weights of another classifier of the same architecture, tokens and classes.
  ///
  /// - Throws: ``ModelError`` naming the difference if there is one.
  public mutating func adopt(_ other: Classifier) throws {
    var (own, theirs) = (configuration, other.configuration)
    (own.reader.dropout, theirs.reader.dropout) = (0, 0)
    try requireEqual("classes", classes, other.classes)
    try requireEqual("tokens", tokenizer.vocabulary.entries, other.tokenizer.vocabulary.entries)
    try requireEqual("architecture", own.json.text(), theirs.json.text())
    reader.embedding = other.reader.embedding
    reader.rnn.weights = other.reader.rnn.weights
    attention = other.attention
    output = other.output
  }

  /// The number of trainable numbers of a classifier, found without making it.
  ///
  /// - Throws: `ModelError` if the configuration is impossible.
  package static func parameterCount(
    _ configuration: Configuration, tokenizer: Tokenizer, classes: [String]
  ) throws -> Int {
    try UnrollModels.parameterCount {
      try Classifier(configuration, tokenizer: tokenizer, classes: classes, parameter: $0)
    }
  }
}
