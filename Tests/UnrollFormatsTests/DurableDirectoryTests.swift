import Foundation
import Testing
import UnrollFormats
import UnrollTestSupport

struct DurableDirectoryTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func write(
    _ path: String, using operations: FileOperations = .system
  ) throws {
    try DurableDirectory.write(to: path, using: operations) { directory in
      try directory.write("weights") { try $0.append([1, 2, 3]) }
      try directory.write("state") { _ in }
    }
  }

  private func check(_ folder: TemporaryFolder) throws {
    #expect(try folder.bytes(of: "step-1/weights") == [1, 2, 3])
    #expect(try folder.bytes(of: "step-1/state") == [])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder("step-1")).sorted()
        == ["state", "weights"])
  }

  @Test(arguments: ["step-1", "step-1/", "step-1//"])
  func folderHasItsFilesAndNothingElseIsLeft(name: String) throws {
    try write(folder(name))
    try check(folder)
    #expect(try folder.names == ["step-1"])
  }

  @Test func failureOfAnyCallLeavesAllOrNothing() throws {
    var failing = 0
    while true {
      let folder = try TemporaryFolder()
      let call = failing
      let faults = FaultInjection { index, _ in index == call ? .ioFailure : nil }
      let thrown = fileError { try write(folder("step-1"), using: faults.operations) }
      #expect(faults.openFiles == 0)
      if failing >= faults.calls.count {
        #expect(thrown == nil)
        break
      }
      // Closing a folder that was only looked at loses nothing.
      if thrown == nil { #expect(faults.calls[failing] == "close") }
      if thrown == nil || faults.calls[..<failing].contains("rename") {
        #expect(try folder.names == ["step-1"])
        try check(folder)
      } else {
        #expect(try folder.names == [], "\(faults.calls[failing])")
      }
      failing += 1
    }
    #expect(failing > 15)
  }

  @Test func everyFileAndTheFolderReachTheDeviceBeforeTheName() throws {
    let faults = FaultInjection { _, _ in nil }
    try write(folder("step-1"), using: faults.operations)
    let order = faults.calls.filter { ["createFile", "synchronize", "rename"].contains($0) }
    #expect(
      order == [
        "createFile", "synchronize", "createFile", "synchronize", "synchronize", "rename",
        "synchronize",
      ])
  }

  @Test func errorOfTheCallerLeavesNothing() throws {
    struct Cancelled: Error {}
    #expect(throws: Cancelled.self) {
      try DurableDirectory.write(to: folder("step-1")) { directory in
        try directory.write("weights") { try $0.append([1]) }
        throw Cancelled()
      }
    }
    #expect(try folder.names == [])
  }

  @Test func sameFileTwiceIsAnErrorThatNamesIt() throws {
    let error = fileError {
      try DurableDirectory.write(to: folder("step-1")) { directory in
        try directory.write("weights") { try $0.append([1]) }
        try directory.write("weights") { try $0.append([2]) }
      }
    }
    #expect(error?.code == .alreadyExists)
    #expect(error?.path == folder("step-1/weights"))
    #expect(try folder.names == [])
  }

  static let impossible: [(String, FileError.Code)] = [
    ("", .invalidPath), ("FOLDER", .alreadyExists), ("FOLDER/file", .alreadyExists),
    ("/", .alreadyExists), ("FOLDER/none/a", .notFound), ("FOLDER/file/a", .notDirectory),
  ]

  @Test(arguments: impossible)
  func impossibleTargetIsFoundBeforehandAndWhenWriting(
    pattern: String, code: FileError.Code
  ) throws {
    try folder.write([], to: "file")
    let path = pattern.replacingOccurrences(of: "FOLDER", with: folder.path)
    #expect(fileError { try DurableDirectory.checkWritable(path) }?.code == code)
    #expect(fileError { try write(path) }?.code == code)
    #expect(try folder.names == ["file"])
  }

  @Test func possibleTargetPassesAndNothingIsLeft() throws {
    try DurableDirectory.checkWritable(folder("step-1"))
    #expect(try folder.names == [])
  }
}
