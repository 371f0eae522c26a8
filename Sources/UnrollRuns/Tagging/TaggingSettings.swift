public import UnrollText

/// What a tagger is trained on, and how it reads words.
public struct TaggingSettings: TaskSettings {
  /// A file of sentences with a word and its tag on each line; `-` is standard input.
  public var data = ""
  /// The column of the word, from 1; when absent, the file's name tells.
  public var wordColumn: Int?
  /// The column of the tag, from 1.
  public var tagColumn: Int?
  /// How often a word must occur to have a vector of its own.
  public var minimumWordCount = 1
  /// α: a word that occurs n times is read as an unknown one with the probability α / (α + n), so that its characters matter too
  /// (Kiperwasser and Goldberg 2016); 0 for never.
  public var wordDropout = 0.25
  /// How often a character must occur to be known; rarer ones teach what an unknown one is.
  public var minimumCharacterCount = 3
  /// The size of a character's vector.
  public var characterSize = 50
  /// The units in each direction of the layer that reads characters.
  public var characterHiddenSize = 100

  /// Creates the default settings, for no data.
  public init() {}

  /// Creates settings for a file of sentences.
  public init(data: String) { self.data = data }

  /// A GRU with much dropout: there is little text with tags.
  public static var usualModel: ModelSettings {
    var model = ModelSettings()
    model.cell = .gru
    model.dropout = 0.4
    return model
  }

  /// The columns, if they are named.
  public var columns: TaggedSentences.Columns? {
    guard let wordColumn, let tagColumn else { return nil }
    return TaggedSentences.Columns(word: wordColumn, tag: tagColumn)
  }

  /// The rows of the settings.
  public static var table: [Setting<TaggingSettings>] {
    [
      Setting(path: "data", \.data), Setting("wordColumn", \.wordColumn),
      Setting("tagColumn", \.tagColumn), Setting("minimumWordCount", \.minimumWordCount),
      Setting("wordDropout", \.wordDropout),
      Setting("minimumCharacterCount", \.minimumCharacterCount),
      Setting("characterSize", \.characterSize),
      Setting("characterHiddenSize", \.characterHiddenSize),
    ]
  }

  /// Finds values out of range, and values that contradict each other: throws `RunError`.
  public func validate() throws(RunError) {
    try requireSetting(
      !data.isEmpty, "\(.setting("data")) names no sentences: give a file")
    try requireSetting(
      (wordColumn == nil) == (tagColumn == nil),
      "\(.setting("wordColumn")) and \(.setting("tagColumn")) belong together: give both")
    try requireSetting(
      wordDropout >= 0 && wordDropout.isFinite,
      "\(.setting("wordDropout")) is 0 or more, not \(wordDropout)")
    for (name, value) in [
      ("wordColumn", wordColumn ?? 1), ("tagColumn", tagColumn ?? 1),
      ("minimumWordCount", minimumWordCount), ("minimumCharacterCount", minimumCharacterCount),
      ("characterSize", characterSize), ("characterHiddenSize", characterHiddenSize),
    ] {
      try requireSetting(value > 0, "\(.setting(name)) is 1 or more, not \(value)")
    }
  }
}
