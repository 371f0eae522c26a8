import Unroll
import UnrollRuns
import UnrollTensor
import UnrollTraining

/// The speed of training on a workload.
struct TrainingFigures {
  let tokensPerSecond: Double
  let gigaflops: Double
  /// The memory of all tensors: weights, gradients, moments and one window's activations.
  let tensorBytes: Int
  /// Buffers that were asked of the system after the second step.
  let lateAllocations: Int
  /// The share of the time that each phase takes; the rest is other work.
  let shares: [(phase: Phase, share: Double)]

  /// Measures for some seconds, on a text of some tokens: four windows of each row if not said.
  init(of workload: Workload, seconds: Double, tokenCount: Int? = nil) throws {
    let before = BufferPool.bytesInUse
    let count = workload.batchSize * workload.sequenceLength
    let data = try workload.data(tokenCount: tokenCount ?? 4 * count + 1)
    var trainer = try workload.trainer()
    let peak = try BufferPool.peakBytes { for _ in 0..<2 { _ = try trainer.step(on: data) } }
    tensorBytes = peak - before
    let allocations = BufferPool.allocationCount
    _ = try trainer.step(on: data)
    let durations = try Self.durations(for: seconds) { _ = try trainer.step(on: data) }
    lateAllocations = BufferPool.allocationCount - allocations
    let median = durations.sorted()[durations.count / 2]
    tokensPerSecond = Double(count) / median
    gigaflops = workload.trainingOperations * tokensPerSecond / 1e9

    let watch = Stopwatch()
    let phases = try Phase.measure {
      for _ in 0..<max(3, durations.count / 4) { _ = try trainer.step(on: data) }
    }
    let total = watch.seconds
    shares = Phase.allCases.map { phase in
      let time = (phases[phase] ?? .zero).components
      return (phase, (Double(time.seconds) + Double(time.attoseconds) * 1e-18) / total)
    }
  }

  /// The durations of at least five runs of `body`, and of as many as fit into the time.
  private static func durations(
    for seconds: Double, _ body: () throws -> Void
  ) rethrows -> [Double] {
    let whole = Stopwatch()
    var durations: [Double] = []
    while durations.count < 5 || whole.seconds < seconds {
      let watch = Stopwatch()
      try body()
      durations.append(watch.seconds)
    }
    return durations
  }
}
