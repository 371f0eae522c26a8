/// A file that is being written and that nobody else sees yet.
package struct FileSink {
  private let path: String
  private let descriptor: Int32
  private let operations: FileOperations
  private var observer: ((UnsafeRawBufferPointer) -> Void)?

  init(path: String, descriptor: Int32, operations: FileOperations) {
    self.path = path
    self.descriptor = descriptor
    self.operations = operations
  }

  /// The same file, with `observer` given all bytes that are appended to it, for a digest.
  package func observed(by observer: @escaping (UnsafeRawBufferPointer) -> Void) -> FileSink {
    var sink = self
    sink.observer = observer
    return sink
  }

  /// Appends all the bytes, or throws ``FileError``; every call reaches the operating system, so
  /// pass large pieces.
  package func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    observer?(bytes)
    try FileError.whileWriting(path) { () throws(SystemError) in
      try operations.writeAll(bytes, to: descriptor)
    }
  }

  /// Appends all the bytes, or throws ``FileError``.
  package func append(_ bytes: [UInt8]) throws(FileError) {
    try bytes.withUnsafeBufferPointer { pieces throws(FileError) in
      try append(UnsafeRawBufferPointer(pieces))
    }
  }

  /// Creates a file that does not exist yet, fills it and waits until it is on the device; nothing
  /// stays after an error.
  ///
  /// - Parameters:
  ///   - location: Where the file is created.
  ///   - permissions: Set exactly; `nil` leaves them to the umask.
  ///   - path: The path to name in errors.
  static func createFile(
    at location: String, permissions: UInt32?, reportedAs path: String,
    using operations: FileOperations, _ body: (FileSink) throws -> Void
  ) throws {
    let descriptor = try FileError.whileWriting(path) { () throws(SystemError) in
      try operations.createFile(location, permissions ?? 0o666)
    }
    var isOpen = true
    do {
      if let permissions {
        try FileError.whileWriting(path) { () throws(SystemError) in
          try operations.setPermissions(descriptor, permissions)
        }
      }
      try body(FileSink(path: path, descriptor: descriptor, operations: operations))
      try FileError.whileWriting(path) { () throws(SystemError) in
        try retryingWhenInterrupted { () throws(SystemError) in
          try operations.synchronize(descriptor)
        }
        isOpen = false
        try operations.close(descriptor)
      }
    } catch {
      if isOpen { try? operations.close(descriptor) }
      try? operations.removeFile(location)
      throw error
    }
  }
}

extension FileOperations {
  /// Writes all the bytes to an open file.
  func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(SystemError) {
    var rest = bytes
    while !rest.isEmpty {
      let written = try retryingWhenInterrupted { () throws(SystemError) in
        try write(descriptor, rest)
      }
      // A file that takes no bytes and reports no error would keep this loop running for ever.
      guard written > 0 else { throw .ioFailure }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }
}
