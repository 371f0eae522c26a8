internal import UnrollFormats
internal import UnrollNN
internal import UnrollTensor
package import UnrollText

extension Translator {
  /// Takes over all weights of another translator of the same architecture and tokens.
  ///
  /// - Throws: ``ModelError`` naming the difference if there is one.
  public mutating func adopt(_ other: Translator) throws {
    var (own, theirs) = (configuration, other.configuration)
    (own.encoder.dropout, theirs.encoder.dropout) = (0, 0)
    for (name, side) in [
      ("tokens of sources", \Translator.sourceTokenizer),
      ("tokens of targets", \Translator.targetTokenizer),
    ] {
      try requireEqual(
        name, self[keyPath: side].vocabulary.entries, other[keyPath: side].vocabulary.entries)
    }
    try requireEqual("architecture", own.json.text(), theirs.json.text())
    encoder.embedding = other.encoder.embedding
    encoder.rnn.weights = other.encoder.rnn.weights
    decoder.embedding = other.decoder.embedding
    decoder.rnn.weights = other.decoder.rnn.weights
    bridge = other.bridge
    cellBridge = other.cellBridge
    attention = other.attention
    combination = other.combination
    output = other.output
  }

  /// The number of trainable numbers of a translator, found without making it.
  ///
  /// - Throws: `ModelError` if the configuration is impossible.
  package static func parameterCount(
    _ configuration: Configuration, sourceTokenizer: Tokenizer, targetTokenizer: Tokenizer
  ) throws -> Int {
    try UnrollModels.parameterCount {
      try Translator(
        configuration, sourceTokenizer: sourceTokenizer, targetTokenizer: targetTokenizer,
        longestTarget: 1, parameter: $0)
    }
  }
}
