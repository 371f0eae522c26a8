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
    guard (1...most).contains(count) else {
      fatalError("The number of threads is 1 ... \(most), not \(count)")
    }
    return try $chosen.withValue(count, operation: body)
  }
}

/// Splits `0 ..< count` into ranges, none shorter than `grain` where that can be, and runs them at once.
///
/// There is one range for each thread, or several, so that a thread that the system lets run less takes fewer of them.
package func forEachRange(
  of count: Int, grain: Int, perThread: Int = 1, _ body: (Range<Int>) -> Void
) {
  let threads = Threads.count
  let most = count / max(grain, 1)
  // Equally many for each thread, if there are enough for all.
  let pieces = min(perThread * threads, most < threads ? most : most - most % threads)
  guard pieces > 1, threads > 1 else {
    if count > 0 { body(0..<count) }
    return
  }
  withoutActuallyEscaping(body) { body in
    let job = RangeJob(count: count, pieces: pieces, body: body)
    let ran = withUnsafePointer(to: job) { pointer in
      CUnroll_runOnWorkers(
        min(pieces, threads), pieces,
        { context, index in context.assumingMemoryBound(to: RangeJob.self).pointee.run(index) },
        UnsafeMutableRawPointer(mutating: pointer))
    }
    if ran == 0 {
      for index in 0..<pieces { job.run(index) }
    }
  }
}

private struct RangeJob {
  let count: Int
  let pieces: Int
  let body: (Range<Int>) -> Void

  func run(_ index: Int) {
    body(count * index / pieces..<count * (index + 1) / pieces)
  }
}
