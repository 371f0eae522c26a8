import Foundation
import Testing

/// `unroll serve`, which hands over to another program.
struct ServeTests {
  @Test func programIsStartedWithItsArguments() throws {
    let workplace = try Workplace()
    // Written by the shell: a file that this process has open for writing cannot be started.
    let outcome = try workplace.shell(
      #"""
      printf '#!/bin/sh\necho "$0: $*"\nexit 3\n' > unroll-serve
      chmod +x unroll-serve
      PATH="$PWD:$PATH" "$unroll" serve a.safetensors --port 0 --insecure
      """#)
    #expect(outcome.status == 3, "\(outcome.errors)")
    #expect(outcome.output.hasSuffix("unroll-serve: a.safetensors --port 0 --insecure\n"))
  }

  @Test func missingProgramIsSaidWithTheRemedy() throws {
    let workplace = try Workplace()
    let outcome = try workplace.shell(#"PATH=/nowhere "$unroll" serve a.safetensors"#)
    #expect(outcome.status == 69)
    #expect(outcome.errors.contains("swift build -c release --package-path Server"))
  }
}
