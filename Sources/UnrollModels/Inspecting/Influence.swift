/// How much each piece of what a model read speaks for something that it says.
public struct Influence: Hashable, Sendable {
  /// The pieces, as they are written.
  public let pieces: [String]
  /// Gradient × input: the slope of the log-probability of what is said along the vector of each piece, in nats (Denil, Demiraj and
  /// de Freitas 2014). Positive where the piece speaks for it; where something saturates, it says too little.
  public let gradients: [Double]
  /// By how many nats the log-probability falls when the piece is left out; NaN where it cannot be.
  public let omissions: [Double]

  /// The correlation of both over the pieces that can be left out (Pearson's); `nil` of fewer than three, or where one of them is the
  /// same for all.
  public var agreement: Double? {
    let known = omissions.indices.filter { !omissions[$0].isNaN }
    guard known.count >= 3 else { return nil }
    func deviations(_ values: [Double]) -> [Double] {
      let mean = known.reduce(0) { $0 + values[$1] } / Double(known.count)
      return known.map { values[$0] - mean }
    }
    let (left, right) = (deviations(gradients), deviations(omissions))
    let squares = left.reduce(0) { $0 + $1 * $1 } * right.reduce(0) { $0 + $1 * $1 }
    guard squares > 0 else { return nil }
    return zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } / squares.squareRoot()
  }
}
