/// Writes folders of files whole or not at all.
///
/// The files go into a temporary folder beside the target, which gets its name only after all of
/// them have reached the device. A crash at any moment leaves no folder under that name (and at
/// worst a `NAME.tmp.…` beside it).
package struct DurableDirectory {
  private let location: String
  private let path: String
  private let operations: FileOperations
  private var files: [String] = []

  /// Creates the folder `path` with the files that `body` writes, or throws ``FileError`` or what
  /// `body` throws.
  ///
  /// Nothing may exist at `path`.
  package static func write(
    to path: String, using operations: FileOperations = .system,
    _ body: (inout DurableDirectory) throws -> Void
  ) throws {
    let target = try vacantTarget(path, operations)
    var folder = DurableDirectory(
      location: target.temporaryPath(), path: path, operations: operations)
    try FileError.whileWriting(path) { () throws(SystemError) in
      try operations.makeDirectory(folder.location, 0o777)
    }
    do {
      try body(&folder)
      try folder.synchronize()
    } catch {
      folder.remove()
      throw error
    }
    try operations.moveDurably(folder.location, to: target, reportedAs: path) { folder.remove() }
  }

  /// Throws ``FileError`` if creating the folder `path` would fail as things stand, and leaves
  /// nothing behind.
  package static func checkWritable(
    _ path: String, using operations: FileOperations = .system
  ) throws(FileError) {
    let target = try vacantTarget(path, operations)
    try FileError.whileWriting(path) { () throws(SystemError) in
      let directory = try operations.openDirectory(target.directory)
      try operations.close(directory)
      let temporary = target.temporaryPath()
      try operations.makeDirectory(temporary, 0o777)
      try operations.removeDirectory(temporary)
    }
  }

  /// Creates the empty folder `path` unless there is a folder already, or throws ``FileError``.
  package static func create(
    _ path: String, using operations: FileOperations = .system
  ) throws(FileError) {
    let target = try WriteTarget(trimmed(path), using: operations)
    if target.existing?.kind == .directory { return }
    guard target.existing == nil else { throw FileError(.notDirectory, .write, path) }
    try FileError.whileWriting(path) { () throws(SystemError) in
      try operations.makeDirectory(target.path, 0o777)
      let directory = try operations.openDirectory(target.directory)
      defer { try? operations.close(directory) }
      try operations.synchronizeDirectory(directory)
    }
  }

  /// The names of what is in the folder `path`, or throws ``FileError``.
  package static func names(
    in path: String, using operations: FileOperations = .system
  ) throws(FileError) -> [String] {
    do throws(SystemError) {
      return try operations.names(path)
    } catch {
      throw FileError(error, .read, path)
    }
  }

  /// Removes the folder at `path` and the files in it: first its name, so that a crash leaves no
  /// half of it under that.
  package static func remove(
    _ path: String, using operations: FileOperations = .system
  ) throws(FileError) {
    try FileError.whileWriting(path) { () throws(SystemError) in
      let (directory, name) = WriteTarget.split(path)
      let temporary = WriteTarget.join(directory, TemporaryName.new(for: name))
      try operations.rename(path, temporary)
      operations.removeFolder(temporary)
    }
  }

  /// Adds a file with what `body` appends, or throws ``FileError`` or what `body` throws.
  package mutating func write(_ name: String, _ body: (FileSink) throws -> Void) throws {
    guard !name.isEmpty && name != "." && name != ".." && !name.utf8.contains(UInt8(ascii: "/"))
    else { fatalError("'\(name)' is not the name of a file in a folder") }
    let file = "\(location)/\(name)"
    try FileSink.createFile(
      at: file, permissions: nil, reportedAs: "\(path)/\(name)", using: operations, body)
    files.append(file)
  }

  private func synchronize() throws(FileError) {
    try FileError.whileWriting(path) { () throws(SystemError) in
      let directory = try operations.openDirectory(location)
      defer { try? operations.close(directory) }
      try operations.synchronizeDirectory(directory)
    }
  }

  private func remove() {
    for file in files { try? operations.removeFile(file) }
    try? operations.removeDirectory(location)
  }

  private static func vacantTarget(
    _ path: String, _ operations: FileOperations
  ) throws(FileError) -> WriteTarget {
    let target = try WriteTarget(trimmed(path), using: operations)
    guard target.existing == nil else { throw FileError(.alreadyExists, .write, path) }
    return target
  }

  private static func trimmed(_ path: String) -> String {
    var path = Substring(path)
    while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") {
      path = Substring(path.utf8.dropLast())
    }
    return String(path)
  }
}
