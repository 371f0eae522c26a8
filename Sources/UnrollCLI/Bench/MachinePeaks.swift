import Unroll
import UnrollRuns
import UnrollTensor

/// What the processor can do at most: multiply-adds in registers, and reading.
struct MachinePeaks {
  let isa: String
  let threads: Int
  /// GFLOP/s of one thread and of all.
  let multiplyAdd: (one: Double, all: Double)
  /// GB/s of all threads together, by the megabytes that are read again and again.
  let bandwidth: [(megabytes: Int, rate: Double)]

  init() throws {
    isa = try InstructionSet.current().name
    threads = Threads.count
    let one = Threads.withCount(1) { Self.multiplyAddRate(threads: 1) }
    multiplyAdd = (one, Self.multiplyAddRate(threads: Threads.count))
    bandwidth = [1, 4, 16, 64].map { ($0, Self.readRate(megabytes: $0)) }
  }

  private static func multiplyAddRate(threads: Int) -> Double {
    let rounds = 2_000_000
    return (0..<5).map { _ in
      let watch = Stopwatch()
      forEachRange(of: threads, grain: 1) { range in
        for _ in range { _ = kernels.multiplyAddPeak(rounds: rounds) }
      }
      let seconds = watch.seconds
      return Double(threads) * kernels.multiplyAddPeak(rounds: 1) * Double(rounds) / seconds / 1e9
    }.max() ?? 0
  }

  private static func readRate(megabytes: Int) -> Double {
    let buffer = Tensor(zeros: [megabytes << 18])
    let passes = max(4, 1024 / megabytes)
    return (0..<5).map { _ in
      let watch = Stopwatch()
      forEachRange(of: buffer.count, grain: 1024) { range in
        for _ in 0..<passes {
          _ = kernels.readAll(buffer.pointer + range.lowerBound, count: range.count)
        }
      }
      return Double(passes * megabytes << 20) / watch.seconds / 1e9
    }.max() ?? 0
  }
}
