/// How much of the references' characters, in stretches of one to six, is found in translations and the other way round
/// (Popović 2015).
///
/// The number is sacreBLEU's default, chrF2: white space does not count, recall counts twice as much as precision, and counts are over all
/// texts together.
public struct ChrF: Hashable, Sendable {
  private var right = [0, 0, 0, 0, 0, 0]
  private var said = [0, 0, 0, 0, 0, 0]
  private var wanted = [0, 0, 0, 0, 0, 0]

  /// Counts nothing yet.
  public init() {}

  /// Counts a translation against its reference.
  public mutating func count(_ translation: String, reference: String) {
    func scalars(_ text: String) -> [Unicode.Scalar] {
      text.unicodeScalars.filter { !$0.properties.isWhitespace }
    }
    let (translated, expected) = (scalars(translation), scalars(reference))
    for order in 1...6 {
      let (there, here) = (NGramCounts(translated, of: order), NGramCounts(expected, of: order))
      // Where the reference is too short to have any, none can be right.
      said[order - 1] += here.total > 0 ? there.total : 0
      wanted[order - 1] += here.total
      right[order - 1] += there.matches(with: here)
    }
  }

  /// From 0 to 100.
  public var score: Double {
    let orders = said.indices.filter { said[$0] > 0 && wanted[$0] > 0 }
    guard !orders.isEmpty else { return 0 }
    func mean(_ totals: [Int]) -> Double {
      orders.reduce(0.0) { $0 + Double(right[$1]) / Double(totals[$1]) } / Double(orders.count)
    }
    let (precision, recall) = (mean(said), mean(wanted))
    guard precision + recall > 0 else { return 0 }
    return 100 * 5 * precision * recall / (4 * precision + recall)
  }
}
