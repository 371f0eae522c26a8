internal import UnrollFormats

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Which file a path leads to, however the path is written.
struct FileIdentity: Hashable {
  private let device: dev_t
  private let number: ino_t

  /// `nil` if there is nothing at the path.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = status.st_dev
    number = status.st_ino
  }
}

/// Whether there is a folder at a path.
func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Whether something that need not exist yet is somewhere below a folder.
func lies(_ path: String, in folder: String) -> Bool {
  guard let folder = realPath(folder) else { return false }
  var place = absolutePath(path)[...]
  while true {
    if let real = realPath(String(place)) { return (real + "/").hasPrefix(folder + "/") }
    guard let slash = place.lastIndex(of: "/"), slash > place.startIndex else { return false }
    place = place[..<slash]
  }
}

private func realPath(_ path: String) -> String? {
  guard let real = realpath(path, nil) else { return nil }
  defer { free(real) }
  return String(cString: real)
}
