/// Makes keys of the bytes that a terminal sends, wherever these are cut.
///
/// It knows the sequences of VT100, xterm, the Linux console and bracketed paste. Sequences that it does not know are taken
/// whole and mean nothing.
package struct KeyDecoder: Sendable {
  /// What has been read and does not yet end.
  private var pending: [UInt8] = []
  /// What has come of a paste that has not ended.
  private var pasted: [UInt8]?

  package init() {}

  /// Whether an escape key may have been pressed alone: time will tell.
  package var isWaiting: Bool { !pending.isEmpty && pasted == nil }

  /// The keys that some bytes complete.
  package mutating func decode(_ bytes: some Sequence<UInt8>) -> [Key] {
    var keys: [Key] = []
    for byte in bytes {
      if pasted != nil {
        pasted?.append(byte)
        if let key = endOfPaste() { keys.append(key) }
        continue
      }
      pending.append(byte)
      switch Self.meaning(of: pending) {
      case .incomplete: break
      case .nothing: pending = []
      case .key(let key):
        keys.append(key)
        pending = []
      case .beginOfPaste:
        (pending, pasted) = ([], [])
      case .nothingBut(let last):
        pending = []
        keys += decode([last])
      }
    }
    return keys
  }

  /// What stands there when nothing more has come for a while.
  package mutating func flush() -> [Key] {
    guard isWaiting else { return [] }
    defer { pending = [] }
    return pending == [0x1B] ? [.escape] : []
  }

  private static let pasteEnd = Array("\u{1B}[201~".utf8)

  private mutating func endOfPaste() -> Key? {
    guard let bytes = pasted, bytes.last == Self.pasteEnd.last,
      bytes.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd)
    else { return nil }
    pasted = nil
    // Terminals send carriage returns for line ends.
    let text = String(decoding: bytes.dropLast(Self.pasteEnd.count), as: UTF8.self)
    return .paste(
      String(text.map { $0 == "\r\n" || $0 == "\r" ? "\n" : $0 }))
  }

  private enum Meaning {
    case incomplete, nothing, key(Key), beginOfPaste
    /// A broken beginning, behind which a byte begins anew.
    case nothingBut(UInt8)
  }

  private static func meaning(of bytes: [UInt8]) -> Meaning {
    let first = bytes[0]
    if first == 0x1B { return bytes.count == 1 ? .incomplete : escape(bytes) }
    if first < 0x20 || first == 0x7F { return control[first].map { .key($0) } ?? .nothing }
    if first < 0x80 { return .key(.text(String(Unicode.Scalar(first)))) }
    return scalar(bytes)
  }

  private static let control: [UInt8: Key] = [
    0x01: .home, 0x02: .left, 0x03: .interrupt, 0x04: .deleteOrEnd, 0x05: .end, 0x06: .right,
    0x08: .backspace, 0x09: .tab, 0x0A: .newline, 0x0B: .killToEnd, 0x0C: .clearScreen,
    0x0D: .enter,
    0x0E: .down, 0x10: .up, 0x12: .search, 0x14: .transpose, 0x15: .killToStart,
    0x17: .killWordBack, 0x19: .yank, 0x1A: .suspend, 0x1F: .undo, 0x7F: .backspace,
  ]

  private static let sequences: [String: Key] = [
    "[A": .up, "[B": .down, "[C": .right, "[D": .left, "[H": .home, "[F": .end,
    "OA": .up, "OB": .down, "OC": .right, "OD": .left, "OH": .home, "OF": .end,
    "[1~": .home, "[3~": .delete, "[4~": .end, "[7~": .home, "[8~": .end,
    "[1;5C": .wordRight, "[1;5D": .wordLeft, "[1;3C": .wordRight, "[1;3D": .wordLeft,
    "b": .wordLeft, "f": .wordRight, "d": .killWordForward, "\u{7F}": .killWordBack,
    "\u{08}": .killWordBack, "\r": .newline, "\n": .newline,
  ]

  /// A sequence that begins with an escape and has another byte.
  private static func escape(_ bytes: [UInt8]) -> Meaning {
    let (second, last) = (bytes[1], bytes[bytes.count - 1])
    switch second {
    case UInt8(ascii: "["), UInt8(ascii: "O"):
      // Parameters end with a letter or a tilde; anything else breaks the sequence off.
      guard bytes.count > 2 else { return .incomplete }
      if last < 0x20 || last > 0x7E { return .nothingBut(last) }
      // The Linux console's function keys have a second bracket.
      if bytes.count == 3, last == UInt8(ascii: "["), second == UInt8(ascii: "[") {
        return .incomplete
      }
      guard last >= 0x40 else { return bytes.count > 32 ? .nothing : .incomplete }
    case 0x1B: return .nothingBut(0x1B)
    case 0x80...: return .nothingBut(second)
    default: break
    }
    let name = String(decoding: bytes[1...], as: UTF8.self)
    if name == "[200~" { return .beginOfPaste }
    return sequences[name].map { .key($0) } ?? .nothing
  }

  /// A scalar outside ASCII, or U+FFFD for what is none.
  private static func scalar(_ bytes: [UInt8]) -> Meaning {
    let length =
      switch bytes[0] {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    let last = bytes[bytes.count - 1]
    if bytes.count > 1, last & 0xC0 != 0x80 { return .nothingBut(last) }
    guard bytes.count >= length else { return .incomplete }
    return .key(.text(String(decoding: bytes, as: UTF8.self)))
  }
}
