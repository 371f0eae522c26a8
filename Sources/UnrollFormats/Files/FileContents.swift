#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The bytes of a whole file: read into memory, or mapped and fetched when they are touched.
///
/// A mapping costs no memory of its own and no time, but its bytes are only as constant as the
/// file: a program that shortens the file instead of replacing it ends this one with a bus error.
/// So only what is large is mapped.
package final class FileContents: @unchecked Sendable {  // Never written to after initialization.
  private enum Storage {
    case array([UInt8])
    case allocated(UnsafeMutableRawPointer, count: Int)
    case mapped(UnsafeMutableRawPointer, count: Int)
  }

  private let storage: Storage

  private init(_ storage: Storage) {
    self.storage = storage
  }

  /// Bytes that are already in memory.
  package convenience init(_ bytes: [UInt8]) {
    self.init(.array(bytes))
  }

  /// Reads the file or pipe at `path` to its end, or throws ``FileError``.
  package convenience init(
    reading path: String, using operations: FileOperations = .system
  ) throws(FileError) {
    try self.init(opening: path, mappingFrom: .max, using: operations)
  }

  /// Maps the file at `path` if it has at least `size` bytes; reads smaller ones and pipes to their
  /// end. Throws ``FileError``.
  package convenience init(
    opening path: String, mappingFrom size: Int = 16 << 20,
    using operations: FileOperations = .system
  ) throws(FileError) {
    self.init(
      try Self.withOpenFile(path, operations) { descriptor, status throws(SystemError) in
        guard status.kind == .regular || status.kind == .pipe else { return nil }
        guard status.kind == .regular, status.size >= size else {
          return try Self.readAll(descriptor, expecting: status.size, operations)
        }
        return .mapped(try operations.map(descriptor, status.size), count: status.size)
      })
  }

  /// Opens the file or pipe at `path` likewise; `-` is standard input, which is read to its end.
  /// Throws ``FileError``.
  package convenience init(
    openingInput path: String, using operations: FileOperations = .system
  ) throws(FileError) {
    guard path == "-" else {
      try self.init(opening: path, using: operations)
      return
    }
    self.init(
      try FileError.whileReading("standard input") { () throws(SystemError) in
        try Self.readAll(STDIN_FILENO, expecting: 0, operations)
      })
  }

  deinit {
    switch storage {
    case .array: break
    case .allocated(let address, _): free(address)
    case .mapped(let address, let count): munmap(address, count)
    }
  }

  /// The number of bytes.
  package var count: Int {
    switch storage {
    case .array(let bytes): bytes.count
    case .allocated(_, let count), .mapped(_, let count): count
    }
  }

  /// Where the bytes are for as long as this object lives; `nil` where no place is promised.
  package var address: UnsafeRawPointer? {
    switch storage {
    case .array: nil
    case .allocated(let address, _), .mapped(let address, _): UnsafeRawPointer(address)
    }
  }

  /// Gives all bytes to `body`, which must not let the pointer escape.
  package func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    switch storage {
    case .array(let bytes): try bytes.withUnsafeBytes(body)
    case .allocated(let address, let count), .mapped(let address, let count):
      try body(UnsafeRawBufferPointer(start: address, count: count))
    }
  }

  /// Opens `path` for the time of `body`, which answers `nil` where it cannot use that kind of
  /// file.
  private static func withOpenFile(
    _ path: String, _ operations: FileOperations,
    _ body: (_ descriptor: Int32, FileStatus) throws(SystemError) -> Storage?
  ) throws(FileError) -> Storage {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw FileError(.invalidPath, .read, path) }
    do throws(SystemError) {
      let descriptor = try retryingWhenInterrupted { () throws(SystemError) in
        try operations.openFile(path)
      }
      // Nothing was written, so a failure to close loses nothing.
      defer { try? operations.close(descriptor) }
      let status = try operations.openStatus(descriptor)
      if let storage = try body(descriptor, status) { return storage }
      throw status.kind == .directory ? .isDirectory : .notRegularFile
    } catch {
      throw FileError(error, .read, path)
    }
  }

  private static func readAll(
    _ descriptor: Int32, expecting size: Int, _ operations: FileOperations
  ) throws(SystemError) -> Storage {
    // One byte more than expected, so that the end shows without growing.
    var capacity = max(size, 1 << 16) + 1
    var count = 0
    guard var address = malloc(capacity) else { throw .outOfMemory }
    do throws(SystemError) {
      while true {
        let rest = UnsafeMutableRawBufferPointer(start: address + count, count: capacity - count)
        let read = try retryingWhenInterrupted { () throws(SystemError) in
          try operations.read(descriptor, rest)
        }
        if read == 0 { return .allocated(address, count: count) }
        count += read
        if count == capacity {
          guard let grown = realloc(address, 2 * capacity) else { throw .outOfMemory }
          address = grown
          capacity *= 2
        }
      }
    } catch {
      free(address)
      throw error
    }
  }
}
