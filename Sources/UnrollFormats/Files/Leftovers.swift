/// Unfinished files and folders of processes that ended while they wrote them.
///
/// Removing them is a courtesy: what cannot be removed stays.
package enum Leftovers {
  /// Removes what was to become the file at `path` and whose process has ended.
  package static func remove(of path: String, using operations: FileOperations = .system) {
    guard let target = try? WriteTarget(path, using: operations) else { return }
    remove(in: target.directory, using: operations) { name in
      name.isFor(target.name)
        && (name.process == FileOperations.processIdentifier
          || !operations.isRunning(name.process))
    }
  }

  /// Removes from a folder in which nobody else writes what was to become a name that `isWanted`
  /// accepts.
  package static func remove(
    in folder: String, using operations: FileOperations = .system,
    where isWanted: (_ target: String) -> Bool
  ) {
    remove(in: folder, using: operations) { (name: TemporaryName) in isWanted(name.target) }
  }

  /// Removes from a folder what processes that have ended were writing.
  package static func removeAbandoned(
    in folder: String, using operations: FileOperations = .system
  ) {
    remove(in: folder, using: operations) { (name: TemporaryName) in
      !operations.isRunning(name.process)
    }
  }

  private static func remove(
    in folder: String, using operations: FileOperations, where isLeft: (TemporaryName) -> Bool
  ) {
    for name in (try? operations.names(folder)) ?? [] {
      guard let parts = TemporaryName(name), isLeft(parts) else { continue }
      let path = WriteTarget.join(folder, name)
      do {
        try operations.removeFile(path)
      } catch {
        operations.removeFolder(path)
      }
    }
  }
}

extension FileOperations {
  /// Removes a folder and the files in it, as far as that is possible.
  func removeFolder(_ path: String) {
    for name in (try? names(path)) ?? [] { try? removeFile(WriteTarget.join(path, name)) }
    try? removeDirectory(path)
  }
}
