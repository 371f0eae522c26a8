import Foundation
import Testing
import UnrollFormats
import UnrollTestSupport

struct DurableFileTests {
  let folder: TemporaryFolder
  let old = [UInt8]("the old contents".utf8)
  let new = [UInt8]((0..<100_000).map { UInt8(truncatingIfNeeded: $0) })

  init() throws {
    folder = try TemporaryFolder()
  }

  private func writeNew(_ name: String, using operations: FileOperations = .system) throws {
    try DurableFile.write(to: folder(name), using: operations) { file in
      try file.append([UInt8](new[..<50_000]))
      try file.append([UInt8](new[50_000...]))
    }
  }

  @Test func newFileHasTheBytesAndNothingElseIsLeft() throws {
    try writeNew("a")
    #expect(try folder.bytes(of: "a") == new)
    #expect(try folder.names == ["a"])
  }

  @Test func existingFileIsReplaced() throws {
    try folder.write(old, to: "a")
    try writeNew("a")
    #expect(try folder.bytes(of: "a") == new)
    #expect(try folder.names == ["a"])
  }

  @Test(arguments: [0o600, 0o644, 0o660, 0o666, 0o755])
  func existingPermissionsAreKept(permissions: Int) throws {
    try folder.write(old, to: "a")
    try folder.setPermissions(permissions, of: "a")
    try writeNew("a")
    #expect(try folder.permissions(of: "a") == permissions)
  }

  @Test func newFileHasThePermissionsOfAnyNewFile() throws {
    try writeNew("a")
    let descriptor = open(folder("plain"), O_WRONLY | O_CREAT, 0o666)
    close(descriptor)
    #expect(try folder.permissions(of: "a") == folder.permissions(of: "plain"))
  }

