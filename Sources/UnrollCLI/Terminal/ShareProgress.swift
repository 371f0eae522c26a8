import UnrollRuns

/// Shows how far a piece of work is: a line that changes on a terminal, otherwise one every ten seconds.
final class ShareProgress {
  private let activity: String
  private let watch = Stopwatch()
  private var lastShown = 0.0
  private var isShown = false

  init(_ activity: String) { self.activity = activity }

  /// Shows the share that is done, from 0 to 1, if the last time was long ago.
  func show(_ share: Double) {
    let now = watch.seconds
    guard now - lastShown >= (Console.isInteractive ? 0.2 : 10) else { return }
    lastShown = now
    let line = "\(activity): \(Int(100 * share)) %"
    if Console.isInteractive {
      Console.show("\r" + line + "\u{1B}[K")
      isShown = true
    } else {
      Console.message(line)
    }
  }

  /// Takes the line away.
  func clear() {
    if isShown { Console.show("\r\u{1B}[K") }
    isShown = false
  }
}
