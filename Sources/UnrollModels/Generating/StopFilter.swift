/// Lets text pass until a stop text comes up, and holds back what might be the beginning of it.
///
/// Compares UTF-8, not canonical equivalence: a stop text is found as it is spelled.
struct StopFilter {
  private let stop: [UInt8]
  private var held: [UInt8] = []
  private(set) var isStopped = false

  init(_ stop: String?) {
    self.stop = Array((stop ?? "").utf8)
  }

  /// What of the text so far may be shown.
  mutating func pass(_ text: String) -> String {
    guard !stop.isEmpty else { return text }
    guard !isStopped else { return "" }
    held += text.utf8
    for start in held.indices {
      let tail = held[start...]
      if tail.starts(with: stop) {
        isStopped = true
        return take(start)
      }
      if stop.starts(with: tail) { return take(start) }
    }
    return take(held.count)
  }

  /// What was held back, when nothing more comes.
  mutating func finish() -> String { isStopped ? "" : take(held.count) }

  private mutating func take(_ count: Int) -> String {
    defer { held.removeFirst(count) }
    return String(decoding: held[..<count], as: UTF8.self)
  }
}
