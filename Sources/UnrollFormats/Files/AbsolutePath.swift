#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A path that leads to the same place from every folder; `-`, which is no path, stays.
package func absolutePath(_ path: String) -> String {
  guard path != "-", !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
  defer { free(folder) }
  return "\(String(cString: folder))/\(path)"
}
