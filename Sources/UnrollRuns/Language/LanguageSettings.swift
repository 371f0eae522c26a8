public import UnrollText

/// What a language model is trained on: texts, and what a token is.
public struct LanguageSettings: TaskSettings {
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
  public var tokens = TokenSettings()

  /// What keeps the model from learning its texts by heart, and what it begins with.
  public var regularization = RegularizationSettings()

  /// Creates the default settings, for no text.
  public init() {}

  /// Creates settings for texts.
  public init(texts: [String]) { self.texts = texts }

  /// A loss over thousands of tokens does.
  public static var choosesByValidation: Bool { true }

  /// What a tokenizer is learned with; documents have an end that is a token too.
  public var tokenizer: TokenizerSettings {
    var settings = tokens.tokenizer
    settings.reserved = documents == .stream ? [] : [.end]
    settings.lineEnds = lineEnds == .lf ? .lineFeed : .kept
    settings.removesByteOrderMark = byteOrderMark == .remove
    return settings
  }

  /// The rows of the settings.
  public static var table: [Setting<LanguageSettings>] {
    [
      Setting(path: "corpus", \.texts), Setting("include", \.include),
      Setting("lineEnds", \.lineEnds), Setting("byteOrderMark", \.byteOrderMark),
      Setting("documents", \.documents),
    ] + TokenSettings.table.map { $0.within(\.tokens) }
      + RegularizationSettings.table.map { $0.within(\.regularization) }
  }

  /// Finds values out of range, and values that contradict each other: throws `RunError`.
  public func validate() throws(RunError) {
    try requireSetting(!texts.isEmpty, "\(.setting("corpus")) names no text: give files or folders")
    try tokens.validate()
    try regularization.validate()
  }
}
