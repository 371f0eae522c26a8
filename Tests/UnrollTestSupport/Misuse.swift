package import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Processes that end on purpose need no backtrace, which would take seconds each.
private let withoutBacktraces: Void = { setenv("SWIFT_BACKTRACE", "enable=no", 1) }()

/// Something that a programmer gets wrong, and the sentence that the program ends with.
package struct Misuse: Sendable, CustomTestStringConvertible {
  package let sentence: String
  package let commit: @Sendable () -> Void

  package init(_ sentence: String, _ commit: @escaping @Sendable () -> Void) {
    self.sentence = sentence
    self.commit = commit
    withoutBacktraces
  }

  package var testDescription: String { sentence }

  /// Expects the sentence on the standard error of a process that committed it.
  package func expectSentence(
    in result: ExitTest.Result?, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("Fatal error: \(sentence)\n"), sourceLocation: sourceLocation)
  }
}
