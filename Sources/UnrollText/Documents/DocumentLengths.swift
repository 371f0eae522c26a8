/// How many documents there are of each length, in tokens to predict.
public struct DocumentLengths: Hashable, Sendable {
  private var countOfLength: [Int: Int] = [:]

  /// The number of documents.
  public private(set) var count = 0

  /// The sum of all lengths.
  public private(set) var total = 0

  mutating func add(_ length: Int) {
    countOfLength[length, default: 0] += 1
    count += 1
    total += length
  }

  /// The lengths that occur, in ascending order, and how many documents have each.
  public var histogram: [(length: Int, count: Int)] {
    countOfLength.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The length that a fraction of the documents does not exceed: 0 for the shortest, 0.5 for the
  /// median, 1 for the longest; `nil` if there are none.
  public func quantile(_ fraction: Double) -> Int? {
    guard (0...1).contains(fraction) else {
      fatalError("The fraction \(fraction) is not from 0 to 1.")
    }
    var rest = Int((fraction * Double(count)).rounded(.up))
    for (length, count) in histogram {
      rest -= count
      if rest <= 0 { return length }
    }
    return nil
  }
}
