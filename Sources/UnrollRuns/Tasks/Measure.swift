/// How good a model is on data that it did not learn from: named figures, one of which decides which model is the best.
public struct Measure: Hashable, Sendable {
  /// A named number.
  public struct Figure: Hashable, Sendable {
    /// The name, as metrics and records have it: `loss`, `bitsPerByte`, `accuracy`.
    public let name: String
    /// The number.
    public let value: Double
    /// Whether a greater number is a better one.
    public let isBetterWhenGreater: Bool

    /// Creates a figure.
    public init(_ name: String, _ value: Double, isBetterWhenGreater: Bool = false) {
      self.name = name
      self.value = value
      self.isBetterWhenGreater = isBetterWhenGreater
    }
  }

  /// The figure that decides which model is the best, and when a plateau is reached.
  public let deciding: Figure
  /// The other figures, in order.
  public let others: [Figure]

  /// Creates a measure.
  public init(_ deciding: Figure, _ others: Figure...) {
    self.deciding = deciding
    self.others = others
  }

  init(_ figures: [Figure]) {
    deciding = figures[0]
    others = Array(figures.dropFirst())
  }

  /// All figures, the deciding one first.
  public var figures: [Figure] { [deciding] + others }

  /// The deciding figure as a number that is the less the better. Of two models that are right equally often, the one with the
  /// lower loss is the better: rates that differ by less than a millionth count as equal.
  var cost: Double {
    guard deciding.isBetterWhenGreater else { return deciding.value }
    let loss = others.first { $0.name == "loss" }?.value ?? 0
    return -deciding.value + 1e-6 * (loss.isFinite ? loss / (1 + abs(loss)) : 1)
  }
}
