internal import Foundation
internal import Synchronization

/// Runs `body` on a thread of its own and returns its result.
package func onAnotherThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Result {
  let run = OtherThread(body)
  Thread.detachNewThread { run.start() }
  return run.wait()
}

private final class OtherThread<Result: Sendable>: Sendable {
  private let body: @Sendable () -> Result
  private let result = Mutex<Result?>(nil)
  private let isDone = DispatchSemaphore(value: 0)

  init(_ body: @escaping @Sendable () -> Result) { self.body = body }

  func start() {
    let value = body()
    result.withLock { $0 = value }
    isDone.signal()
  }

  func wait() -> Result {
    isDone.wait()
    guard let value = result.withLock({ $0 }) else { fatalError("A thread without a result") }
    return value
  }
}
