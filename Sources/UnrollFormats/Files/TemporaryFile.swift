#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Files without a name, which are gone when nobody holds them any more, however that comes about.
package enum TemporaryFile {
  /// Where they are made: `TMPDIR`, or `/tmp` where that is not set.
  package static var folder: String {
    guard let value = getenv("TMPDIR"), value.pointee != 0 else { return "/tmp" }
    return String(cString: value)
  }

  /// Creates a file of what `body` appends, which errors call `name`, or throws ``FileError`` or
  /// what `body` throws.
  package static func write(
    named name: String, using operations: FileOperations = .system,
    _ body: (FileSink) throws -> Void
  ) throws -> OpenFile {
    let random = String(UInt64.random(in: .min ... .max), radix: 36)
    let path = "\(folder)/unroll.\(FileOperations.processIdentifier).\(random)"
    let written = try FileError.whileWriting(path) { () throws(SystemError) in
      try operations.createFile(path, 0o600)
    }
    defer { try? operations.close(written) }
    let opened: Int32
    do throws(SystemError) {
      defer { try? operations.removeFile(path) }
      opened = try operations.openFile(path)
    } catch {
      throw FileError(error, .read, path)
    }
    do {
      try body(FileSink(path: path, descriptor: written, operations: operations))
    } catch {
      try? operations.close(opened)
      throw error
    }
    return try OpenFile(descriptor: opened, path: name, operations)
  }
}
