import ArgumentParser
import Unroll
import UnrollTensor

/// How the work is spread over the machine. It changes no result.
struct ThreadOptions: ParsableArguments {
  @Option(help: "Threads to use (default: all processors).")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...Threads.most).contains(threads) {
      throw ValidationError("--threads is 1 to \(Threads.most), not \(threads)")
    }
  }

  func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Threads.withCount(threads ?? Threads.available, body)
  }
}
