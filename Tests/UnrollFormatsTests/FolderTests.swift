import Foundation
import Testing
import UnrollFormats
import UnrollTestSupport

struct FolderTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try Folder.createPrivate(folder("a/b"))
    try folder.write([1], to: "a/b/file")
    try FileManager.default.createSymbolicLink(
      atPath: folder("link"), withDestinationPath: folder("a"))
  }

  @Test func pathsToOneFileHaveOneIdentity() throws {
    let paths = ["a/b/file", "link/b/file", "a/../a/./b//file"]
    let identities = try paths.map { try FileOperations.system.status(folder($0)).identity }
    #expect(Set(identities).count == 1)
    #expect(try FileOperations.system.status(folder("a")).identity != identities[0])
  }

  @Test(
    arguments: [
      ("a/b/file", "a", true), ("link/b/new/newer", "a", true), ("a", "a", true),
      ("a/b/../b/none", "link", true), ("ab", "a", false), ("b", "a", false),
      ("a/b", "none", false),
      ("a", "a/b", false),
    ])
  func placeIsFoundInAFolderHoweverItIsWritten(_ path: String, _ place: String, _ lies: Bool) {
    #expect(Folder.contains(folder(path), in: folder(place)) == lies)
  }

  @Test func everythingLiesInTheRoot() {
    #expect(Folder.contains(folder("a"), in: "/"))
    #expect(!Folder.contains("/", in: folder("a")))
  }

  @Test func freeBytesAreThoseOfTheDisk() throws {
    #expect(try #require(Folder.freeBytes(beside: folder("new"))) > 0)
    #expect(Folder.freeBytes(beside: folder("none/new")) == nil)
    var operations = FileOperations.system
    operations.freeBytes = { path in path == folder.path ? 17 : 0 }
    #expect(Folder.freeBytes(beside: folder("new"), using: operations) == 17)
  }

  @Test func filesAreFoundWithoutFollowingLinksToFolders() throws {
    #expect(try Folder.files(below: folder.path).files == [folder("a/b/file")])
  }

  @Test(arguments: [SystemError.ioFailure, .permissionDenied])
  func failureOfAnyCallOfAWalkIsAnErrorOrAFileLess(_ error: SystemError) throws {
    var failing = 0
    while true {
      let call = failing
      let faults = FaultInjection { index, _ in index == call ? error : nil }
      var files: [String]?
      let thrown = fileError {
        files = try Folder.files(below: folder.path, using: faults.operations).files
      }
      if failing >= faults.calls.count { break }
      #expect(thrown != nil || files == [folder("a/b/file")], "\(faults.calls[failing])")
      failing += 1
    }
    #expect(failing > 4)
  }

  @Test func folderThatAnotherProcessMakesMeanwhileIsUsed() throws {
    let faults = FaultInjection { _, name in name == "makeDirectory" ? .alreadyExists : nil }
    try Folder.createPrivate(folder("a"), using: faults.operations)
    try folder.write([1], to: "file")
    let error = fileError {
      try Folder.createPrivate(folder("file"), using: faults.operations)
    }
    #expect(error?.code == .alreadyExists)
  }
}
