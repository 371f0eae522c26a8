import Foundation
import Testing
import UnrollFormats
import UnrollTestSupport

struct FileContentsTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 300_000])
  func readAndMappedBytesAreTheFile(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try folder.write(bytes, to: "a")
    let read = try FileContents(reading: folder("a"))
    let mapped = try FileContents(mapping: folder("a"))
    #expect(read.count == count && mapped.count == count)
    #expect(read.withUnsafeBytes { [UInt8]($0) } == bytes)
    #expect(mapped.withUnsafeBytes { [UInt8]($0) } == bytes)
  }

  static let unreadable: [(String, FileError.Code)] = [
    ("", .invalidPath), ("a\0b", .invalidPath), ("FOLDER/none", .notFound),
    ("FOLDER", .isDirectory), ("FOLDER/file/a", .notDirectory), ("/dev/zero", .notRegularFile),
  ]

  @Test(arguments: unreadable)
  func whatCannotBeReadIsNamed(pattern: String, code: FileError.Code) throws {
    try folder.write([], to: "file")
    let path = pattern.replacingOccurrences(of: "FOLDER", with: folder.path)
    for error in [
      fileError { _ = try FileContents(reading: path) },
      fileError { _ = try FileContents(mapping: path) },
    ] {
      #expect(error?.code == code)
      #expect(error?.action == .read && error?.path == path)
      #expect(error?.message.hasPrefix("cannot read '\(path)': ") == true)
    }
  }

  @Test func pipeIsReadToItsEndAndCannotBeMapped() throws {
    let bytes = [UInt8](repeating: 7, count: 20_000)
    let pipe = Pipe()
    let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
    #expect(fileError { _ = try FileContents(mapping: path) }?.code == .notRegularFile)
    try pipe.fileHandleForWriting.write(contentsOf: Data(bytes))
    try pipe.fileHandleForWriting.close()
    #expect(try FileContents(reading: path).withUnsafeBytes { [UInt8]($0) } == bytes)
  }

  @Test(arguments: [false, true])
  func failureOfAnyCallIsAnErrorAndClosesTheFile(mapped: Bool) throws {
    try folder.write([1, 2, 3], to: "a")
    var failing = 0
    while true {
      let call = failing
      let faults = FaultInjection { index, name in
        index == call && name != "close" ? .ioFailure : nil
      }
      let error = fileError {
        _ =
          mapped
          ? try FileContents(mapping: folder("a"), using: faults.operations)
          : try FileContents(reading: folder("a"), using: faults.operations)
      }
      #expect(faults.openFiles == 0)
      guard let error else { break }
      #expect(error.code == .ioFailure)
      failing += 1
    }
    #expect(failing >= 3)
  }

  @Test func interruptedAndShortReadsAreContinued() throws {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try folder.write(bytes, to: "a")
    let faults = FaultInjection { call, name in
      name == "read" && call % 2 == 0 ? .interrupted : nil
    }
    var operations = faults.operations
    let read = operations.read
    operations.read = { descriptor, buffer throws(SystemError) in
      try read(descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(999)))
    }
    let contents = try FileContents(reading: folder("a"), using: operations)
    #expect(contents.withUnsafeBytes { [UInt8]($0) } == bytes)
  }

  @Test func fileThatGrowsBeyondItsStatedSizeIsReadWhole() throws {
    let bytes = [UInt8](repeating: 1, count: 500_000)
    try folder.write(bytes, to: "a")
    var operations = FileOperations.system
    operations.openStatus = { _ in FileStatus(kind: .regular, permissions: 0o644, size: 10) }
    let contents = try FileContents(reading: folder("a"), using: operations)
    #expect(contents.count == bytes.count)
  }

  @Test func sizeThatNoMemoryHoldsIsAnError() throws {
    try folder.write([1], to: "a")
    var operations = FileOperations.system
    operations.openStatus = { _ in
      FileStatus(kind: .regular, permissions: 0o644, size: 1 << 60)
    }
    #expect(
      fileError { _ = try FileContents(reading: folder("a"), using: operations) }?.code
        == .outOfMemory)
  }
}
