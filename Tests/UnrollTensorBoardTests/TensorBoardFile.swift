import SwiftProtobuf
import UnrollTensorBoard

/// A file of events, read back with all its checksums.
struct TensorBoardFile {
  struct Event {
    fileprivate let event: TensorBoardEvent

    var scalars: [(tag: String, step: Int, value: Float)] {
      event.summary.value.filter {
        $0.content.map { if case .simpleValue = $0 { true } else { false } } ?? false
      }
      .map { ($0.tag, Int(event.step), $0.simpleValue) }
    }

    var histograms: [String] {
      event.summary.value.filter { $0.histo.num > 0 }.map(\.tag)
    }

    /// From where on earlier events are to be forgotten.
    var restartStep: Int? { event.sessionLog.status == 1 ? Int(event.step) : nil }
  }

  struct Damaged: Error {}

  let events: [Event]

  init(_ bytes: [UInt8]) throws {
    var events: [Event] = []
    var rest = bytes[...]
    func take(_ count: Int) throws -> [UInt8] {
      guard rest.count >= count else { throw Damaged() }
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    func number(_ bytes: [UInt8]) -> Int { bytes.reversed().reduce(0) { $0 << 8 | Int($1) } }
    while !rest.isEmpty {
      let length = try take(8)
      guard try number(take(4)) == Int(CRC32C.masked(length)) else { throw Damaged() }
      let content = try take(number(length))
      guard try number(take(4)) == Int(CRC32C.masked(content)) else { throw Damaged() }
      events.append(Event(event: try TensorBoardEvent(serializedBytes: content)))
    }
    self.events = events
  }
}
