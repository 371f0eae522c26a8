public import UnrollText

/// What a token is.
public struct TokenSettings: SettingsGroup {
  /// What a token stands for.
  public var kind = TokenizerKind.characters
  /// The largest number of distinct tokens; all that there are when absent, of byte pairs 2,000.
  public var vocabularySize: Int?
  /// How often a token must occur to be known.
  public var minimumCount = 1
  /// What becomes of text that has no token.
  public var unknown: UnknownPolicy
  /// The normalisation of all text.
  public var normalize = Normalization.none
  /// Whether all text is made lower case.
  public var lowercase = false

  /// Creates the default settings: one token for each character, and all text has one.
  public init() { self.init(unknown: .error) }

  /// Creates settings for characters.
  public init(unknown: UnknownPolicy) { self.unknown = unknown }

  /// Settings for tokens of the kind of a model's.
  init(_ tokenizer: Tokenizer) {
    self.init(unknown: tokenizer.unknown)
    kind = tokenizer.kind
    if kind == .bpe { vocabularySize = tokenizer.vocabulary.count }
    normalize = tokenizer.normalization
    lowercase = tokenizer.lowercase
  }

  /// What a tokenizer is learned with.
  public var tokenizer: TokenizerSettings {
    TokenizerSettings(
      kind: kind, vocabularySize: vocabularySize, minimumCount: minimumCount, unknown: unknown,
      normalization: normalize, lowercase: lowercase)
  }

  /// The rows of the settings.
  public static var table: [Setting<TokenSettings>] {
    [
      Setting("tokens", \.kind), Setting("vocabularySize", \.vocabularySize),
      Setting("minimumCount", \.minimumCount), Setting("unknown", \.unknown),
      Setting("normalize", \.normalize), Setting("lowercase", \.lowercase),
    ]
  }

  /// Finds values out of range, and values that contradict each other: throws `RunError`.
  public func validate() throws(RunError) {
    if let vocabularySize {
      try requireSetting(
        vocabularySize > 0, "\(.setting("vocabularySize")) is 1 or more, not \(vocabularySize)")
    }
    try requireSetting(
      kind != .bpe || vocabularySize ?? 256 >= 256,
      "\(.setting("tokens", "bpe")) needs a \(.setting("vocabularySize")) of at least 256")
    try requireSetting(
      minimumCount > 0, "\(.setting("minimumCount")) is 1 or more, not \(minimumCount)")
  }
}
