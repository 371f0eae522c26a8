/// Looking into folders and making them.
package enum Folder {
  /// The paths of all files below a folder, hidden ones left out, sorted by name at each level, and the
  /// paths, repaired, of what has a name that is not UTF-8, or throws ``FileError``.
  ///
  /// Links to folders are not followed, so that the walk ends; nor are links that lead nowhere.
  package static func files(
    below folder: String, using operations: FileOperations = .system
  ) throws(FileError) -> (files: [String], misnamed: [String]) {
    var files: [String] = []
    var misnamed: [String] = []
    for name in try names(in: folder, using: operations) where !name.hasPrefix(".") {
      let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
      let kind: FileStatus.Kind
      do throws(SystemError) {
        kind = try operations.linkStatus(path).kind
      } catch {
        guard error == .notFound, name.unicodeScalars.contains("\u{FFFD}") else {
          throw FileError(error, .read, path)
        }
        misnamed.append(path)
        continue
      }
      switch kind {
      case .directory:
        let below = try Self.files(below: path, using: operations)
        files += below.files
        misnamed += below.misnamed
      case .regular: files.append(path)
      case .link:
        if (try? operations.status(path))?.kind == .regular { files.append(path) }
      case .pipe, .other: break  // Reading one that happens to be there could wait for ever.
      }
    }
    return (files, misnamed)
  }

  /// The names in a folder, sorted by their bytes, or throws ``FileError``.
  package static func names(
    in folder: String, using operations: FileOperations = .system
  ) throws(FileError) -> [String] {
    try FileError.whileReading(folder) { () throws(SystemError) in
      try operations.names(folder)
    }
    .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether there is a folder at a path.
  package static func exists(
    _ path: String, using operations: FileOperations = .system
  ) -> Bool {
    (try? operations.status(path))?.kind == .directory
  }

  /// Whether there is anything at a path.
  package static func hasEntry(
    _ path: String, using operations: FileOperations = .system
  ) -> Bool {
    (try? operations.status(path)) != nil
  }

  /// Whether something that need not exist yet is somewhere below a folder, or is the folder.
  package static func contains(
    _ path: String, in folder: String, using operations: FileOperations = .system
  ) -> Bool {
    guard let folder = try? operations.canonicalPath(folder) else { return false }
    var place = absolutePath(path)
    while true {
      if let canonical = try? operations.canonicalPath(place) {
        return (canonical + "/").utf8.starts(with: (folder == "/" ? "/" : folder + "/").utf8)
      }
      let parent = WriteTarget.split(place).directory
      guard parent != place else { return false }
      place = parent
    }
  }

  /// Creates a folder that only its owner can look into, and those above it that do not exist, or
  /// throws ``FileError``.
  package static func createPrivate(
    _ path: String, using operations: FileOperations = .system
  ) throws(FileError) {
    do throws(SystemError) {
      try operations.makeDirectory(path, 0o700)
    } catch {
      if exists(path, using: operations) { return }
      let parent = WriteTarget.split(path).directory
      guard error == .notFound, parent != path, parent != "." else {
        throw FileError(error, .write, path)
      }
      try createPrivate(parent, using: operations)
      do throws(SystemError) {
        try operations.makeDirectory(path, 0o700)
      } catch {
        // Another process was quicker.
        guard exists(path, using: operations) else { throw FileError(error, .write, path) }
      }
    }
  }

  /// Notes that a file was used, by its time of modification, if it may be changed.
  package static func touch(_ path: String, using operations: FileOperations = .system) {
    try? operations.touch(path)
  }

  /// The bytes that are free on the disk where a file is to be written; `nil` if the system does
  /// not say.
  package static func freeBytes(
    beside path: String, using operations: FileOperations = .system
  ) -> Int? {
    try? operations.freeBytes(WriteTarget.split(path).directory)
  }
}
