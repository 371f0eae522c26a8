public import UnrollModels
public import UnrollNN
public import UnrollText

/// What a translator is trained on, and how it reads and writes.
public struct TranslationSettings: TaskSettings {
  /// A file with a pair of texts on each line; `-` is standard input.
  public var data = ""
  /// The column of the text that is read, from 1.
  public var sourceColumn = 1
  /// The column of the text that is written, from 1.
  public var targetColumn = 2
  /// What a token is, on both sides unless the target has its own.
  public var tokens = TokenSettings(unknown: .token)
  /// What a token of the target is; when absent, what one of the source is.
  public var targetTokens: TokenizerKind?
  /// The largest number of distinct tokens of the target; when absent, that of the source.
  public var targetVocabularySize: Int?
  /// Whether sources are read in both directions.
  public var isBidirectional = true
  /// How the decoder asks what was read.
  public var attention = AttentionChoice.additive
  /// How often, at the end of the run, the decoder reads what it would have written itself instead of the target; the share grows
  /// evenly from 0 (Bengio et al. 2015).
  public var scheduledSampling: Float = 0
  /// The figure that decides which model is the best, and when a plateau is reached.
  public var bestBy = TranslationFigure.loss

  /// Creates the default settings, for no data.
  public init() {}

  /// Creates settings for a file of pairs.
  public init(data: String) { self.data = data }

  /// A GRU with dropout.
  public static var usualModel: ModelSettings {
    var model = ModelSettings()
    model.cell = .gru
    model.dropout = 0.2
    return model
  }

  /// With Adam a lower one than of small models: a translator has many units.
  public static func usualLearningRate(of optimizer: OptimizerChoice) -> Double {
    switch optimizer {
    case .adam, .adamw: 2e-3
    case .sgd, .rmsprop, .adagrad: optimizer.usualLearningRate
    }
  }

  /// The columns.
  public var columns: TextPairs.Columns {
    TextPairs.Columns(source: sourceColumn, target: targetColumn)
  }

  /// What a tokenizer of sources is learned with.
  var sourceTokenizer: TokenizerSettings { tokens.tokenizer }

  /// What a tokenizer of targets is learned with.
  var targetTokenizer: TokenizerSettings {
    var settings = tokens
    settings.kind = targetTokens ?? tokens.kind
    settings.vocabularySize = targetVocabularySize ?? tokens.vocabularySize
    var tokenizer = settings.tokenizer
    tokenizer.reserved = [.beginning, .end]
    return tokenizer
  }

  /// The rows of the settings.
  public static var table: [Setting<TranslationSettings>] {
    [
      Setting(path: "data", \.data), Setting("sourceColumn", \.sourceColumn),
      Setting("targetColumn", \.targetColumn), Setting("bidirectional", \.isBidirectional),
      Setting("attention", \.attention), Setting("scheduledSampling", \.scheduledSampling),
      Setting("bestBy", \.bestBy), Setting("targetTokens", \.targetTokens),
      Setting("targetVocabularySize", \.targetVocabularySize),
    ] + TokenSettings.table.map { $0.within(\.tokens) }
  }

  /// Finds values out of range, and values that contradict each other: throws `RunError`.
  public func validate() throws(RunError) {
    try requireSetting(
      !data.isEmpty, "\(.setting("data")) names no pairs of texts: give a file")
    for (name, column) in [("sourceColumn", sourceColumn), ("targetColumn", targetColumn)] {
      try requireSetting(
        (1...1 << 20).contains(column), "\(.setting(name)) is 1 or more, not \(column)")
    }
    try requireSetting(
      (0...1).contains(scheduledSampling),
      "\(.setting("scheduledSampling")) is 0 to 1, not \(scheduledSampling)")
    try tokens.validate()
    if let targetVocabularySize {
      try requireSetting(
        targetVocabularySize > 0,
        "\(.setting("targetVocabularySize")) is 1 or more, not \(targetVocabularySize)")
    }
    try requireSetting(
      (targetTokens ?? tokens.kind) != .bpe
        || targetVocabularySize ?? tokens.vocabularySize ?? 256 >= 256,
      "\(.setting("targetTokens", "bpe")) needs a \(.setting("targetVocabularySize")) of at least 256"
    )
  }
}

/// How a decoder asks what was read.
public enum AttentionChoice: String, CaseIterable, SettingValue {
  /// By a layer on its output and what was read.
  case additive
  /// By a product of both.
  case multiplicative
  /// Not at all.
  case none

  /// The score; `nil` for none.
  public var score: Attention.Score? { Attention.Score(rawValue: rawValue) }

  /// The choice that asks for a score.
  init(_ score: Attention.Score?) {
    self = score.flatMap { AttentionChoice(rawValue: $0.rawValue) } ?? .none
  }
}

/// The figures of a translator.
public enum TranslationFigure: String, CaseIterable, SettingValue {
  /// The cross entropy in nats for each token of a target.
  case loss
  /// How much of the references' words is found.
  case bleu
  /// The share of the targets that is written to the character.
  case exactMatch
}