  @Test(arguments: ["target", "missing"])
  func linkGoesOnPointingAtTheFileThatIsWritten(name: String) throws {
    try folder.write(old, to: "target")
    // Relative to the folder of the link, through a second link.
    try FileManager.default.createSymbolicLink(
      atPath: folder("second"), withDestinationPath: name)
    try FileManager.default.createSymbolicLink(
      atPath: folder("first"), withDestinationPath: folder("second"))
    try writeNew("first")
    #expect(try folder.bytes(of: name) == new)
    #expect(try folder.bytes(of: "target") == (name == "target" ? new : old))
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder("second")) == name)
  }

  @Test func loopOfLinksIsRefused() throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder("a"), withDestinationPath: folder("a"))
    #expect(fileError { try writeNew("a") }?.code == .invalidPath)
    #expect(fileError { try DurableFile.checkWritable(folder("a")) }?.code == .invalidPath)
  }

  @Test func longestLegalNameIsWritten() throws {
    let name = String(repeating: "ü", count: 127)
    try writeNew(name)
    #expect(try folder.bytes(of: name) == new)
  }

  @Test func errorOfTheCallerLeavesTheOldFile() throws {
    struct Cancelled: Error {}
    try folder.write(old, to: "a")
    #expect(throws: Cancelled.self) {
      try DurableFile.write(to: folder("a")) { file in
        try file.append(new)
        throw Cancelled()
      }
    }
    #expect(try folder.bytes(of: "a") == old)
    #expect(try folder.names == ["a"])
  }

  // MARK: Every call fails once

  @Test(arguments: [SystemError.ioFailure, .noSpace, .permissionDenied], [false, true])
  func failureOfAnyCallLeavesOldOrNewFile(error: SystemError, exists: Bool) throws {
    var failing = 0
    while true {
      let folder = try TemporaryFolder()
      if exists { try folder.write(old, to: "a") }
      let call = failing
      let faults = FaultInjection { index, _ in index == call ? error : nil }
      let thrown = fileError {
        try DurableFile.write(to: folder("a"), using: faults.operations) { try $0.append(new) }
      }
      #expect(faults.openFiles == 0)
      if failing >= faults.calls.count {
        #expect(thrown == nil)
        break
      }
      let name = faults.calls[failing]
      // All bytes are safe by the time the folder is closed; nobody can act on that error.
      let isHarmless = name == "close" && faults.calls[..<failing].contains("rename")
      #expect((thrown == nil) == isHarmless, "\(name)")
      if let thrown {
        #expect(thrown.action == .write && thrown.path == folder("a"))
        #expect(thrown.message.contains(folder("a")))
      }
      let isRenamed = faults.calls[..<failing].contains("rename")
      let expected = isRenamed ? new : exists ? old : nil
      #expect(try folder.names == (expected == nil ? [] : ["a"]), "\(name)")
      if let expected { #expect(try folder.bytes(of: "a") == expected, "\(name)") }
      failing += 1
    }
    #expect(failing > 8)
  }

  @Test func deviceThatFailsForGoodLeavesTheOldFile() throws {
    var failing = 0
    while true {
      let folder = try TemporaryFolder()
      try folder.write(old, to: "a")
      let first = failing
      let faults = FaultInjection { index, _ in index >= first ? .ioFailure : nil }
      let thrown = fileError {
        try DurableFile.write(to: folder("a"), using: faults.operations) { try $0.append(new) }
      }
      let isRenamed = faults.calls.prefix(failing).contains("rename")
      #expect(try folder.bytes(of: "a") == (isRenamed ? new : old))
      if thrown == nil { break }
      failing += 1
    }
    #expect(failing > 8)
  }

  @Test func fullDiskIsNamed() throws {
    let faults = FaultInjection { _, name in name == "write" ? .noSpace : nil }
    let error = fileError { try writeNew("a", using: faults.operations) }
    #expect(error?.code == .noSpace)
    #expect(
      error?.message == "cannot write '\(folder("a"))': no space is left on the device; "
        + "free some or choose another place")
    #expect(try folder.names == [])
  }

  @Test func interruptedAndShortWritesAreContinued() throws {
    let faults = FaultInjection { call, name in
      (name == "write" || name == "synchronize") && call % 2 == 0 ? .interrupted : nil
    }
    var operations = faults.operations
    let write = operations.write
    operations.write = { descriptor, bytes throws(SystemError) in
      try write(descriptor, UnsafeRawBufferPointer(rebasing: bytes.prefix(777)))
    }
    try writeNew("a", using: operations)
    #expect(try folder.bytes(of: "a") == new)
    #expect(faults.calls.count { $0 == "write" } > 2 * 100_000 / 777)
  }

  @Test func writeOfNothingIsAnErrorAndNoEndlessLoop() throws {
    var operations = FileOperations.system
    operations.write = { _, _ in 0 }
    #expect(fileError { try writeNew("a", using: operations) }?.code == .ioFailure)
    #expect(try folder.names == [])
  }

  @Test(arguments: [SystemError.invalidArgument, .unsupported])
  func fileSystemThatCannotSynchronizeFoldersIsTrusted(error: SystemError) throws {
    let faults = FaultInjection { _, _ in nil }
    var operations = faults.operations
    let synchronize = operations.synchronize
    operations.synchronize = { descriptor throws(SystemError) in
      if faults.calls.contains("rename") { throw error }
      try synchronize(descriptor)
    }
    try writeNew("a", using: operations)
    #expect(try folder.bytes(of: "a") == new)
  }

  @Test func bytesReachTheDeviceBeforeTheName() throws {
    let faults = FaultInjection { _, _ in nil }
    try DurableFile.write(to: folder("a"), using: faults.operations) { try $0.append(new) }
    let order = faults.calls.filter {
      ["createFile", "write", "synchronize", "close", "rename"].contains($0)
    }
    #expect(
      order == ["createFile", "write", "synchronize", "close", "rename", "synchronize", "close"])
  }

  // MARK: Looking ahead

  static let unwritable: [(String, FileError.Code)] = [
    ("", .invalidPath), ("a\0b", .invalidPath),
    ("FOLDER", .isDirectory), ("FOLDER/", .isDirectory), ("FOLDER/new/", .notFound),
    ("FOLDER/none/a", .notFound), ("FOLDER/file/a", .notDirectory), ("FOLDER/file/", .notDirectory),
    ("FOLDER/" + String(repeating: "n", count: 256), .invalidPath),
    ("/dev/null", .notRegularFile),
  ]

  @Test(arguments: unwritable)
  func impossibleTargetIsFoundBeforehandAndWhenWriting(
    pattern: String, code: FileError.Code
  ) throws {
    try folder.write(old, to: "file")
    let path = pattern.replacingOccurrences(of: "FOLDER", with: folder.path)
    #expect(fileError { try DurableFile.checkWritable(path) }?.code == code)
    #expect(fileError { try DurableFile.write(to: path) { try $0.append(new) } }?.code == code)
    #expect(try folder.names == ["file"])
  }

  @Test func possibleTargetsPassAndNothingIsLeft() throws {
    try folder.write(old, to: "file")
    try DurableFile.checkWritable(folder("file"))
    try DurableFile.checkWritable(folder("new"))
    #expect(try folder.names == ["file"])
    #expect(try folder.bytes(of: "file") == old)
  }

  @Test(.enabled(if: geteuid() != 0, "root may write anywhere"))
  func readOnlyFolderAndFileAreFoundBeforehand() throws {
    try folder.write(old, to: "file")
    try folder.setPermissions(0o444, of: "file")
    #expect(
      fileError { try DurableFile.checkWritable(folder("file")) }?.code == .permissionDenied)
    try folder.setPermissions(0o644, of: "file")
    try folder.setPermissions(0o555, of: ".")
    defer { try? folder.setPermissions(0o755, of: ".") }
    for name in ["file", "new"] {
      #expect(
        fileError { try DurableFile.checkWritable(folder(name)) }?.code == .permissionDenied)
      #expect(fileError { try writeNew(name) }?.code == .permissionDenied)
    }
    #expect(try folder.bytes(of: "file") == old)
  }

  @Test func failureOfAnyCallOfTheCheckLeavesNothing() throws {
    try folder.write(old, to: "a")
    var failing = 0
    while true {
      let call = failing
      let faults = FaultInjection { index, name in
        index == call && name != "removeFile" ? .ioFailure : nil
      }
      let thrown = fileError {
        try DurableFile.checkWritable(folder("a"), using: faults.operations)
      }
      #expect(faults.openFiles == 0)
      #expect(try folder.names == ["a"])
      if failing >= faults.calls.count {
        #expect(thrown == nil)
        break
      }
      failing += 1
    }
    #expect(failing > 5)
  }
}

/// The file error that `body` throws; every other error is a failure of the test.
func fileError(_ body: () throws -> Void) -> FileError? {
  do {
    try body()
    return nil
  } catch let error as FileError {
    return error
  } catch {
    Issue.record(error)
    return nil
  }
}
