import UnrollRuns

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A line about how far something is: it changes on a terminal; elsewhere there is a plain one every ten seconds.
struct ProgressBar {
  /// A part of the line.
  struct Part {
    let text: String
    /// Its place among the parts: where there is no room, those with the highest numbers are left out.
    let importance: Int

    init(_ text: String, importance: Int) {
      self.text = text
      self.importance = importance
    }
  }

  private let watch = Stopwatch()
  private var lastShown = 0.0
  private var isShown = false
  /// What a bar with its percentage takes at least.
  private static let leastBar = 12

  /// Shows the line if it is time to.
  ///
  /// - Parameter share: what is done, from 0 to 1, for a bar in front where there is room for one.
  mutating func show(_ parts: @autoclosure () -> [Part], share: Double?) {
    let now = watch.seconds
    guard now - lastShown >= (Console.isInteractive ? 0.1 : 10) else { return }
    lastShown = now
    guard Console.isInteractive else {
      Console.message(parts().map(\.text).joined(separator: "  "))
      return
    }
    let room = Console.width - 1
    let all = parts()
    // A bar is as important as the line's first three parts, and all others come after it.
    let first = Self.fitting(all.filter { $0.importance < 3 }, in: room)
    let bar = share == nil || room - first.count < Self.leastBar ? 0 : Self.leastBar
    let text = Self.fitting(all, in: room - bar)
    var line = text
    if let share, bar > 0 {
      let length = min(30, room - text.count - 7)
      let filled = Int(Double(length) * share)
      line =
        String(repeating: "█", count: filled) + String(repeating: "░", count: length - filled)
        + " \(Int(100 * share))% " + text
    }
    Console.show("\r" + String(line.prefix(room)) + "\u{1B}[K")
    isShown = true
  }

  /// The most important parts that there is room for, in the order of the line.
  static func fitting(_ parts: [Part], in room: Int) -> String {
    var kept = parts
    while kept.count > 1, text(kept).count > room {
      guard let least = kept.indices.max(by: { kept[$0].importance < kept[$1].importance }) else {
        break
      }
      kept.remove(at: least)
    }
    return text(kept)
  }

  private static func text(_ parts: [Part]) -> String {
    parts.map(\.text).joined(separator: "  ")
  }

  /// Removes the line so that something else can be shown.
  mutating func clear() {
    guard isShown else { return }
    Console.show("\r\u{1B}[K")
    isShown = false
  }
}

/// A number in about three digits: `0.00468`, `1.25`, `3.1e-05`.
func shortNumber(_ value: Double) -> String {
  guard value != 0, value.isFinite else { return "\(value)" }
  let exponent = Int(log10(abs(value)).rounded(.down))
  return exponent < -3 ? scientific(value) : decimalText(value, max(0, 2 - exponent))
}
