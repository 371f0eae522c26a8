/// Writes files whole or not at all.
///
/// The bytes go to a temporary file in the same folder, which takes the place of the target only
/// after it has reached the device. So a crash, a full disk or a kill at any moment leaves the old
/// file as it was (and at worst a `NAME.tmp.…` beside it). This is the order of Pillai et al., OSDI
/// 2014, "All File Systems Are Not Created Equal".
package enum DurableFile {
  /// Creates or replaces the file at `path` with what `body` appends, or throws ``FileError`` or
  /// what `body` throws.
  ///
  /// An existing file keeps its permissions, and a symbolic link goes on pointing at the file it
  /// points at.
  package static func write(
    to path: String, using operations: FileOperations = .system,
    _ body: (FileSink) throws -> Void
  ) throws {
    let target = try replaceableTarget(path, operations)
    let temporary = target.temporaryPath()
    try FileSink.createFile(
      at: temporary, permissions: target.existing?.permissions, reportedAs: path,
      using: operations, body)
    try operations.moveDurably(temporary, to: target, reportedAs: path) {
      try? operations.removeFile(temporary)
    }
  }

  /// Throws ``FileError`` if writing to `path` would fail as things stand, and leaves nothing
  /// behind.
  package static func checkWritable(
    _ path: String, using operations: FileOperations = .system
  ) throws(FileError) {
    let target = try replaceableTarget(path, operations)
    try FileError.whileWriting(path) { () throws(SystemError) in
      let directory = try operations.openDirectory(target.directory)
      try operations.close(directory)
      let temporary = target.temporaryPath()
      let descriptor = try operations.createFile(temporary, 0o600)
      defer { try? operations.close(descriptor) }
      try operations.removeFile(temporary)
    }
  }

  private static func replaceableTarget(
    _ path: String, _ operations: FileOperations
  ) throws(FileError) -> WriteTarget {
    let target = try WriteTarget(path, using: operations)
    if let existing = target.existing {
      guard existing.kind == .regular else {
        throw FileError(
          existing.kind == .directory ? .isDirectory : .notRegularFile, .write, path)
      }
      // Renaming would replace a write-protected file without a word.
      try FileError.whileWriting(path) { () throws(SystemError) in
        try operations.checkWriteAccess(target.path)
      }
    } else if target.name.isEmpty {
      throw FileError(.isDirectory, .write, path)
    }
    return target
  }
}

extension FileOperations {
  /// Gives what is at `temporary` the name of `target`, and waits until the folder on the device
  /// says so.
  ///
  /// `discard` runs if the name could not be given.
  func moveDurably(
    _ temporary: String, to target: WriteTarget, reportedAs path: String, discard: () -> Void
  ) throws(FileError) {
    try FileError.whileWriting(path) { () throws(SystemError) in
      let directory: Int32
      do throws(SystemError) {
        directory = try openDirectory(target.directory)
        do throws(SystemError) {
          try rename(temporary, target.path)
        } catch {
          try? close(directory)
          throw error
        }
      } catch {
        discard()
        throw error
      }
      defer { try? close(directory) }
      try synchronizeDirectory(directory)
    }
  }

  /// Waits until a folder's list of names is on the device; network file systems that cannot do
  /// that are trusted.
  func synchronizeDirectory(_ directory: Int32) throws(SystemError) {
    do throws(SystemError) {
      try retryingWhenInterrupted { () throws(SystemError) in try synchronize(directory) }
    } catch {
      guard error == .invalidArgument || error == .unsupported else { throw error }
    }
  }
}
