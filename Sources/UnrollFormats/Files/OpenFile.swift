/// A regular file that stays open and is read at any place, by any number of threads.
package final class OpenFile: Sendable {
  /// The path, or another name that errors call the file by.
  package let path: String
  /// What the file was when it was opened.
  package let status: FileStatus

  private let descriptor: Int32
  private let operations: FileOperations

  /// Opens the file at `path`, or throws ``FileError``.
  package convenience init(
    reading path: String, using operations: FileOperations = .system
  ) throws(FileError) {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw FileError(.invalidPath, .read, path) }
    let descriptor = try FileError.whileReading(path) { () throws(SystemError) in
      try retryingWhenInterrupted { () throws(SystemError) in try operations.openFile(path) }
    }
    try self.init(descriptor: descriptor, path: path, operations)
  }

  /// Takes over an open descriptor.
  init(descriptor: Int32, path: String, _ operations: FileOperations) throws(FileError) {
    do throws(SystemError) {
      status = try operations.openStatus(descriptor)
      guard status.kind == .regular else {
        throw status.kind == .directory ? .isDirectory : .notRegularFile
      }
    } catch {
      try? operations.close(descriptor)
      throw FileError(error, .read, path)
    }
    self.descriptor = descriptor
    self.path = path
    self.operations = operations
  }

  // Nothing was written, so a failure to close loses nothing.
  deinit { try? operations.close(descriptor) }

  /// Fills `bytes` with what begins at `offset`, or throws ``FileError``, also where the file has
  /// become too short for that.
  package func read(
    at offset: Int, into bytes: UnsafeMutableRawBufferPointer
  ) throws(FileError) {
    var count = 0
    while count < bytes.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[count...])
      let read = try FileError.whileReading(path) { () throws(SystemError) in
        try retryingWhenInterrupted { () throws(SystemError) in
          try operations.readAt(descriptor, offset + count, rest)
        }
      }
      guard read > 0 else { throw FileError(.changed, .read, path) }
      count += read
    }
  }

  /// Throws ``FileError`` if the file is not the one any more that it was at `status`.
  package func checkUnchanged(since status: FileStatus) throws(FileError) {
    let now = try FileError.whileReading(path) { () throws(SystemError) in
      try operations.openStatus(descriptor)
    }
    guard now.size == status.size, now.modificationTime == status.modificationTime,
      now.number == status.number
    else { throw FileError(.changed, .read, path) }
  }
}
