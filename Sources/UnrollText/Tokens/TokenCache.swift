internal import UnrollFormats

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A folder in which the tokens of large corpora, and the tokenizers learnt from them, are kept, so
/// that the next run on the same texts starts at once.
///
/// What is in it can be made anew at any time: what does not fit is, and what cannot be written is
/// put elsewhere for one run. Several processes may use it at once.
public struct TokenCache: Sendable {
  /// The folder, which need not exist yet.
  public let directory: String

  private let onWarning: @Sendable (String) -> Void

  /// Creates a cache in a folder of its own.
  ///
  /// - Parameters:
  ///   - directory: the folder; it is created when it is needed.
  ///   - onWarning: is told, in one sentence, why the cache cannot be used.
  public init(directory: String, onWarning: @escaping @Sendable (String) -> Void = { _ in }) {
    self.directory = directory
    self.onWarning = onWarning
  }

  /// Where the user's caches are: `UNROLL_CACHE`, or `unroll` in `XDG_CACHE_HOME`, in `~/.cache` or,
  /// on a Mac, in `~/Library/Caches`; `nil` if there is no home.
  public static var standardDirectory: String? {
    func value(_ name: String) -> String? {
      getenv(name).flatMap { $0.pointee == 0 ? nil : String(cString: $0) }
    }
    if let directory = value("UNROLL_CACHE") { return directory }
    if let caches = value("XDG_CACHE_HOME") { return caches + "/unroll" }
    #if canImport(Darwin)
    return value("HOME").map { $0 + "/Library/Caches/unroll" }
    #else
    return value("HOME").map { $0 + "/.cache/unroll" }
    #endif
  }

  /// The tokens of a corpus, if they are there.
  func tokens(of description: TokenFile.Description) -> TokenFile? {
    let path = path(.tokens, description.key)
    guard let file = try? OpenFile(reading: path), let tokens = try? TokenFile(file),
      tokens.description.key == description.key,
      tokens.description.vocabularySize == description.vocabularySize
    else { return nil }
    Folder.touch(path)
    return tokens
  }

  /// Writes the tokens of a corpus and opens them, or tells why that cannot be and returns `nil`.
  ///
  /// Throws what `body` throws unless it comes from writing.
  func makeTokens(
    of description: TokenFile.Description, _ body: (FileSink) throws -> Void
  ) throws -> TokenFile? {
    let path = path(.tokens, description.key)
    do {
      try Folder.createPrivate(directory)
      Leftovers.removeAbandoned(in: directory)
      try DurableFile.write(to: path, body)
      if let tokens = try TokenFile(OpenFile(reading: path)) { return tokens }
      onWarning("what was written to '\(path)' is not what it should be; check the disk")
    } catch let error as FileError where error.action == .write {
      onWarning("\(error); the tokens are kept in a temporary file for this run")
    }
    return nil
  }

  /// The tokenizer that was learnt with some settings from some texts, if it is there.
  func tokenizer(key: String) -> Tokenizer? {
    guard let field = record(.tokenizer, key)?.field(named: "tokenizer") else { return nil }
    return try? Tokenizer(TokenizerDescription(field))
  }

  /// Keeps a tokenizer.
  func store(_ tokenizer: Tokenizer, key: String) {
    write(tokenizer.description.json, as: .tokenizer, key)
  }

  /// A record, if it is there and whole.
  func record(_ kind: Kind, _ key: String) -> JSON? {
    guard let contents = try? FileContents(reading: path(kind, key)) else { return nil }
    return contents.withUnsafeBytes { bytes in
      guard bytes.count > 64 else { return nil }
      let text = UnsafeRawBufferPointer(rebasing: bytes[64...])
      let digest = SHA256.hexadecimal(ContentHash.digest(of: text))
      guard digest.utf8.elementsEqual(bytes[..<64]) else { return nil }
      return try? JSON(parsing: text)
    }
  }

  /// Writes a record with its digest before it, or tells why that cannot be.
  func write(_ record: JSON, as kind: Kind, _ key: String) {
    let text = record.utf8()
    let digest = text.withUnsafeBytes { SHA256.hexadecimal(ContentHash.digest(of: $0)) }
    do {
      try Folder.createPrivate(directory)
      try DurableFile.write(to: path(kind, key)) { sink in
        try sink.append(Array(digest.utf8) + text)
      }
    } catch {
      onWarning("\(error); the next run will have to read all texts again")
    }
  }

  /// What a file of the cache holds, by the end of its name.
  enum Kind: String, CaseIterable {
    case tokens = ".tokens"
    case tokenizer = ".tokenizer"
    case sources = ".sources"
  }

  func path(_ kind: Kind, _ key: String) -> String { "\(directory)/\(key)\(kind.rawValue)" }

  /// Whether this is the name of a file of a cache: a key and the end for what it holds.
  static func isName(_ name: Substring) -> Bool {
    guard let kind = Kind.allCases.first(where: { name.hasSuffix($0.rawValue) }) else {
      return false
    }
    let key = name.dropLast(kind.rawValue.count)
    return key.utf8.count == 64 && key.allSatisfy(\.isHexDigit)
  }
}
