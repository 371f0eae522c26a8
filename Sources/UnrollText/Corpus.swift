/// The texts of a data set, in order.
public struct Corpus: Sendable {
  /// The texts; none is empty.
  public let files: [TextFile]

  /// Reads files, directories of files (recursively, sorted, without hidden ones) and `-` for
  /// standard input.
  ///
  /// Throws `TextError` if a path does not exist, cannot be read or is not UTF-8, or if a path
  /// holds no text.
  public init(reading paths: [String]) throws {
    var files: [TextFile] = []
    for path in paths {
      guard try path != "-" && FileReading.kind(at: path) == .directory else {
        let file = try TextFile(reading: path)
        guard !file.text.isEmpty else {
          throw TextError(.missingInput, "\(file.path) is empty: give a file with text.")
        }
        files.append(file)
        continue
      }
      let found = try FileReading.files(below: path).map { try TextFile(reading: $0) }
        .filter { !$0.text.isEmpty }
      guard !found.isEmpty else {
        throw TextError(
          .missingInput, "\(path) holds no text: give a directory with text files in it.")
      }
      files += found
    }
    self.files = files
  }

  /// Creates a corpus of texts that are already in memory; empty ones are left out.
  public init(_ files: [TextFile]) {
    self.files = files.filter { !$0.text.isEmpty }
  }

  /// All texts, one after the other, as one stream of tokens.
  ///
  /// Throws `TextError` naming file, line and column of what the tokenizer does not know.
  public func tokens(by tokenizer: Tokenizer) throws -> [Token] {
    var encoder = try TextEncoder(tokenizer)
    var tokens: [Token] = []
    for file in files { try encoder.encode(file.text, from: file.path, into: &tokens) }
    return tokens
  }
}
