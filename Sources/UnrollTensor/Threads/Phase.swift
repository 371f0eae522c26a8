internal import Synchronization

/// A part of the work, for measuring where time goes.
package enum Phase: Int, CaseIterable, Sendable {
  case inputProduct, recurrenceForward, recurrenceBackward, weightGradients, outputLayer, optimizer

  private static let isMeasured = Atomic<Bool>(false)
  private static let times = Mutex([Duration](repeating: .zero, count: allCases.count))

  /// Runs the work of a phase, timing it while `measure` runs.
  @inline(__always)
  package func timed<Result>(_ work: () throws -> Result) rethrows -> Result {
    guard Phase.isMeasured.load(ordering: .relaxed) else { return try work() }
    let start = ContinuousClock.now
    defer {
      let elapsed = start.duration(to: .now)
      Phase.times.withLock { $0[rawValue] += elapsed }
    }
    return try work()
  }

  /// Runs `body` and returns the time that each phase took meanwhile, in the whole process.
  package static func measure(_ body: () throws -> Void) rethrows -> [Phase: Duration] {
    times.withLock { $0 = Array(repeating: .zero, count: allCases.count) }
    isMeasured.store(true, ordering: .relaxed)
    defer { isMeasured.store(false, ordering: .relaxed) }
    try body()
    return times.withLock { times in
      Dictionary(uniqueKeysWithValues: allCases.map { ($0, times[$0.rawValue]) })
    }
  }
}
