public import UnrollText

/// What a language model is trained on: texts, and what a token is.
public struct LanguageSettings: SettingsGroup {
  /// Files or folders of text; `-` is standard input.
  public var texts: [String] = []
  /// Of folders, only files with such a name are read; all that are text if there is none.
  public var include: [String] = []
  /// What becomes of the ways in which lines end.
  public var lineEnds = LineEndsChoice.keep
  /// What becomes of a byte order mark at the beginning of a text.
  public var byteOrderMark = ByteOrderMarkChoice.keep
  /// What is a text of its own, which begins anew and has an end.
  public var documents = DocumentsChoice.stream
  /// What a token is.
  public var tokens = TokenizerKind.characters
  /// The largest number of distinct tokens; byte pairs need it.
  public var vocabularySize: Int?
  /// How often a token must occur to be known.
  public var minimumCount = 1
  /// What becomes of text that has no token.
  public var unknown = UnknownPolicy.error
  /// The normalisation of all text.
  public var normalize = Normalization.none
  /// Whether all text is made lower case.
  public var lowercase = false

  /// Creates the default settings, for no text.
  public init() {}

  /// Creates settings for texts.
  public init(texts: [String]) { self.texts = texts }

  /// What a tokenizer is learned with; documents have an end that is a token too.
  public var tokenizer: TokenizerSettings {
    TokenizerSettings(
      kind: tokens, vocabularySize: vocabularySize, minimumCount: minimumCount, unknown: unknown,
      reserved: documents == .stream ? [] : [.end], normalization: normalize,
      lowercase: lowercase, lineEnds: lineEnds == .lf ? .lineFeed : .kept,
      removesByteOrderMark: byteOrderMark == .remove)
  }

  /// All settings of the part, in the order of records.
  public static var table: [Setting<LanguageSettings>] {
    [
      Setting(path: "corpus", \.texts), Setting("include", \.include),
      Setting("lineEnds", \.lineEnds), Setting("byteOrderMark", \.byteOrderMark),
      Setting("documents", \.documents), Setting("tokens", \.tokens),
      Setting("vocabularySize", \.vocabularySize), Setting("minimumCount", \.minimumCount),
      Setting("unknown", \.unknown), Setting("normalize", \.normalize),
      Setting("lowercase", \.lowercase),
    ]
  }

  /// Finds values that no data could make right, and values that contradict each other.
  ///
  /// - Throws: `RunError` with code `invalidSetting`.
  public func validate() throws(RunError) {
    try requireSetting(!texts.isEmpty, "\(.setting("corpus")) names no text: give files or folders")
    if let vocabularySize {
      try requireSetting(
        vocabularySize > 0, "\(.setting("vocabularySize")) is 1 or more, not \(vocabularySize)")
    }
    try requireSetting(
      tokens != .bpe || (vocabularySize ?? 0) >= 256,
      "\(.setting("tokens", "bpe")) needs \(.setting("vocabularySize")), at least 256")
    try requireSetting(
      minimumCount > 0, "\(.setting("minimumCount")) is 1 or more, not \(minimumCount)")
  }
}
