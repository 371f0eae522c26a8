/// The place a new file or folder is to take, looked at before anything is written.
struct WriteTarget {
  /// The path with its symbolic links followed, so that a link stays a link.
  let path: String
  /// The folder that holds it.
  let directory: String
  /// The last part of the path.
  let name: String
  /// What is there now.
  let existing: FileStatus?

  init(_ given: String, using operations: FileOperations) throws(FileError) {
    guard !given.isEmpty, !given.utf8.contains(0) else {
      throw FileError(.invalidPath, .write, given)
    }
    do throws(SystemError) {
      path = try Self.followingLinks(given, operations)
      (directory, name) = Self.split(path)
      existing = try Self.status(path, operations)
      guard let parent = try Self.status(directory, operations) else { throw .notFound }
      guard parent.kind == .directory else { throw .notDirectory }
    } catch {
      throw FileError(error, .write, given)
    }
  }

  /// The path of a sibling that nobody else uses; its name begins with the target's.
  func temporaryPath() -> String {
    Self.join(directory, TemporaryName.new(for: name))
  }

  private static func status(
    _ path: String, _ operations: FileOperations
  ) throws(SystemError) -> FileStatus? {
    do throws(SystemError) {
      return try operations.status(path)
    } catch {
      guard error == .notFound else { throw error }
      return nil
    }
  }

  private static func followingLinks(
    _ path: String, _ operations: FileOperations
  ) throws(SystemError) -> String {
    var path = path
    for _ in 0..<40 {
      do throws(SystemError) {
        let destination = try operations.readLink(path)
        path =
          destination.utf8.first == UInt8(ascii: "/")
          ? destination : join(split(path).directory, destination)
      } catch {
        guard error == .notFound || error == .invalidArgument else { throw error }
        return path
      }
    }
    throw .tooManyLinks
  }

  // Works on bytes: to a String, a slash with a combining accent behind it is another character.
  static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    let name = String(path[path.utf8.index(after: slash)...])
    return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
  }

  static func join(_ directory: String, _ name: String) -> String {
    directory == "/" ? "/\(name)" : "\(directory)/\(name)"
  }
}
