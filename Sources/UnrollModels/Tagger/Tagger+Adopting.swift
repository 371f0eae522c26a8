internal import UnrollFormats
internal import UnrollNN
internal import UnrollTensor
package import UnrollText

extension Tagger {
  /// Takes over all weights of another tagger of the same architecture, characters, words and tags.
  ///
  /// - Throws: ``ModelError`` naming the difference if there is one.
  public mutating func adopt(_ other: Tagger) throws {
    var (own, theirs) = (configuration, other.configuration)
    (own.sentence.dropout, theirs.sentence.dropout) = (0, 0)
    try requireEqual("tags", tags, other.tags)
    try requireEqual("words", words, other.words)
    try requireEqual(
      "characters", tokenizer.vocabulary.entries, other.tokenizer.vocabulary.entries)
    try requireEqual("architecture", own.json.text(), theirs.json.text())
    characters = other.characters
    embedding = other.embedding
    rnn.weights = other.rnn.weights
    output = other.output
  }

  /// The number of trainable numbers of a tagger, found without making it.
  ///
  /// - Throws: `ModelError` if the configuration is impossible.
  package static func parameterCount(
    _ configuration: Configuration, tokenizer: Tokenizer, words: [String], tags: [String]
  ) throws -> Int {
    try UnrollModels.parameterCount {
      try Tagger(
        configuration, tokenizer: tokenizer, words: words, tags: tags, parameter: $0)
    }
  }
}
