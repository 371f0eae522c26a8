/// Truth values with a shape: which elements of a tensor are meant.
///
/// A mask comes from the lengths of the rows of a batch, or from a comparison: `scores .< 0`, `tokens .== padding`.
public struct Mask: Sendable, Hashable {
  /// The sizes of the axes.
  public let shape: Shape
  /// The truth values, row by row.
  public let values: [Bool]

  /// Creates a mask from truth values in row order.
  public init(_ values: [Bool], shape: Shape) {
    guard values.count == shape.elementCount else {
      fatalError("\(values.count) truth values cannot have the shape \(shape)")
    }
    self.values = values
    self.shape = shape
  }

  /// Creates the mask `[T, N]` of the steps that N rows of given lengths have; `.!` of it is the padding.
  ///
  /// - Parameters:
  ///   - lengths: one for each of the N rows, 0 ... T.
  ///   - steps: T.
  public init(lengths: [Int32], steps: Int) {
    guard steps >= 0, lengths.allSatisfy({ (0...steps).contains(Int($0)) }) else {
      fatalError("A mask of \(steps) steps needs lengths of 0 to \(steps), not \(lengths)")
    }
    self.init(
      (0..<steps).flatMap { step in lengths.map { step < $0 } }, shape: [steps, lengths.count])
  }

  /// How many truth values there are.
  public var count: Int { values.count }

  /// How many of them are true.
  public var trueCount: Int { values.reduce(0) { $0 + ($1 ? 1 : 0) } }

  /// One where the mask is true, zero elsewhere: a factor.
  public var tensor: Tensor { Tensor(values.map { $0 ? 1 : 0 }, shape: shape) }

  /// True where the mask is false.
  public static prefix func .! (mask: Mask) -> Mask {
    Mask(mask.values.map { !$0 }, shape: mask.shape)
  }

  /// True where both masks are, with repetition as for `+` of tensors.
  public static func .& (a: Mask, b: Mask) -> Mask {
    compared(a.values, a.shape, b.values, b.shape, ".&") { $0 && $1 }
  }

  /// True where one of the masks is, or both, with repetition as for `+` of tensors.
  public static func .| (a: Mask, b: Mask) -> Mask {
    compared(a.values, a.shape, b.values, b.shape, ".|") { $0 || $1 }
  }
}
