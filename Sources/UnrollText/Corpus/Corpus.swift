internal import UnrollFormats

/// The texts of a data set, in order.
public struct Corpus: Sendable {
  /// The texts; none is empty.
  public let files: [TextFile]

  /// The files that were found in folders and left out.
  public let skipped: [SkippedFile]

  /// The paths as they were given.
  let paths: [String]

  /// A file that was found in a folder and left out.
  public struct SkippedFile: Hashable, Sendable {
    /// The path.
    public let path: String
    /// Why, and what to do about it, in one sentence that names the path.
    public let reason: String
  }

  /// Finds files, directories of files (recursively, sorted, without hidden ones) and `-` for
  /// standard input; they are read when they are needed.
  ///
  /// - Parameters:
  ///   - paths: files, folders and `-`.
  ///   - include: the patterns of the files that are wanted from folders, for instance `*.swift`;
  ///     all that look like text if there are none. `*` is any number of characters, `?` one, `[a-z]`
  ///     one of a set. A pattern without a slash is about the name of a file, one with a slash about
  ///     its path below the folder, where `**` is any number of folders.
  /// - Throws: `FileError` if a path does not exist or cannot be read, and `TextError` if a path holds
  ///   no text.
  public init(reading paths: [String], include: [String] = []) throws {
    var files: [TextFile] = []
    var skipped: [SkippedFile] = []
    for path in paths {
      guard
        try path != "-"
          && FileOperations.status(ofFileAt: path, reportedAs: path).kind == .directory
      else {
        let file = try TextFile(reading: path)
        guard file.byteCount > 0 else {
          throw TextError(.missingInput, "\(file.name) is empty: give a file with text")
        }
        if let error = try file.errorOfBeginning { throw error }
        files.append(file)
        continue
      }
      let skippedBefore = skipped.count
      let found = try Self.texts(below: path, include, skipped: &skipped)
      guard !found.isEmpty else {
        let wanted = include.map { "'\($0)'" }.joined(separator: " or ")
        throw TextError(
          .missingInput,
          include.isEmpty
            ? "'\(path)' holds no text: "
              + (skipped.dropFirst(skippedBefore).first?.reason
                ?? "give a folder with text files in it")
            : "'\(path)' holds no text of the name \(wanted): choose another pattern")
      }
      files += found
    }
    self.init(files, skipped: skipped, paths: paths)
  }

  /// Creates a corpus of texts; empty ones are left out.
  public init(_ files: [TextFile]) {
    self.init(files.filter { $0.byteCount > 0 }, skipped: [], paths: files.map(\.path))
  }

  private init(_ files: [TextFile], skipped: [SkippedFile], paths: [String]) {
    self.files = files
    self.skipped = skipped
    self.paths = paths
  }

  /// The number of bytes of all texts.
  public var byteCount: Int { files.reduce(0) { $0 + $1.byteCount } }

  /// The files below a folder that are wanted and not empty.
  private static func texts(
    below folder: String, _ include: [String], skipped: inout [SkippedFile]
  ) throws -> [TextFile] {
    let patterns = include.map { GlobPattern($0) }
    let prefix = folder.hasSuffix("/") ? folder.utf8.count : folder.utf8.count + 1
    var files: [TextFile] = []
    let found = try Folder.files(below: folder)
    skipped += found.misnamed.map {
      SkippedFile(path: $0, reason: "the name of '\($0)' is not UTF-8: rename the file")
    }
    for path in found.files {
      let relative = String(decoding: path.utf8.dropFirst(prefix), as: UTF8.self)
      guard patterns.isEmpty || patterns.contains(where: { $0.matches(relative) }) else { continue }
      let file = try TextFile(reading: path)
      guard file.byteCount > 0 else { continue }
      if let error = try file.errorOfBeginning {
        guard patterns.isEmpty else { throw error }
        skipped.append(SkippedFile(path: path, reason: error.message))
      } else {
        files.append(file)
      }
    }
    return files
  }
}
