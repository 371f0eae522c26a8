import Foundation

/// A terminal with a screen, on which a process of its own session runs.
final class PseudoTerminal {
  private let master: Int32
  private let end: Int32
  /// The modes of the terminal before anybody changed them.
  private(set) var original = ""
  private var process: pid_t
  private(set) var screen: Screen
  /// What has not been shown, as it ends within a sequence.
  private var pending: [UInt8] = []

  /// Starts a program in a folder; `nil` if the system has no terminals.
  init?(
    columns: Int, rows: Int = 24, in folder: String, _ arguments: [String],
    environment: [String: String] = [:]
  ) {
    var (master, end): (Int32, Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 1024)
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&master, &end, &name, nil, &size) == 0 else { return nil }
    // Kept open so that the modes can be asked for after the process has ended.
    self.end = end
    screen = Screen(columns: columns, rows: rows)
    self.master = master

    process = 0
    original = modes

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The leader of a session gets the first terminal that it opens.
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | Self.newSession))
    var variables = ProcessInfo.processInfo.environment
    variables["TERM"] = "xterm"
    variables.merge(environment) { $1 }
    let shell = ["/bin/sh", "-c", "cd '\(folder)' && exec \"$@\"", "sh"]
    var words = (shell + arguments).map { strdup($0) } + [nil]
    var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + settings { free(word) } }
    guard posix_spawn(&process, shell[0], &actions, &attributes, &words, &settings) == 0 else {
      return nil
    }
  }

  #if os(Linux)
  private static let newSession: Int32 = 0x80
  #else
  private static let newSession: Int32 = 0x400
  #endif

  deinit {
    if process > 0 { kill(process, SIGKILL) }
    close(master)
    close(end)
  }

  /// Types.
  func type(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      // A terminal takes 4 KB before somebody reads: what comes back is read meanwhile.
      read(milliseconds: 0)
      let count = bytes.prefix(1024).withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  func send(_ signal: Int32) { kill(process, signal) }

  /// Waits until the screen is as it should be, at most half a minute; says whether it is.
  func waits(until isRight: (Screen) -> Bool) -> Bool {
    let end = Date(timeIntervalSinceNow: 10)
    while Date() < end {
      if isRight(screen) { return true }
      guard read(milliseconds: 20) else { return isRight(screen) }
    }
    return false
  }

  /// Waits until the program has the keyboard; what is typed before goes to the system.
  func waitsForKeyboard() -> Bool { waits { _ in modes != original } }

  /// Waits until a text is on the screen.
  func waits(for text: String) -> Bool {
    waits { $0.lines.contains { $0.contains(text) } }
  }

  /// Waits for the end, at most half a minute; the exit status, or the negative number of the signal that ended it.
  func status() -> Int32 {
    let end = Date(timeIntervalSinceNow: 10)
    var status: Int32 = 0
    while waitpid(process, &status, WNOHANG) == 0 {
      read(milliseconds: 20)
      if Date() > end { kill(process, SIGKILL) }
    }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
  }

  /// The modes of the terminal.
  var modes: String {
    var modes = termios()
    tcgetattr(master, &modes)
    return "\(modes.c_iflag) \(modes.c_oflag) \(modes.c_cflag) \(modes.c_lflag)"
  }

  /// Shows what came within some time; false when nothing more will come.
  @discardableResult
  private func read(milliseconds: Int32) -> Bool {
    var file = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&file, 1, milliseconds) > 0 else { return true }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = Foundation.read(master, &buffer, buffer.count)
    guard count > 0 else { return false }
    pending += buffer[..<count]
    pending = screen.show(pending)
    return true
  }
}

/// What a terminal shows, as far as this program asks of one.
struct Screen {
  private let columns: Int
  private let rows: Int
  private var cells: [[Character]]
  private(set) var row = 0
  private(set) var column = 0

  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    cells = [[]]
  }

  /// The rows, without spaces at their ends.
  var lines: [String] {
    cells.map { cells in
      // The second cell of a wide character.
      let text = String(cells.filter { $0 != "\0" })
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// Shows bytes, and gives those back that end within a sequence or a scalar.
  mutating func show(_ bytes: [UInt8]) -> [UInt8] {
    var rest = bytes[...]
    while let first = rest.first {
      if first == 0x1B {
        guard rest.count > 1, let end = rest.dropFirst(2).firstIndex(where: { $0 >= 0x40 }) else {
          break
        }
        obey(String(decoding: rest[rest.startIndex + 2...end], as: UTF8.self))
        rest = rest[(end + 1)...]
      } else if first < 0x20 {
        if first == 0x0D { column = 0 }
        if first == 0x0A { lineFeed() }
        rest = rest.dropFirst()
      } else {
        let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard rest.count >= length else { break }
        put(Character(String(decoding: rest.prefix(length), as: UTF8.self)))
        rest = rest.dropFirst(length)
      }
    }
    return Array(rest)
  }

  private mutating func obey(_ sequence: String) {
    let number = Int(sequence.dropLast()) ?? 1
    switch sequence.last {
    case "A": row = max(0, row - number)
    case "C": column = min(columns - 1, column + number)
    case "H": (row, column) = (0, 0)
    case "J":
      if sequence == "2J" { cells = [[]] }
      cells.removeSubrange(min(row + 1, cells.count)...)
      if row < cells.count { cells[row] = Array(cells[row].prefix(column)) }
    default: break
    }
  }

  private mutating func lineFeed() {
    row += 1
    if row == rows {
      cells.removeFirst()
      row -= 1
    }
    while cells.count <= row { cells.append([]) }
  }

  private mutating func put(_ character: Character) {
    let scalar = character.unicodeScalars.first
    let category = scalar?.properties.generalCategory
    while cells.count <= row { cells.append([]) }
    if category == .nonspacingMark || category == .format {
      guard let last = cells[row].popLast() else { return }
      return cells[row].append(Character(String(last) + String(character)))
    }
    let width = (0x1100...0xFFDC).contains(scalar?.value ?? 0) && category == .otherLetter ? 2 : 1
    if column + width > columns {
      column = 0
      lineFeed()
    }
    while cells[row].count < column + width { cells[row].append(" ") }
    cells[row][column] = character
    if width == 2 { cells[row][column + 1] = "\0" }
    column += width
  }
}
