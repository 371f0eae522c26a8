public import UnrollModels
public import UnrollText

extension Classifier.Pooling: SettingValue {}
extension LabelledTexts.Layout: SettingValue {}

/// What a classifier is trained on: texts with labels, and how it reads them.
public struct ClassificationSettings: TaskSettings {
  /// A file or folder of labelled texts; `-` is standard input.
  public var data = ""
  /// How the file has them; when absent, its name tells.
  public var layout: LabelledTexts.Layout?
  /// The name of the column with the label.
  public var labelColumn: String?
  /// The name of the column with the text.
  public var textColumn: String?
  /// What a token is.
  public var tokens = TokenSettings(unknown: .skip)
  /// Whether texts are read in both directions.
  public var isBidirectional = true
  /// What makes one vector of a text.
  public var pooling = Classifier.Pooling.last
  /// How much an example of each class counts.
  public var classWeights = ClassWeightsChoice.equal
  /// The figure that decides which model is the best, and when a plateau is reached.
  public var bestBy = ClassificationFigure.accuracy
  /// A language model whose embedding and layers the run begins with, as Howard and Ruder (2018) do.
  public var languageModel: String?

  /// Creates the default settings, for no data.
  public init() {}

  /// Creates settings for a file or folder of labelled texts.
  public init(data: String) { self.data = data }

  /// A GRU with dropout.
  public static var usualModel: ModelSettings {
    var model = ModelSettings()
    model.cell = .gru
    model.dropout = 0.3
    return model
  }

  /// The columns, if they are named.
  public var columns: LabelledTexts.Columns? {
    guard labelColumn != nil || textColumn != nil else { return nil }
    let usual = LabelledTexts.Columns()
    return LabelledTexts.Columns(
      label: labelColumn ?? usual.label, text: textColumn ?? usual.text)
  }

  /// The rows of the settings.
  public static var table: [Setting<ClassificationSettings>] {
    [
      Setting(path: "data", \.data), Setting("layout", \.layout),
      Setting("labelColumn", \.labelColumn), Setting("textColumn", \.textColumn),
      Setting("bidirectional", \.isBidirectional), Setting("pooling", \.pooling),
      Setting("classWeights", \.classWeights), Setting("bestBy", \.bestBy),
      Setting(path: "languageModel", \.languageModel),
    ] + TokenSettings.table.map { $0.within(\.tokens) }
  }

  /// Finds values out of range, and values that contradict each other: throws `RunError`.
  public func validate() throws(RunError) {
    try requireSetting(
      !data.isEmpty, "\(.setting("data")) names no labelled texts: give a file or a folder")
    try tokens.validate()
  }
}

/// How much an example of each class counts in the loss.
public enum ClassWeightsChoice: String, CaseIterable, SettingValue {
  /// As much as any other.
  case equal
  /// The more, the rarer its class: n / (C n_c), so that each class counts as much as any other.
  case balanced
}

/// The figures of a classifier.
public enum ClassificationFigure: String, CaseIterable, SettingValue {
  /// The share of the texts that is told right.
  case accuracy
  /// The mean of the F1 of all classes.
  case macroF1
  /// The cross entropy in nats.
  case loss
}
