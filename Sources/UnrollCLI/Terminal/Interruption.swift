import Synchronization
import UnrollTerminal

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The first Ctrl-C (or SIGTERM, SIGHUP) asks for an orderly end, the second ends the process at once.
enum Interruption {
  /// The signal that asked for an end, if one did.
  static var signalNumber: Int32? {
    let number = receivedSignal.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// The signal of Ctrl-C.
  static let interrupt = SIGINT

  /// From here on, the first signal only sets a mark; one that is ignored, as nohup wants it, stays so.
  static func watch() {
    receivedSignal.store(0, ordering: .relaxed)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      guard isIgnored(signal(number, noteSignal)) else { continue }
      signal(number, SIG_IGN)
      if number == SIGHUP { isHangUpIgnored.store(true, ordering: .relaxed) }
    }
  }

  private static func isIgnored(_ handler: (@convention(c) (Int32) -> Void)?) -> Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}

private let receivedSignal = Atomic<Int32>(0)
private let isHangUpIgnored = Atomic<Bool>(false)

private func noteSignal(_ number: Int32) {
  receivedSignal.store(number, ordering: .relaxed)
  // Where a person types, Ctrl-C stops the model and nothing else.
  if number == SIGINT, RawTerminal.isInUse { return }
  // The next signal ends the process at once.
  RawTerminal.restore()
  for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  if !isHangUpIgnored.load(ordering: .relaxed) { signal(SIGHUP, SIG_DFL) }
}
