/// A unit of a recurrent model by its place; both numbers count from 1.
public struct RecurrentUnit: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The layer; 1 is the one that reads the tokens.
  public let layer: Int
  /// The unit in the layer.
  public let index: Int

  /// Creates the place of a unit.
  public init(layer: Int, index: Int) {
    self.layer = layer
    self.index = index
  }

  /// `LAYER:INDEX`.
  public var description: String { "\(layer):\(index)" }

  /// By layer, then by index.
  public static func < (left: RecurrentUnit, right: RecurrentUnit) -> Bool {
    (left.layer, left.index) < (right.layer, right.index)
  }
}

/// Which number of a unit is looked at.
public enum UnitValue: String, Sendable, Hashable, CaseIterable {
  /// h, what the unit shows to the layer above.
  case hidden
  /// tanh(c) of an LSTM, what the unit remembers (Karpathy, Johnson and Fei-Fei 2015).
  case cell
}
