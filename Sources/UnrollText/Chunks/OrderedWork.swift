internal import Dispatch
internal import Synchronization

/// Work on many pieces by several threads whose results are taken in the order of the pieces.
enum OrderedWork {
  /// Works until `next` gives no piece, and returns what the threads worked with.
  ///
  /// At most four pieces for each thread are in memory. Whatever the threads, the result is the
  /// same: what was taken before an error are exactly the results of all pieces before it.
  ///
  /// - Parameters:
  ///   - next: gives the next piece, called by one thread at a time.
  ///   - worker: makes what a thread keeps between pieces.
  ///   - work: makes the result of a piece, called by several threads at once.
  ///   - take: takes the results in the order of the pieces, called by one thread at a time.
  static func run<Piece: Sendable, Worker: Sendable, Output: Sendable>(
    threadCount: Int, next: () throws -> Piece?, worker: () -> Worker,
    work: (inout Worker, Piece) throws -> Output, take: (Output) throws -> Void
  ) throws -> [Worker] {
    let source = Mutex((count: 0, isAtEnd: false))
    let results = Mutex(Results<Output>())
    let workers = Mutex<[Worker]>([])
    let room = DispatchSemaphore(value: 4 * threadCount)
    inParallel(threadCount) {
      var worker = worker()
      while true {
        // Never waits in vain: the piece that all others wait for is being worked on.
        room.wait()
        let claimed = source.withLock { source -> Claim<Piece>? in
          guard !source.isAtEnd else { return nil }
          let piece = Result { try next() }
          if case .success(let piece?) = piece {
            source.count += 1
            return Claim(number: source.count - 1, piece: .success(piece))
          }
          source.isAtEnd = true
          guard case .failure(let error) = piece else { return nil }
          return Claim(number: source.count, piece: .failure(error))
        }
        guard let claimed else {
          room.signal()
          break
        }
        let output = Result { try work(&worker, try claimed.piece.get()) }
        let goesOn = results.withLock { results in
          results.waiting[claimed.number] = output
          while let output = results.removeNext() {
            room.signal()
            guard results.failure == nil else { continue }
            do { try take(output.get()) } catch { results.failure = error }
          }
          return results.failure == nil
        }
        if !goesOn { source.withLock { $0.isAtEnd = true } }
      }
      workers.withLock { [worker] in $0.append(worker) }
    }
    if let failure = results.withLock({ $0.failure }) { throw failure }
    return workers.withLock { $0 }
  }

  /// Runs `body` on as many threads as can be had, the calling one among them.
  private static func inParallel(_ threadCount: Int, _ body: () -> Void) {
    withoutActuallyEscaping(body) { body in
      // What several threads must not do at once is behind a lock of `run`.
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: threadCount) { _ in body() }
    }
  }

  private struct Claim<Piece: Sendable>: Sendable {
    let number: Int
    let piece: Result<Piece, any Error>
  }

  private struct Results<Output: Sendable> {
    var waiting: [Int: Result<Output, any Error>] = [:]
    var failure: (any Error)?
    private var taken = 0

    mutating func removeNext() -> Result<Output, any Error>? {
      guard let output = waiting.removeValue(forKey: taken) else { return nil }
      taken += 1
      return output
    }
  }
}
