import Foundation
import Synchronization
import Testing
import UnrollFormats
import UnrollTestSupport

/// The lock that keeps a folder for one process.
struct FolderLockTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func secondLockIsRefusedUntilTheFirstIsGone() throws {
    var first: FolderLock? = try FolderLock(folder.path)
    let error = #expect(throws: FileError.self) { try FolderLock(folder.path) }
    #expect(error?.code == .inUse)
    withExtendedLifetime(first) {}
    first = nil
    #expect(throws: Never.self) { try FolderLock(folder.path) }
  }

  /// A process that another part of the program starts has the open files too, until it runs its own program.
  @Test func lockEndsAlsoForACopyOfTheOpenFile() throws {
    let copy = Mutex<Int32>(-1)
    var operations = FileOperations.system
    operations.openLock = { path throws(SystemError) in
      let descriptor = try FileOperations.system.openLock(path)
      copy.withLock { $0 = dup(descriptor) }
      return descriptor
    }
    defer { close(copy.withLock { $0 }) }
    var lock: FolderLock? = try FolderLock(folder.path, using: operations)
    withExtendedLifetime(lock) {}
    lock = nil
    #expect(throws: Never.self) { try FolderLock(folder.path) }
  }
}
