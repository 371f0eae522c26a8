internal import CUnroll

/// How many threads an operation may use.
///
/// It never changes a result, not by a bit.
public enum Threads {
  /// The processors that this process may run on.
  public static let available = max(1, min(CUnroll_processorCount(), most))

  /// The largest number of threads.
  public static let most = 256

  @TaskLocal private static var chosen: Int?

  /// The number of threads for operations called from here.
  public static var count: Int { chosen ?? available }

  /// Runs `body` with operations using at most `count` threads, from 1 to 256.
  public static func withCount<Result>(
    _ count: Int, _ body: () throws -> Result
  ) rethrows -> Result {
    precondition((1...most).contains(count), "The number of threads is 1 ... \(most), not \(count)")
    return try $chosen.withValue(count, operation: body)
  }
}

/// Splits `0 ..< count` into one range for each thread, none shorter than `grain` where that can be, and runs them at once.
package func forEachRange(of count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
  let threads = min(Threads.count, count / max(grain, 1))
  guard threads > 1 else {
    if count > 0 { body(0..<count) }
    return
  }
  withoutActuallyEscaping(body) { body in
    let job = RangeJob(count: count, threads: threads, body: body)
    let ran = withUnsafePointer(to: job) { pointer in
      CUnroll_runOnWorkers(
        threads,
        { context, index in context.assumingMemoryBound(to: RangeJob.self).pointee.run(index) },
        UnsafeMutableRawPointer(mutating: pointer))
    }
    if ran == 0 {
      for index in 0..<threads { job.run(index) }
    }
  }
}

private struct RangeJob {
  let count: Int
  let threads: Int
  let body: (Range<Int>) -> Void

  func run(_ index: Int) {
    body(count * index / threads..<count * (index + 1) / threads)
  }
}
