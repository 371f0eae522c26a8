internal import UnrollFormats

/// The texts of a data set, in order.
public struct Corpus: Sendable {
  /// The texts; none is empty.
  public let files: [TextFile]

  /// What of the texts counts.
  public let options: Options

  /// The files that were found in folders and left out because they are no text.
  public let skipped: [String]

  /// The paths as they were given.
  let paths: [String]

  /// What of the texts counts.
  public struct Options: Hashable, Sendable {
    /// The patterns of the files that are wanted from folders, for instance `*.swift`; all that look
    /// like text if there are none.
    ///
    /// `*` is any number of characters, `?` one, `[a-z]` one of a set. A pattern without a slash is
    /// about the name of a file, one with a slash about its path below the folder, where `**` is any
    /// number of folders.
    public var include: [String]

    /// What becomes of line ends.
    public var lineEnds: LineEnds

    /// Whether a byte order mark at the beginning of a text is left out.
    public var removesByteOrderMark: Bool

    /// Creates options, by default those that leave the texts as they are.
    public init(
      include: [String] = [], lineEnds: LineEnds = .kept, removesByteOrderMark: Bool = false
    ) {
      self.include = include
      self.lineEnds = lineEnds
      self.removesByteOrderMark = removesByteOrderMark
    }
  }

  /// Finds files, directories of files (recursively, sorted, without hidden ones) and `-` for
  /// standard input; they are read when they are needed.
  ///
  /// A file in a folder that no pattern asked for is skipped if it is no text.
  ///
  /// Throws `FileError` if a path does not exist or cannot be read, and `TextError` if a path holds
  /// no text.
  public init(reading paths: [String], options: Options = Options()) throws {
    var files: [TextFile] = []
    var skipped: [String] = []
    for path in paths {
      guard
        try path != "-"
          && FileOperations.status(ofFileAt: path, reportedAs: path).kind == .directory
      else {
        let file = try TextFile(reading: path)
        guard file.byteCount > 0 else {
          throw TextError(.missingInput, "\(file.name) is empty: give a file with text")
        }
        files.append(file)
        continue
      }
      let found = try Self.texts(below: path, options.include, skipped: &skipped)
      guard !found.isEmpty else {
        let wanted = options.include.map { "'\($0)'" }.joined(separator: " or ")
        throw TextError(
          .missingInput,
          options.include.isEmpty
            ? "'\(path)' holds no text: give a folder with text files in it"
            : "'\(path)' holds no text of the name \(wanted): choose another pattern")
      }
      files += found
    }
    self.init(files, options: options, skipped: skipped, paths: paths)
  }

  /// Creates a corpus of texts; empty ones are left out.
  public init(_ files: [TextFile], options: Options = Options()) {
    self.init(
      files.filter { $0.byteCount > 0 }, options: options, skipped: [], paths: files.map(\.path))
  }

  private init(_ files: [TextFile], options: Options, skipped: [String], paths: [String]) {
    self.files = files
    self.options = options
    self.skipped = skipped
    self.paths = paths
  }

  /// The number of bytes of all texts.
  public var byteCount: Int { files.reduce(0) { $0 + $1.byteCount } }

  /// The files below a folder that are wanted and not empty.
  private static func texts(
    below folder: String, _ include: [String], skipped: inout [String]
  ) throws -> [TextFile] {
    let patterns = include.map { GlobPattern($0) }
    let prefix = folder.hasSuffix("/") ? folder.utf8.count : folder.utf8.count + 1
    var files: [TextFile] = []
    for path in try Folder.files(below: folder) {
      let relative = String(decoding: path.utf8.dropFirst(prefix), as: UTF8.self)
      guard patterns.isEmpty || patterns.contains(where: { $0.matches(relative) }) else { continue }
      let file = try TextFile(reading: path)
      guard file.byteCount > 0 else { continue }
      if patterns.isEmpty, try file.looksBinary {
        skipped.append(path)
      } else {
        files.append(file)
      }
    }
    return files
  }
}
