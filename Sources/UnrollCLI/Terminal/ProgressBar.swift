import UnrollRuns

/// A line about how far something is: it changes on a terminal; elsewhere there is a plain one every ten seconds.
struct ProgressBar {
  private let watch = Stopwatch()
  private var lastShown = 0.0
  private var isShown = false

  /// Shows the line if it is time to.
  ///
  /// - Parameter share: what is done, from 0 to 1, for a bar in front where there is room for one.
  mutating func show(_ text: @autoclosure () -> String, share: Double?) {
    let now = watch.seconds
    guard now - lastShown >= (Console.isInteractive ? 0.1 : 10) else { return }
    lastShown = now
    guard Console.isInteractive else {
      Console.message(text())
      return
    }
    let tail = text()
    let room = Console.width - 1
    let length = min(30, room - tail.count - 7)
    var line = tail
    if let share, length >= 5 {
      let filled = Int(Double(length) * share)
      line =
        String(repeating: "█", count: filled) + String(repeating: "░", count: length - filled)
        + " \(Int(100 * share))% " + tail
    }
    Console.show("\r" + String(line.prefix(room)) + "\u{1B}[K")
    isShown = true
  }

  /// Removes the line so that something else can be shown.
  mutating func clear() {
    guard isShown else { return }
    Console.show("\r\u{1B}[K")
    isShown = false
  }
}
