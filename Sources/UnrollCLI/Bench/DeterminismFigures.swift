import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollTensor
import UnrollTraining

/// Whether this machine computes what every machine should: equal bits for any number of threads, the bits that are
/// written down here for all instruction sets, and the tutorial's loss as PyTorch has it.
struct DeterminismFigures {
  /// What does not hold, one sentence each; empty when all is well.
  let faults: [String]

  init(_ tutorial: TutorialFigures) throws {
    let loss = decimalText(tutorial.loss, 4)
    let deviations =
      loss == "0.1958" ? [] : ["the tutorial's loss is \(loss) where PyTorch has 0.1958"]
    faults =
      try deviations
      + Self.expected.compactMap { cell, digest in
        let digests = try [1, 2, 3, Threads.count].map { threads in
          try Threads.withCount(threads) { try Self.digest(cell: cell) }
        }
        if Set(digests).count > 1 {
          return "\(cell) gives other bits with another number of threads"
        }
        guard digests[0] != digest else { return nil }
        return "\(cell) gives other bits than elsewhere, with the digest \(digests[0])"
      }
  }

  /// The SHA-256 of the weights after three steps, for each cell.
  private static let expected = [
    (
      RecurrentCell.rnnTanh, "8a7fc1d94f29531c3e71fe30008ba468dd25147967bd8bc0557fe900b3bb1448"
    ),
    (.rnnReLU, "90f5a59e6ec8179eef27b41a60e15c9ee521c0f83154fde8cf750db426d5506c"),
    (.lstm, "2a8093f925c10d1f9c83f8dbe284bedc2071f0ea20e057c945f596e676b30fef"),
    (.gru, "6acb096849b3b81695a09e3a678767551fd25979ef30b15aa2c5c928de248d05"),
  ]

  private static func digest(cell: RecurrentCell) throws -> String {
    let workload = Workload(cell, layers: 2, hiddenSize: 48, batchSize: 20, sequenceLength: 10)
    var trainer = try workload.trainer()
    let data = try workload.data(tokenCount: 1000)
    for _ in 0..<3 { _ = try trainer.step(on: data) }
    var hash = SHA256()
    for (_, value) in trainer.model.parameters {
      value.withUnsafeElements { hash.update(UnsafeRawBufferPointer($0)) }
    }
    return hash.hexadecimal
  }
}
