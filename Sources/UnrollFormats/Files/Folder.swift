#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Looking into folders and making them.
package enum Folder {
  /// The paths of all files below a folder, hidden ones left out, sorted by name at each level, or
  /// throws ``FileError``.
  ///
  /// Links to folders are not followed, so that the walk ends; nor are links that lead nowhere.
  package static func files(below folder: String) throws(FileError) -> [String] {
    var files: [String] = []
    for name in try names(in: folder) where !name.hasPrefix(".") {
      let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
      var status = stat()
      guard lstat(path, &status) == 0 else { throw FileError(.last, .read, path) }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: files += try Self.files(below: path)
      case S_IFREG: files.append(path)
      case S_IFLNK:
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG { files.append(path) }
      default: break  // Reading a pipe or a device that happens to be there could wait for ever.
      }
    }
    return files
  }

  /// The names in a folder, sorted by their bytes, or throws ``FileError``.
  package static func names(in folder: String) throws(FileError) -> [String] {
    try FileError.whileReading(folder) { () throws(SystemError) in
      try FileOperations.system.names(folder)
    }
    .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Creates a folder that only its owner can look into, and those above it that do not exist, or
  /// throws ``FileError``.
  package static func createPrivate(_ path: String) throws(FileError) {
    if mkdir(path, 0o700) == 0 { return }
    let failure = SystemError.last
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
    guard failure == .notFound, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")),
      slash > path.startIndex
    else { throw FileError(failure, .write, path) }
    try createPrivate(String(path[..<slash]))
    guard mkdir(path, 0o700) == 0 || SystemError.last.number == EEXIST else {
      throw FileError(.last, .write, path)
    }
  }

  /// Notes that a file was used, by its time of modification, if it may be changed.
  package static func touch(_ path: String) { _ = utimensat(AT_FDCWD, path, nil, 0) }
}
