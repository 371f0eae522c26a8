import Foundation
import Testing
import UnrollFormats
import UnrollTestSupport

struct LeftoversTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// The number of a process that has ended.
  private func endedProcess() throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "exit 0"]
    try process.run()
    process.waitUntilExit()
    return process.processIdentifier
  }

  @Test func filesOfEndedProcessesAreRemovedAndNoOthers() throws {
    let ended = try endedProcess()
    let long = String(repeating: "ä", count: 100)
    let removed = [
      "model.tmp.\(ended).1x2", "model.tmp.\(getpid()).zz",
      "\(String(repeating: "ä", count: 90)).tmp.\(ended).1",
    ]
    let kept = [
      "model", "model.tmp", "model.tmp.\(ended)", "model.tmp.\(getppid()).1x2",
      "model.tmp.x.1x2", "model.tmp.\(ended).1-2", "model.tmp.-1.1", "other.tmp.\(ended).1x2",
      "my.model.tmp.\(ended).1x2",
    ]
    for name in removed + kept { try folder.write([1], to: name) }
    Leftovers.remove(of: folder("model"))
    Leftovers.remove(of: folder(long))
    #expect(try folder.names == kept.sorted())
  }

  @Test func placeThatCannotBeReadIsNoError() {
    Leftovers.remove(of: folder("none/model"))
    Leftovers.remove(of: "")
    Leftovers.remove(in: folder("none")) { _ in true }
  }

  @Test func whatIsWrittenIsFoundAgain() throws {
    struct Stop: Error {}
    var operations = FileOperations.system
    operations.removeFile = { _ throws(SystemError) in throw .ioFailure }
    #expect(throws: Stop.self) {
      try DurableFile.write(to: folder("a.b"), using: operations) { _ in throw Stop() }
    }
    #expect(try folder.names.count == 1)
    Leftovers.remove(of: folder("a.b"))
    #expect(try folder.names == [])
  }
}
