internal import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The modes of the terminal at standard input, and what it is asked to do.
package enum RawTerminal {
  /// Who has the keyboard.
  package enum Mode: Sendable {
    /// As it was found.
    case original
    /// A person types: each key comes at once, and none makes a signal.
    case typing
    /// A program writes: keys are not shown, and Ctrl-C and Ctrl-Z make signals.
    case writing
  }

  /// Whether a person sits at both ends of a terminal that can move its cursor.
  package static var isPossible: Bool {
    let name = getenv("TERM").map { String(cString: $0) } ?? ""
    return isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0 && !name.isEmpty
      && name != "dumb"
  }

  /// Columns and rows.
  package static var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return (80, 24)
    }
    return (Int(size.ws_col), max(1, Int(size.ws_row)))
  }

  /// Sets the modes, and asks the terminal to mark what is pasted while a person types.
  package static func set(_ mode: Mode) {
    keepOriginal()
    var modes = original
    let local = tcflag_t(ICANON | ECHO | IEXTEN)
    switch mode {
    case .original: break
    case .typing:
      modes.c_lflag &= ~(local | tcflag_t(ISIG))
      modes.c_iflag &= ~tcflag_t(IXON | ICRNL)
    case .writing:
      modes.c_lflag &= ~local
      // What is typed ahead is read as keys later.
      modes.c_iflag &= ~tcflag_t(ICRNL)
    }
    isChanged.store(mode != .original, ordering: .relaxed)
    // While a program writes, the terminal is to be given back before it stops.
    if mode == .writing {
      signal(SIGTSTP) { _ in suspension.store(true, ordering: .relaxed) }
    } else {
      signal(SIGTSTP, SIG_DFL)
    }
    tcsetattr(STDIN_FILENO, TCSADRAIN, &modes)
    write(mode == .typing ? "\u{1B}[?2004h" : "\u{1B}[?2004l")
  }

  /// Whether the modes are others than those that were found; may be asked in a handler of a signal.
  package static var isInUse: Bool { isChanged.load(ordering: .relaxed) }

  /// Gives the terminal back; may be called from a handler of a signal.
  package static func restore() {
    guard isInUse else { return }
    isChanged.store(false, ordering: .relaxed)
    tcsetattr(STDIN_FILENO, TCSADRAIN, &original)
  }

  /// Stops this process as Ctrl-Z does, with the terminal as it was found, and comes back when it is continued.
  package static func suspend() {
    set(.original)
    raise(SIGTSTP)
  }

  /// Whether Ctrl-Z was pressed while a program wrote; once for each time.
  package static var isAskedToSuspend: Bool { suspension.exchange(false, ordering: .relaxed) }

  /// Writes all of a text to standard output. Where nobody sees it any more, reading the keyboard ends the session.
  package static func write(_ text: String) { writeAll(text, to: STDOUT_FILENO) }

  /// What came of the keyboard.
  enum Input {
    case bytes([UInt8])
    /// Nothing, for so long.
    case silence
    /// A signal came.
    case signal
    case end
  }

  /// Waits for keys, at most so many milliseconds.
  static func read(timeout: Int32) -> Input {
    var file = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    let ready = poll(&file, 1, timeout)
    if ready < 0 { return errno == EINTR ? .signal : .end }
    if ready == 0 { return .silence }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = bytes.withUnsafeMutableBytes { buffer in
      #if canImport(Darwin)
      Darwin.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
      #elseif canImport(Glibc)
      Glibc.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
      #elseif canImport(Musl)
      Musl.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
      #endif
    }
    if count < 0 { return errno == EINTR ? .signal : .end }
    return count == 0 ? .end : .bytes(Array(bytes[..<count]))
  }

  private static func keepOriginal() {
    guard !hasOriginal.exchange(true, ordering: .relaxed) else { return }
    tcgetattr(STDIN_FILENO, &original)
    // A changed size interrupts waiting for keys.
    signal(SIGWINCH) { _ in }
  }
}

private let hasOriginal = Atomic(false)
private let isChanged = Atomic(false)
private let suspension = Atomic(false)
/// Written once, before anything is changed.
nonisolated(unsafe) private var original = termios()
