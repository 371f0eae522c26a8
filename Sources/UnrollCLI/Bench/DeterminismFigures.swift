import Unroll
import UnrollFormats
import UnrollModels
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
      RecurrentCell.rnnTanh, "eb6e48f9b72ca6a9a816db5c452d3cfd7f722e0010075910579cce7d16108605"
    ),
    (.rnnReLU, "4df2bde40f04ff2b323f77ac8f5d9696a48bf42c6c8863980ba8487c9e2ccd54"),
    (.lstm, "c1e818bec57cb152c80bc7a7f39e8316923dcd79da658d01c91d98bc2c9f2c41"),
    (.gru, "f8cf754ac99e836d95b7ab62b37aa30d553c5397f8a19ca013fcd1a97e94125a"),
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
