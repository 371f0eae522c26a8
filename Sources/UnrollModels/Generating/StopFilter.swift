/// Lets text pass until one of some stop texts comes up, and holds back what might be the beginning of one.
///
/// The stop text that is complete first ends the text; of several that end at the same place, the longest. UTF-8 is compared,
/// not canonical equivalence: a stop text is found as it is spelled.
struct StopFilter: Sendable {
  /// The longest first.
  private let stops: [[UInt8]]
  private var held: [UInt8] = []
  /// The stop text that came up.
  private(set) var found: String?

  init(_ stops: [String]) {
    self.stops = stops.map { Array($0.utf8) }.sorted { $0.count > $1.count }
  }

  /// What of the text so far may be shown.
  mutating func pass(_ text: String) -> String {
    guard !stops.isEmpty else { return text }
    guard found == nil else { return "" }
    for byte in text.utf8 {
      held.append(byte)
      if let stop = stops.first(where: { held.hasSuffix($0[...]) }) {
        found = String(decoding: stop, as: UTF8.self)
        return take(held.count - stop.count)
      }
    }
    let longest = min(held.count, (stops.first?.count ?? 1) - 1)
    let kept = (0...longest).reversed().first { count in
      stops.contains { $0.count > count && held.hasSuffix($0[..<count]) }
    }
    return take(held.count - (kept ?? 0))
  }

  /// What was held back, when nothing more comes.
  mutating func finish() -> String { found == nil ? take(held.count) : "" }

  private mutating func take(_ count: Int) -> String {
    defer { held.removeFirst(count) }
    return String(decoding: held[..<count], as: UTF8.self)
  }
}

extension [UInt8] {
  fileprivate func hasSuffix(_ end: ArraySlice<UInt8>) -> Bool {
    count >= end.count && self[(count - end.count)...].elementsEqual(end)
  }
}
