import Foundation

/// A terminal of its own for a process to write to.
final class Terminal {
  private let master: Int32
  /// The end that the process has.
  let handle: FileHandle

  /// Creates a terminal with some columns; `nil` if the system has none.
  init?(columns: UInt16) {
    var ends: (master: Int32, process: Int32) = (-1, -1)
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&ends.master, &ends.process, nil, nil, &size) == 0 else { return nil }
    master = ends.master
    handle = FileHandle(fileDescriptor: ends.process, closeOnDealloc: true)
    // Line feeds come out as they were written.
    var modes = termios()
    tcgetattr(ends.process, &modes)
    modes.c_oflag &= ~tcflag_t(OPOST)
    tcsetattr(ends.process, TCSANOW, &modes)
  }

  deinit { close(master) }

  /// Everything that is written until the process has ended, which is interrupted once what came is enough.
  func text(
    of process: Process, interruptedWhen isEnough: (String) -> Bool = { _ in false }
  ) -> String {
    try? handle.close()
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    var isInterrupted = false
    while true {
      let count = read(master, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      bytes += buffer[..<count]
      if !isInterrupted, isEnough(String(decoding: bytes, as: UTF8.self)) {
        process.interrupt()
        isInterrupted = true
      }
    }
    process.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The lines that a terminal shows in the end, of text with carriage returns and "erase to the end of the line".
func screenLines(_ text: String) -> [String] {
  text.replacingOccurrences(of: "\u{1B}[K", with: "\u{1B}").split(separator: "\n").map { line in
    var shown: [Character] = []
    var column = 0
    for character in line {
      switch character {
      case "\r": column = 0
      case "\u{1B}": shown.removeSubrange(column...)
      default:
        shown.replaceSubrange(column..<min(column + 1, shown.count), with: [character])
        column += 1
      }
    }
    return String(shown)
  }
}
