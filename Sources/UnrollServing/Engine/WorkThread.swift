internal import Synchronization
import UnrollTensor

/// Carries out what keeps a processor busy for a while, one piece of work after the other, on a thread of its own, so that the tasks that
/// answer requests stay free.
final class WorkThread: Sendable {
  private struct Queue {
    var works: [@Sendable () -> Void] = []
    var isClosing = false
  }

  private let queue = Mutex(Queue())
  private let bell = Bell()
  private let limits: ServingLimits

  /// Starts the thread, which ends after `close()`.
  init(_ limits: ServingLimits) {
    self.limits = limits
    startThread { [self] in Threads.withCount(limits.threads) { run() } }
  }

  /// Ends the thread after what it has taken on.
  func close() {
    queue.withLock { $0.isClosing = true }
    bell.ring()
  }

  /// The result of some work.
  ///
  /// - Throws: what the work throws, `ServingError` if too much waits, `CancellationError` if the task was cancelled before the work began.
  func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result
  {
    let isCancelled = Mutex(false)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isTaken = queue.withLock { queue in
          guard !queue.isClosing, queue.works.count < limits.queuedRows else { return false }
          queue.works.append {
            continuation.resume(
              with: Swift.Result {
                if isCancelled.withLock({ $0 }) { throw CancellationError() }
                return try work()
              })
          }
          return true
        }
        guard isTaken else { return continuation.resume(throwing: ServingError.overloaded) }
        bell.ring()
      }
    } onCancel: {
      isCancelled.withLock { $0 = true }
    }
  }

  private func run() {
    while true {
      let (work, isOver) = queue.withLock { queue in
        (queue.works.isEmpty ? nil : queue.works.removeFirst(), queue.isClosing)
      }
      if let work {
        work()
      } else if isOver {
        return
      } else {
        bell.wait()
      }
    }
  }
}
