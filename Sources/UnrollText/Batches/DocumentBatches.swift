import Synchronization

/// Documents of about the same length as rows of a batch, each from the zero state.
///
/// Rows are filled up with ignored targets to the longest of them. Documents of more than T steps
/// are cut into windows of T steps, and the state is carried from window to window. The order of an
/// epoch is a function of seed and epoch alone.
public struct DocumentBatches: BatchSource {
  let documents: Documents

  /// The number of documents in a batch, N: the wished number, or fewer if there are not so many.
  ///
  /// Where they do not come out even, a batch has what is left.
  public let batchSize: Int

  /// The largest number of steps of a window, T: the wished number, or fewer if all documents are shorter.
  public let sequenceLength: Int

  /// The number of windows of all groups of documents, the same in each epoch.
  public let batchesPerEpoch: Int

  private let seed: UInt64?

  /// The documents of one window, which are grouped anew for each epoch.
  private let short: [UInt32]

  /// The longer documents in groups of about the same length, which stay as they are.
  private let long: [[UInt32]]

  private let latestPlan = LatestPlan()

  /// Creates the batches of documents, in a new order for each epoch, or sorted by length if there is
  /// no seed.
  ///
  /// Throws `TextError` if no document has two tokens, which leaves nothing to predict.
  public init(
    _ documents: Documents, batchSize: Int, sequenceLength: Int, seed: UInt64?
  ) throws {
    guard batchSize > 0 && sequenceLength > 0 else {
      fatalError("Batch size \(batchSize) and sequence length \(sequenceLength) must be positive.")
    }
    self.documents = documents
    self.seed = seed
    let usable = (0..<UInt32(documents.count)).filter { documents.steps(of: $0) > 0 }
    guard !usable.isEmpty else {
      throw TextError(
        .tooSmall,
        "none of \(documents.count) documents has two tokens: there is nothing to predict")
    }
    let sequenceLength = min(sequenceLength, usable.reduce(0) { max($0, documents.steps(of: $1)) })
    self.sequenceLength = sequenceLength
    let batchSize = min(batchSize, usable.count)
    self.batchSize = batchSize
    short = usable.filter { documents.steps(of: $0) <= sequenceLength }
    var longer = usable.filter { documents.steps(of: $0) > sequenceLength }
    documents.sortByLength(&longer[...])
    long = stride(from: 0, to: longer.count, by: batchSize).map {
      Array(longer[$0..<min($0 + batchSize, longer.count)])
    }
    let windows = long.map { documents.windows(of: $0[...], sequenceLength: sequenceLength) }
    batchesPerEpoch = (short.count + batchSize - 1) / batchSize + windows.reduce(0, +)
  }

  /// Writes one window of a group of documents into `batch`.
  public func load(_ step: Int, into batch: inout TokenBatch) throws {
    let (group, window) = group(of: step)
    let start = window * sequenceLength
    let longest = group.map(documents.steps).max() ?? 0
    let length = min(sequenceLength, longest - start)
    batch.clear(batchSize: group.count, sequenceLength: length, isFirst: window == 0)
    for (row, document) in group.enumerated() {
      try batch.fill(
        row: row, from: documents[Int(document)], at: start,
        count: max(0, min(length, documents.steps(of: document) - start)))
    }
  }

  /// The documents of a step's batch, and which of their windows it is.
  func group(of step: Int) -> (group: ArraySlice<UInt32>, window: Int) {
    latestPlan.plan(for: seed == nil ? 0 : step / batchesPerEpoch, making: makePlan)
      .group(at: position(of: step))
  }

  private func makePlan(epoch: Int) -> Plan {
    var order = short
    guard let seed else {
      documents.sortByLength(&order[...])
      return Plan(order, long, groupSize: batchSize, generator: nil, windows: windows)
    }
    var generator = OrderGenerator(seed: seed, purpose: .shuffling, number: epoch)
    order.shuffleReproducibly(using: &generator)
    order.sortWithinPools(of: batchSize) { documents.steps(of: $0) }
    return Plan(order, long, groupSize: batchSize, generator: generator, windows: windows)
  }

  private func windows(of group: ArraySlice<UInt32>) -> Int {
    documents.windows(of: group, sequenceLength: sequenceLength)
  }

  /// The groups of documents of an epoch, and the position at which each begins.
  private struct Plan {
    private let short: [UInt32]
    private let long: [[UInt32]]
    private let groupSize: Int
    private let shortGroupCount: Int
    private var groups: [UInt32]
    private var starts: [Int] = []

    init(
      _ short: [UInt32], _ long: [[UInt32]], groupSize: Int, generator: OrderGenerator?,
      windows: (ArraySlice<UInt32>) -> Int
    ) {
      self.short = short
      self.long = long
      self.groupSize = groupSize
      shortGroupCount = (short.count + groupSize - 1) / groupSize
      groups = Array(0..<UInt32(shortGroupCount + long.count))
      if var generator { groups.shuffleReproducibly(using: &generator) }
      var start = 0
      for group in groups {
        starts.append(start)
        start += windows(documents(of: Int(group)))
      }
    }

    private func documents(of group: Int) -> ArraySlice<UInt32> {
      guard group < shortGroupCount else { return long[group - shortGroupCount][...] }
      return short[group * groupSize..<min((group + 1) * groupSize, short.count)]
    }

    /// The group at a position of the epoch, and which of its windows that is.
    func group(at position: Int) -> (group: ArraySlice<UInt32>, window: Int) {
      var first = 0
      var end = starts.count
      while end - first > 1 {
        let middle = (first + end) / 2
        if starts[middle] <= position { first = middle } else { end = middle }
      }
      return (documents(of: Int(groups[first])), position - starts[first])
    }
  }

  /// The plan of the epoch that was last asked for, as making one goes through all documents.
  private final class LatestPlan: Sendable {
    private let latest = Mutex<(epoch: Int, plan: Plan)?>(nil)

    func plan(for epoch: Int, making make: (Int) -> Plan) -> Plan {
      latest.withLock { latest in
        if let latest, latest.epoch == epoch { return latest.plan }
        latest = nil  // Two plans at once would take twice the memory.
        let plan = make(epoch)
        latest = (epoch, plan)
        return plan
      }
    }
  }
}

extension Documents {
  /// The number of inputs that have a target.
  fileprivate func steps(of document: UInt32) -> Int { range(of: Int(document)).count - 1 }

  fileprivate func windows(of group: ArraySlice<UInt32>, sequenceLength: Int) -> Int {
    ((group.map(steps).max() ?? 0) - 1) / sequenceLength + 1
  }

  fileprivate func sortByLength(_ documents: inout ArraySlice<UInt32>) {
    documents.sort { (steps(of: $0), $0) < (steps(of: $1), $1) }
  }
}
