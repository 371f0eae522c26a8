/// Distinct byte strings, numbered in the order of their insertion.
///
/// Bytes are compared, not `String`s: `String` equality is canonical equivalence, which would make
/// one entry of "é" and "e" followed by a combining accent.
struct PieceTable: Hashable, Sendable {
  private(set) var strings = ByteStrings()

  /// Open addressing with linear probing; a power of two, at most half full, -1 where empty.
  private var slots: [Int32] = Array(repeating: -1, count: 16)

  var count: Int { strings.count }

  /// The number of a piece, or `nil` if it is not there.
  func index(of piece: UnsafeBufferPointer<UInt8>) -> Int? {
    let found = slots[slot(of: piece)]
    return found < 0 ? nil : Int(found)
  }

  /// The number of a piece, which is added at the end if it is not there.
  mutating func insert(_ piece: UnsafeBufferPointer<UInt8>) -> Int {
    let slot = slot(of: piece)
    if slots[slot] >= 0 { return Int(slots[slot]) }
    let index = count
    strings.append(piece)
    slots[slot] = Int32(index)
    if 2 * count > slots.count { grow() }
    return index
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: 2 * slots.count)
    let grown = self
    grown.strings.bytes.withUnsafeBufferPointer { bytes in
      for index in 0..<count {
        let piece = UnsafeBufferPointer(rebasing: bytes[strings.range(of: index)])
        slots[slot(of: piece)] = Int32(index)
      }
    }
  }

  /// The slot that holds a piece, or the empty one where it belongs.
  ///
  /// `Hasher` is seeded for each process, so that no text can be made to collide.
  private func slot(of piece: UnsafeBufferPointer<UInt8>) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(piece))
    let mask = slots.count - 1
    var slot = hasher.finalize() & mask
    while slots[slot] >= 0, !strings[Int(slots[slot])].elementsEqual(piece) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  static func == (first: Self, second: Self) -> Bool { first.strings == second.strings }

  func hash(into hasher: inout Hasher) { hasher.combine(strings) }
}
