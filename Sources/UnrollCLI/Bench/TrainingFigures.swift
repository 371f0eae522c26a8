import Unroll
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText
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

  init(of workload: Workload, seconds: Double) throws {
    let before = BufferPool.bytesInUse
    let count = workload.batchSize * workload.sequenceLength
    var random = RandomStream(seed: 0, purpose: .shuffling)
    let tokens = (0...4 * count).map { _ in
      Token.random(in: 0..<Token(Workload.vocabularySize), using: &random)
    }
    let batches = try StreamBatches(
      tokens: tokens, batchSize: workload.batchSize, sequenceLength: workload.sequenceLength)
    let data = TrainingData(stepsPerEpoch: batches.batchesPerEpoch) {
      LanguageModel.Batch(batches.batch(at: $0))
    }
    let plan = TrainingPlan(
      epochs: 1_000_000, optimizer: Adam(learningRate: 2e-3), gradientNormLimit: 5)
    var trainer = Trainer(try workload.model(), plan: plan)
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
