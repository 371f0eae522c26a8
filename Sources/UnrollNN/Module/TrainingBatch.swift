/// One step's worth of data: N rows that have nothing to do with each other.
public protocol TrainingBatch: Sendable {
  /// N, the number of rows.
  var rowCount: Int { get }
  /// The number of targets that count.
  var targetCount: Int { get }
  /// Whether all rows begin here, from the starting state; otherwise they go on from the batch before. True unless the batch
  /// says something else.
  var startsAnew: Bool { get }

  /// The batch of some of the rows, in their order.
  func rows(_ range: Range<Int>) -> Self
}

extension TrainingBatch {
  /// True: nothing is carried from batch to batch.
  public var startsAnew: Bool { true }
}
