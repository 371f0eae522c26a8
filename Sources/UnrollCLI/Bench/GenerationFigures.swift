import Unroll
import UnrollModels
import UnrollRuns

/// The speed of generating with a workload's model.
struct GenerationFigures {
  /// The tokens of all streams together in a second, by the number of streams at once.
  let tokensPerSecond: [(streams: Int, rate: Double)]

  init(of workload: Workload, seconds: Double) throws {
    let model = try workload.model()
    tokensPerSecond = try [1, 16, 64].map { streams in
      var generation = try Generation(model, prompt: "0", seed: 0, numbers: 0..<streams)
      for _ in 0..<20 { _ = generation.next(Sampling()) }
      let watch = Stopwatch()
      var steps = 0
      while steps < 50 || watch.seconds < seconds {
        _ = generation.next(Sampling())
        steps += 1
      }
      return (streams, Double(steps * streams) / watch.seconds)
    }
  }
}
