#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Files and directories through POSIX calls.
enum FileReading {
  enum Kind { case directory, other }

  /// What is at a path; throws `TextError` if there is nothing.
  static func kind(at path: String) throws -> Kind {
    var status = stat()
    guard stat(path, &status) == 0 else { throw failure("opened", path) }
    return status.st_mode & S_IFMT == S_IFDIR ? .directory : .other
  }

  /// The whole file at a path, or all of standard input for `-`.
  static func bytes(ofFileAt path: String) throws -> [UInt8] {
    guard path != "-" else { return try bytes(of: STDIN_FILENO, path: "Standard input") }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("opened", path) }
    defer { close(descriptor) }
    return try bytes(of: descriptor, path: path)
  }

  private static func bytes(of descriptor: Int32, path: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
      bytes.reserveCapacity(Int(status.st_size))
    }
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { chunk.deallocate() }
    while true {
      let count = read(descriptor, chunk.baseAddress, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure("read", path) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  /// The paths of all files below a directory, hidden ones left out, sorted by name at each level.
  ///
  /// Links to directories are not followed, so that the walk ends.
  static func files(below directory: String) throws -> [String] {
    var files: [String] = []
    for name in try names(in: directory) {
      let path = directory.hasSuffix("/") ? directory + name : directory + "/" + name
      var status = stat()
      guard lstat(path, &status) == 0 else { throw failure("opened", path) }
      if status.st_mode & S_IFMT == S_IFDIR {
        files += try Self.files(below: path)
      } else if try kind(at: path) != .directory {
        files.append(path)
      }
    }
    return files
  }

  private static func names(in directory: String) throws -> [String] {
    guard let stream = opendir(directory) else { throw failure("opened", directory) }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee))
        {
          String(cString: $0)
        }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    guard errno == 0 else { throw failure("read", directory) }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The error of the call that just failed.
  private static func failure(_ action: String, _ path: String) -> TextError {
    let reason = errno
    if reason == ENOENT || reason == ENOTDIR {
      return TextError(.missingInput, "\(path) does not exist: check the path.")
    }
    return TextError(
      .unreadable,
      "\(path) cannot be \(action) (\(String(cString: strerror(reason)))): "
        + "check that it is readable text and that you have permission.")
  }
}
