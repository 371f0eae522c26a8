import ArgumentParser
import Unroll
import UnrollModels
import UnrollNN
import UnrollText

/// The model to train.
struct ModelOptions: ParsableArguments {
  @Option(help: "The kind of recurrent cell.")
  var cell = CellChoice.lstm

  @Option(help: "What an rnn applies to its sum: tanh or relu (default: tanh).")
  var nonlinearity: RNN.Nonlinearity?

  @Option(
    name: .customLong("layers"),
    help: "Recurrent layers (default: 1 or 2, by the size of the text).")
  var givenLayers: Int?

  @Option(
    name: .customLong("hidden-size"),
    help: "Units of each layer (default: 32 to 512, by the size of the text).")
  var givenHiddenSize: Int?

  @Option(help: "Size of a token's vector; 0 for one-hot input.")
  var embeddingSize = 64

  @Option(help: "Dropout probability between the layers and before the output.")
  var dropout: Float = 0

  @Flag(help: "Use the embedding's vectors for the output too (needs equal sizes).")
  var tieWeights = false

  /// Every run that is carried out has been given these two.
  var layers: Int { givenLayers ?? 1 }
  var hiddenSize: Int { givenHiddenSize ?? 1 }

  /// Chooses what was not given.
  mutating func adopt(_ advice: TrainingAdvice) {
    givenLayers = givenLayers ?? advice.layers
    givenHiddenSize = givenHiddenSize ?? (tieWeights ? embeddingSize : advice.hiddenSize)
  }

  var configuration: LanguageModel.Configuration {
    LanguageModel.Configuration(
      cell: cell.cell(nonlinearity ?? .tanh), layerCount: layers, hiddenSize: hiddenSize,
      embeddingSize: embeddingSize, dropout: dropout, tiesWeights: tieWeights)
  }

  func validate() throws {
    guard nonlinearity == nil || cell == .rnn else {
      throw ValidationError("--nonlinearity belongs to --cell rnn, not to \(cell.rawValue)")
    }
    try require(layers > 0, "--layers is 1 or more, not \(layers)")
    try require(hiddenSize > 0, "--hidden-size is 1 or more, not \(hiddenSize)")
    try require(embeddingSize >= 0, "--embedding-size is 0 or more, not \(embeddingSize)")
    try require((0..<1).contains(dropout), "--dropout is at least 0 and below 1, not \(dropout)")
    try require(
      !tieWeights || embeddingSize == givenHiddenSize ?? embeddingSize,
      "--tie-weights needs --embedding-size equal to --hidden-size, not \(embeddingSize) and \(hiddenSize)"
    )
  }
}

/// The tokens that text is cut into.
struct TokenOptions: ParsableArguments {
  @Option(help: "What a token is.")
  var tokens = TokenizerKind.characters

  @Option(help: "The largest number of distinct tokens; needed for bpe.")
  var vocabularySize: Int?

  @Option(help: "How often a token must occur to be known.")
  var minimumCount = 1

  @Option(
    help:
      "What to do with text that has no token: stop with an error, skip it, or learn a token for it."
  )
  var unknown = UnknownPolicy.error

  @Option(
    help:
      "Make texts that mean the same be the same: nfc for the ways to write an accent, nfkc also for ligatures and widths."
  )
  var normalize = Normalization.none

  @Flag(help: "Make all text lower case.")
  var lowercase = false

  var settings: TokenizerSettings {
    TokenizerSettings(
      kind: tokens, vocabularySize: vocabularySize, minimumCount: minimumCount, unknown: unknown,
      normalization: normalize, lowercase: lowercase)
  }

  func validate() throws {
    if let vocabularySize {
      try require(vocabularySize > 0, "--vocabulary-size is 1 or more, not \(vocabularySize)")
    }
    try require(
      tokens != .bpe || (vocabularySize ?? 0) >= 256,
      "--tokens bpe needs --vocabulary-size, at least 256")
    try require(minimumCount > 0, "--minimum-count is 1 or more, not \(minimumCount)")
  }
}

/// Throws the message as an error of usage unless the condition holds.
func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
  if !condition { throw ValidationError(message()) }
}
