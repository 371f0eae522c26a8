internal import Synchronization

/// Batches of examples of about the same length, so that little is filled up.
///
/// With a seed, each epoch has an order of its own, a function of seed and epoch alone: examples are shuffled, sorted by length within
/// large random pools, cut into batches, and the batches are shuffled. Without one, examples come sorted by length.
public final class LengthBuckets: Sendable {
  /// The most examples of a batch; the last batch may have fewer.
  public let batchSize: Int
  /// The batches that go through all examples once.
  public let batchesPerEpoch: Int

  private let lengths: [Int]
  private let seed: UInt64?
  private let latest = Mutex<(epoch: Int, order: [UInt32], batches: [UInt32])?>(nil)

  /// Sorts examples of some lengths into batches.
  ///
  /// - Parameters:
  ///   - lengths: the length of each example; at least one.
  ///   - batchSize: the examples of a batch, at least 1.
  ///   - seed: of the order, or `nil` for examples sorted by length.
  public init(lengths: [Int], batchSize: Int, seed: UInt64?) {
    guard batchSize > 0, !lengths.isEmpty, UInt32(exactly: lengths.count) != nil else {
      fatalError(
        "\(lengths.count) examples in batches of \(batchSize): both are at least 1, and examples less than 2^32"
      )
    }
    self.lengths = lengths
    self.seed = seed
    self.batchSize = min(batchSize, lengths.count)
    batchesPerEpoch = (lengths.count - 1) / self.batchSize + 1
  }

  /// The examples of a batch, by their number, the steps counted over all epochs.
  public func examples(of step: Int) -> [Int] {
    latest.withLock { latest in
      let epoch = seed == nil ? 0 : step / batchesPerEpoch
      if latest?.epoch != epoch {
        latest = nil  // Two orders at once would take twice the memory.
        latest = order(of: epoch)
      }
      guard let (_, order, batches) = latest else { return [] }
      let batch = Int(batches[step % batchesPerEpoch])
      return order[batch * batchSize..<min((batch + 1) * batchSize, order.count)].map { Int($0) }
    }
  }

  private func order(of epoch: Int) -> (epoch: Int, order: [UInt32], batches: [UInt32]) {
    var order = Array(0..<UInt32(lengths.count))
    var batches = Array(0..<UInt32(batchesPerEpoch))
    if let seed {
      var generator = OrderGenerator(seed: seed, purpose: .shuffling, number: epoch)
      order.shuffleReproducibly(using: &generator)
      order.sortWithinPools(of: batchSize) { lengths[Int($0)] }
      batches.shuffleReproducibly(using: &generator)
    } else {
      order.sort { (lengths[Int($0)], $0) < (lengths[Int($1)], $1) }
    }
    return (epoch, order, batches)
  }
}

extension [UInt32] {
  /// Sorts by length within pools of 64 batches: rows of like length in ever new company.
  mutating func sortWithinPools(of batchSize: Int, by length: (UInt32) -> Int) {
    let poolSize = 64 * Swift.max(1, Swift.min(batchSize, count))
    for start in stride(from: 0, to: count, by: poolSize) {
      self[start..<Swift.min(start + poolSize, count)].sort { (length($0), $0) < (length($1), $1) }
    }
  }
}
