extension Tensor {
  /// Every element plus a number.
  public static func + (x: Tensor, number: Float) -> Tensor { x + Tensor(number) }
  /// A number plus every element.
  public static func + (number: Float, x: Tensor) -> Tensor { Tensor(number) + x }
  /// Every element minus a number.
  public static func - (x: Tensor, number: Float) -> Tensor { x - Tensor(number) }
  /// A number minus every element.
  public static func - (number: Float, x: Tensor) -> Tensor { Tensor(number) - x }
  /// Every element divided by a number.
  public static func / (x: Tensor, number: Float) -> Tensor { x / Tensor(number) }
  /// A number divided by every element.
  public static func / (number: Float, x: Tensor) -> Tensor { Tensor(number) / x }

  /// Every element times a number.
  public static func * (factor: Float, x: Tensor) -> Tensor {
    x.scaled(by: factor).recorded(from: x) { [$0.scaled(by: factor)] }
  }
  /// Every element times a number.
  public static func * (x: Tensor, factor: Float) -> Tensor { factor * x }

  /// Every element with the opposite sign.
  public static prefix func - (x: Tensor) -> Tensor { -1 * x }

  /// Adds a tensor, element by element, with repetition as for `+`.
  public static func += (x: inout Tensor, y: Tensor) { x = x + y }
  /// Subtracts a tensor, element by element, with repetition as for `+`.
  public static func -= (x: inout Tensor, y: Tensor) { x = x - y }
  /// Multiplies by a tensor, element by element, with repetition as for `+`.
  public static func *= (x: inout Tensor, y: Tensor) { x = x * y }
  /// Divides by a tensor, element by element, with repetition as for `+`.
  public static func /= (x: inout Tensor, y: Tensor) { x = x / y }

  /// Adds a number to every element.
  public static func += (x: inout Tensor, number: Float) { x = x + number }
  /// Subtracts a number from every element.
  public static func -= (x: inout Tensor, number: Float) { x = x - number }
  /// Multiplies every element by a number.
  public static func *= (x: inout Tensor, number: Float) { x = x * number }
  /// Divides every element by a number.
  public static func /= (x: inout Tensor, number: Float) { x = x / number }
}
