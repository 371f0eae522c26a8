internal import Synchronization
internal import UnrollTensor

/// The order of examples in each epoch, a function of seed and epoch alone.
///
/// Keeps the order of the epoch that was last asked for, since to make one takes as long as there are examples.
final class EpochOrder: Sendable {
  private let count: Int
  private let seed: UInt64
  private let latest = Mutex<(epoch: Int, indices: [Int])?>(nil)

  init(count: Int, seed: UInt64) {
    self.count = count
    self.seed = seed
  }

  func indices(ofEpoch epoch: Int) -> [Int] {
    latest.withLock { latest in
      if let latest, latest.epoch == epoch { return latest.indices }
      let indices = shuffled(epoch)
      latest = (epoch, indices)
      return indices
    }
  }

  /// A shuffle of our own (Fisher and Yates): the standard library does not promise that its own stays as it is.
  private func shuffled(_ epoch: Int) -> [Int] {
    var random = RandomStream(seed: seed, purpose: .shuffling, number: UInt64(epoch))
    var indices = Array(0..<count)
    for last in indices.indices.dropFirst().reversed() {
      let place = random.next().multipliedFullWidth(by: UInt64(last + 1)).high
      indices.swapAt(last, Int(place))
    }
    return indices
  }
}
