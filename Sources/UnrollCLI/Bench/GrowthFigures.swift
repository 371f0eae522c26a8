import Unroll
import UnrollTensor

/// How the cost of training grows: from one workload, each size is changed in turn.
struct GrowthFigures {
  /// One size changed, and what it cost.
  struct Row {
    /// The size that is changed: `text`, `sequence`, `batch` or `hidden`.
    let size: String
    let value: Int
    /// The time of a token in nanoseconds.
    let timePerToken: Double
    /// That time for each multiply-add of a token, in picoseconds.
    let timePerMultiplyAdd: Double
    /// The memory of the weights, two moments and the gradients, and of the last good state of all but the gradients.
    let parameterBytes: Int
    /// The memory of all else, for each token of a window.
    let windowBytesPerToken: Double
  }

  let rows: [Row]

  init(seconds: Double) throws {
    rows =
      try [25_000, 250_000, 2_500_000].map {
        try Self.row("text", $0, Self.workload(), tokenCount: $0, seconds)
      }
      + [25, 50, 100, 200].map {
        try Self.row("sequence", $0, Self.workload(sequenceLength: $0), seconds)
      }
      + [25, 50, 100, 200].map {
        try Self.row("batch", $0, Self.workload(batchSize: $0), seconds)
      }
      + [128, 256, 512].map {
        try Self.row("hidden", $0, Self.workload(hiddenSize: $0), seconds)
      }
  }

  private static func workload(
    hiddenSize: Int = 256, batchSize: Int = 50, sequenceLength: Int = 50
  ) -> Workload {
    Workload(
      .lstm, layers: 1, hiddenSize: hiddenSize, batchSize: batchSize, sequenceLength: sequenceLength
    )
  }

  private static func row(
    _ size: String, _ value: Int, _ workload: Workload, tokenCount: Int? = nil, _ seconds: Double
  ) throws -> Row {
    let figures = try TrainingFigures(of: workload, seconds: seconds, tokenCount: tokenCount)
    let time = 1e9 / figures.tokensPerSecond
    let parameterBytes = 7 * MemoryLayout<Float>.size * (try workload.model().parameterCount)
    return Row(
      size: size, value: value, timePerToken: time,
      timePerMultiplyAdd: 1e3 * time / Double(workload.multiplyAdds),
      parameterBytes: parameterBytes,
      windowBytesPerToken: Double(figures.tensorBytes - parameterBytes)
        / Double(workload.batchSize * workload.sequenceLength))
  }
}
