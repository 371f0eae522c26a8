/// Seconds since its creation.
package struct Stopwatch: Sendable {
  private let start = ContinuousClock.now

  package init() {}

  package var seconds: Double {
    let elapsed = start.duration(to: .now).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
  }
}
