import UnrollFormats

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

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

/// A word as a shell takes it, for commands to copy.
func shellQuoted(_ word: String) -> String {
  let plain = word.unicodeScalars.allSatisfy {
    $0.properties.isAlphabetic || ("0"..."9").contains($0)
      || "/._-+=:,@".unicodeScalars.contains($0)
  }
  return plain && !word.isEmpty
    ? word
    : "'\(word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
}
