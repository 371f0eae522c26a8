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
      RecurrentCell.rnnTanh, "d895fe2dd3d85b1201ec7b994ddbbef547666d034a6ee26074bff77b8c7599aa"
    ),
    (.rnnReLU, "6fd354f82f70f7c7f40b8d524efb1c199319c9539990e01f1288c4b194ce6f5e"),
    (.lstm, "f3067fdb5cf736cd1cc2717bffe25ea9fd373dd8b574b750a8a86fb090ea9fbf"),
    (.gru, "6ce82294ec8d1df4609a09ceb74d621183f2523d1879b5b78d8c771faf4cd5ce"),
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
