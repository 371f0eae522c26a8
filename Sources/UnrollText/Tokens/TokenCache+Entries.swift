internal import UnrollFormats

extension TokenCache {
  /// The tokens of one corpus.
  package struct Entry: Hashable, Sendable {
    /// The paths of the texts, as they were given.
    package let sources: [String]
    /// The number of bytes on the disk.
    package let byteCount: Int
    /// When it was made or last used, in seconds since 1970.
    package let lastUse: Double
    /// What it is called in the cache.
    package let key: String
  }

  /// What is in the cache, the last used first.
  ///
  /// Throws `FileError` if the folder is there and cannot be looked into.
  package func entries() throws -> [Entry] {
    try names(of: .tokens).compactMap { key in
      guard let file = try? OpenFile(reading: path(.tokens, key)),
        let tokens = try? TokenFile(file)
      else { return nil }
      return Entry(
        sources: tokens.description.sources, byteCount: file.status.size,
        lastUse: Double(file.status.modificationTime) / 1e9, key: key)
    }
    .sorted { ($1.lastUse, $0.key) < ($0.lastUse, $1.key) }
  }

  /// Removes the tokens of one corpus.
  ///
  /// Throws `FileError` if they are there and cannot be removed.
  package func remove(_ entry: Entry) throws { try remove(.tokens, entry.key) }

  /// Removes all that is in the cache.
  ///
  /// Throws `FileError` if something cannot be removed.
  public func removeAll() throws {
    Leftovers.removeAbandoned(in: directory)
    for kind in Kind.allCases {
      for key in try names(of: kind) { try remove(kind, key) }
    }
  }

  private func remove(_ kind: Kind, _ key: String) throws {
    let path = path(kind, key)
    do {
      try FileOperations.system.removeFile(path)
    } catch {
      if error != .notFound { throw FileError(error, .write, path) }
    }
  }

  /// The keys of what is there of a kind.
  private func names(of kind: Kind) throws -> [String] {
    do throws(FileError) {
      return try Folder.names(in: directory)
        .filter { $0.hasSuffix(kind.rawValue) && Self.isName($0[...]) }
        .map { String($0.dropLast(kind.rawValue.count)) }
    } catch {
      guard error.code == .notFound else { throw error }
      return []
    }
  }
}
