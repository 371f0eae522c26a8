#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Something that can be read once, from its beginning to its end.
package final class Pipe {
  private let name: String
  private let descriptor: Int32
  private let isStandardInput: Bool
  private let operations: FileOperations

  /// Opens what is at `path`, where `-` is standard input, or throws ``FileError``, which calls it
  /// `name`.
  package init(
    reading path: String, named name: String, using operations: FileOperations = .system
  ) throws(FileError) {
    self.name = name
    self.operations = operations
    isStandardInput = path == "-"
    descriptor =
      isStandardInput
      ? STDIN_FILENO
      : try FileError.whileReading(name) { () throws(SystemError) in
        try retryingWhenInterrupted { () throws(SystemError) in try operations.openFile(path) }
      }
  }

  deinit { if !isStandardInput { try? operations.close(descriptor) } }

  /// The next `limit` bytes, fewer only at the end, or throws ``FileError``.
  package func read(upTo limit: Int) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    let piece = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(limit, 1 << 18), alignment: 16)
    defer { piece.deallocate() }
    while bytes.count < limit {
      let rest = UnsafeMutableRawBufferPointer(
        rebasing: piece[..<min(piece.count, limit - bytes.count)])
      let count = try FileError.whileReading(name) { () throws(SystemError) in
        try retryingWhenInterrupted { () throws(SystemError) in
          try operations.read(descriptor, rest)
        }
      }
      guard count > 0 else { break }
      bytes.append(contentsOf: rest[..<count])
    }
    return bytes
  }
}
