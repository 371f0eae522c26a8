/// The sizes of a model and of its training; those that are `nil` are chosen by the size of the data.
public struct SizeSettings: SettingsGroup {
  /// L, the recurrent layers.
  public var layers: Int?
  /// H, the units of each layer.
  public var hiddenSize: Int?
  /// N, the rows of a batch.
  public var batchSize: Int?
  /// T, the steps of a window: how far back in time gradients go.
  public var sequenceLength: Int?
  /// How often the data are gone through.
  public var epochs: Int?

  /// Creates settings that leave all sizes open.
  public init() {}

  /// Creates settings that ask for these sizes.
  public init(_ sizes: RunSizes) {
    layers = sizes.layers
    hiddenSize = sizes.hiddenSize
    batchSize = sizes.batchSize
    sequenceLength = sizes.sequenceLength
    epochs = sizes.epochs
  }

  /// All settings of the part, in the order of records.
  public static var table: [Setting<SizeSettings>] {
    [
      Setting("layers", \.layers), Setting("hiddenSize", \.hiddenSize),
      Setting("batchSize", \.batchSize), Setting("sequenceLength", \.sequenceLength),
      Setting("epochs", \.epochs),
    ]
  }

  /// Finds values that no data could make right, and values that contradict each other.
  ///
  /// - Throws: `RunError` with code `invalidSetting`.
  public func validate() throws(RunError) {
    for (name, value) in [
      ("layers", layers), ("hiddenSize", hiddenSize), ("batchSize", batchSize),
      ("sequenceLength", sequenceLength),
    ] {
      guard let value else { continue }
      try requireSetting(value > 0, "\(.setting(name)) is 1 or more, not \(value)")
    }
    if let epochs {
      try requireSetting(
        (1...1_000_000).contains(epochs), "\(.setting("epochs")) is 1 to 1000000, not \(epochs)")
    }
  }
}
