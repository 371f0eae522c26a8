import Foundation
import Testing
import UnrollFormats
import UnrollTestSupport

struct AppendedFileTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func newFileIsCreatedAndGrows() throws {
    let file = try AppendedFile(appendingTo: folder("log"))
    #expect(file.size == 0)
    try file.append(bytes("one\n"))
    #expect(try folder.bytes(of: "log") == bytes("one\n"))
    try file.append(bytes("two\n"))
    try file.append([])
    try file.synchronize()
    #expect(file.size == 8)
    #expect(try folder.bytes(of: "log") == bytes("one\ntwo\n"))
  }

  @Test(arguments: [(nil, 6), (0, 0), (-3, 0), (4, 4), (6, 6), (100, 6)] as [(Int?, Int)])
  func soManyBytesAreKept(_ count: Int?, _ kept: Int) throws {
    try folder.write(bytes("abcdef"), to: "log")
    let file = try AppendedFile(appendingTo: folder("log"), keeping: count)
    #expect(file.size == kept)
    try file.append(bytes("X"))
    #expect(try folder.bytes(of: "log") == bytes("abcdef".prefix(kept) + "X"))
  }

  @Test(
    arguments: [
      ("", .invalidPath), ("a\0b", .invalidPath), ("FOLDER", .isDirectory),
      ("FOLDER/none/log", .notFound), ("/dev/null", .notRegularFile),
    ] as [(String, FileError.Code)])
  func impossiblePlaceIsAnError(_ pattern: String, _ code: FileError.Code) {
    let path = pattern.replacingOccurrences(of: "FOLDER", with: folder.path)
    let error = fileError { _ = try AppendedFile(appendingTo: path) }
    #expect(error?.code == code && error?.action == .write)
  }

  /// One step: what was there, and two pieces.
  private func write(using operations: FileOperations) throws {
    let file = try AppendedFile(appendingTo: folder("log"), keeping: 4, using: operations)
    try file.append(bytes("two\n"))
    try file.synchronize()
    try file.append(bytes("three\n"))
  }

  @Test(arguments: [SystemError.ioFailure, .noSpace])
  func failureOfAnyCallLeavesWholePieces(_ error: SystemError) throws {
    var failing = 0
    while true {
      try folder.write(bytes("one\nrest of another run"), to: "log")
      let call = failing
      let faults = FaultInjection { index, _ in index == call ? error : nil }
      let thrown = fileError { try write(using: faults.operations) }
      #expect(faults.openFiles == 0)
      let content = String(decoding: try folder.bytes(of: "log"), as: UTF8.self)
      if failing >= faults.calls.count {
        #expect(thrown == nil && content == "one\ntwo\nthree\n")
        break
      }
      // Nobody can act on a failure to close what is synchronized.
      if faults.calls[failing] != "close" {
        #expect(thrown?.message.contains(folder("log")) == true, "\(faults.calls[failing])")
      }
      let isWhole = ["one\nrest of another run", "one\n", "one\ntwo\n", "one\ntwo\nthree\n"]
      #expect(isWhole.contains(content), "\(faults.calls[failing])")
      failing += 1
    }
    #expect(failing > 5)
  }

  @Test func pieceThatDoesNotFitTheDiskIsTakenBack() throws {
    var operations = FileOperations.system
    let write = operations.write
    operations.write = { descriptor, bytes throws(SystemError) in
      guard bytes.count > 3 else { throw .noSpace }
      return try write(descriptor, UnsafeRawBufferPointer(rebasing: bytes.prefix(2)))
    }
    let file = try AppendedFile(appendingTo: folder("log"), using: operations)
    #expect(fileError { try file.append(bytes("abcdefgh")) }?.code == .noSpace)
    #expect(file.size == 0)
    #expect(try folder.bytes(of: "log").isEmpty)
  }

  @Test func interruptedCallsAreRepeated() throws {
    let faults = FaultInjection { call, _ in call % 2 == 0 ? .interrupted : nil }
    var operations = FileOperations.system
    (operations.openAppending, operations.write) = (
      faults.operations.openAppending, faults.operations.write
    )
    operations.synchronize = faults.operations.synchronize
    let file = try AppendedFile(appendingTo: folder("log"), using: operations)
    try file.append(bytes("abc"))
    try file.synchronize()
    #expect(try folder.bytes(of: "log") == bytes("abc"))
  }
}
