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
      let requests = (0..<streams).map {
        GenerationRequest(prompt: "0", length: .max, number: UInt64($0))
      }
      var generation = try Generation(model, requests)
      for _ in 0..<20 { _ = generation.advance() }
      let watch = Stopwatch()
      var steps = 0
      while steps < 50 || watch.seconds < seconds {
        _ = generation.advance()
        steps += 1
      }
      return (streams, Double(steps * streams) / watch.seconds)
    }
  }
}
