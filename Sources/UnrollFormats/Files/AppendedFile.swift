/// A file that grows at its end, such as a log: each piece is whole in it once it is appended.
///
/// A crash of the process keeps all that was appended; a crash of the machine keeps what was
/// appended before ``synchronize()``. Where a piece cannot be written whole, what came of it is
/// cut off again.
package final class AppendedFile {
  /// Where it is.
  package let path: String
  /// The bytes of the file.
  package private(set) var size: Int
  private let descriptor: Int32
  private let operations: FileOperations

  /// Opens the file at `path`, or creates it, or throws ``FileError``.
  ///
  /// - Parameter count: The bytes to keep of what is there; `nil` keeps all. A file that is shorter
  ///   keeps all that it has.
  package init(
    appendingTo path: String, keeping count: Int? = nil, using operations: FileOperations = .system
  ) throws(FileError) {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw FileError(.invalidPath, .write, path) }
    let (descriptor, size) = try FileError.whileWriting(path) { () throws(SystemError) in
      let descriptor = try retryingWhenInterrupted { () throws(SystemError) in
        try operations.openAppending(path)
      }
      do throws(SystemError) {
        let status = try operations.openStatus(descriptor)
        guard status.kind == .regular else { throw .notRegularFile }
        guard let count, count < status.size else { return (descriptor, status.size) }
        try operations.truncate(descriptor, max(0, count))
        return (descriptor, max(0, count))
      } catch {
        try? operations.close(descriptor)
        throw error
      }
    }
    self.path = path
    self.size = size
    self.descriptor = descriptor
    self.operations = operations
  }

  deinit { try? operations.close(descriptor) }

  /// Appends all the bytes, or throws ``FileError``; then the file has none of them.
  package func append(_ bytes: [UInt8]) throws(FileError) {
    do throws(SystemError) {
      let operations = operations
      let descriptor = descriptor
      try bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
        try operations.writeAll(UnsafeRawBufferPointer(buffer), to: descriptor)
      }
    } catch {
      try? operations.truncate(descriptor, size)
      throw FileError(error, .write, path)
    }
    size += bytes.count
  }

  /// Waits until all that was appended is on the device, or throws ``FileError``.
  package func synchronize() throws(FileError) {
    try FileError.whileWriting(path) { () throws(SystemError) in
      try retryingWhenInterrupted { () throws(SystemError) in
        try operations.synchronize(descriptor)
      }
    }
  }
}
