import UnrollTerminal

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Where text goes: data to standard output, all else to standard error.
enum Console {
  /// Writes data. When nobody reads it any more, there is nothing left to do, and that is no error.
  static func data(_ text: String) throws {
    switch writeAll(text, to: STDOUT_FILENO) {
    case 0: return
    case EPIPE: leave(with: 0)
    case let number:
      throw Failure(
        status: 74,
        description: "cannot write to standard output: \(String(cString: strerror(number)))")
    }
  }

  /// Puts something that can be neither read nor written where a standard stream is closed: the next file that is
  /// opened would take its number, and text meant for the person would end up in it.
  static func occupyClosedStreams() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) < 0 {
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Writes a line for the person at the terminal.
  static func message(_ line: String) { show(line + "\n") }

  /// Writes for the person at the terminal, without a line end. A closed standard error is no reason to stop.
  static func show(_ text: String) { writeAll(text, to: STDERR_FILENO) }

  /// Whether standard error is a terminal that understands cursor movement.
  static let isInteractive: Bool = {
    let terminal = getenv("TERM").map { String(cString: $0) } ?? ""
    return isatty(STDERR_FILENO) != 0 && !terminal.isEmpty && terminal != "dumb"
  }()

  /// The columns of the terminal.
  static var width: Int { width(of: STDERR_FILENO) ?? 80 }

  /// The columns of the terminal that data goes to; without end where it goes elsewhere.
  static var outputWidth: Int { width(of: STDOUT_FILENO) ?? .max }

  private static func width(of descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
