public import UnrollNN
public import UnrollTensor

/// The recurrent layers of a model, beside their sizes.
public struct ModelSettings: SettingsGroup {
  /// The kind of cell.
  public var cell = CellChoice.lstm
  /// What an `rnn` applies to its sum; tanh when absent.
  public var nonlinearity: RNN.Nonlinearity?
  /// E, the size of a token's vector; 0 for one-hot input.
  public var embeddingSize = 64
  /// The dropout probability between the layers and before the output; chosen by the size of the data when absent.
  public var dropout: Float?
  /// Whether the output uses the vectors of the embedding; needs E = H.
  public var tieWeights = false

  /// Creates the default settings.
  public init() {}

  /// The cell with its nonlinearity.
  public var recurrentCell: RecurrentCell {
    cell.recurrentCell(nonlinearity ?? .tanh)
  }

  /// The rows of the settings.
  public static var table: [Setting<ModelSettings>] {
    [
      Setting("cell", \.cell), Setting("nonlinearity", \.nonlinearity),
      Setting("embeddingSize", \.embeddingSize), Setting("dropout", \.dropout),
      Setting("tieWeights", \.tieWeights),
    ]
  }

  /// Finds values out of range, and values that contradict each other: throws `RunError`.
  public func validate() throws(RunError) {
    try requireSetting(
      nonlinearity == nil || cell == .rnn,
      "\(.setting("nonlinearity")) belongs to \(.setting("cell", "rnn")), not to \(cell.rawValue)")
    try requireSetting(
      embeddingSize >= 0, "\(.setting("embeddingSize")) is 0 or more, not \(embeddingSize)")
    if let dropout {
      try requireSetting(
        (0..<1).contains(dropout),
        "\(.setting("dropout")) is at least 0 and below 1, not \(dropout)")
    }
  }
}
