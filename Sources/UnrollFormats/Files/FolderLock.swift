/// Keeps a folder for this process alone, as long as it exists: a file `lock` in it that is locked.
///
/// The lock ends with the process, however that ends. On a file system without locks there is none.
package final class FolderLock: Sendable {
  /// The name of the file that is locked.
  package static let fileName = "lock"

  private let descriptor: Int32
  private let operations: FileOperations

  /// Locks the folder, or throws ``FileError``, with code `inUse` if another process has locked it.
  package init(
    _ folder: String, using operations: FileOperations = .system
  ) throws(FileError) {
    self.operations = operations
    descriptor = try FileError.whileWriting(folder) { () throws(SystemError) in
      let descriptor = try operations.openLock(WriteTarget.join(folder, Self.fileName))
      do throws(SystemError) {
        try retryingWhenInterrupted { () throws(SystemError) in try operations.lock(descriptor) }
      } catch {
        if !error.isLackOfLocks {
          try? operations.close(descriptor)
          throw error
        }
      }
      return descriptor
    }
  }

  deinit {
    operations.unlock(descriptor)
    try? operations.close(descriptor)
  }
}
