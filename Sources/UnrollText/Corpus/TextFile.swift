internal import Synchronization
internal import UnrollFormats

/// A text and where it came from; what is on a disk stays there until it is needed.
public struct TextFile: Sendable {
  /// The path, or another name that messages call the text by.
  public let path: String

  /// The number of bytes, a byte order mark and all line ends included.
  public let byteCount: Int

  let contents: Contents

  /// The digest of the bytes, once they have been read.
  let digest = Digest()

  /// Where the bytes are.
  enum Contents: Sendable {
    case memory([UInt8])
    /// A regular file, which is opened for each pass, and what it was when it was first seen.
    case file(FileStatus)
    /// What came through a pipe, kept in a file without a name.
    case spooled(OpenFile)
  }

  /// Whether this was a `String` before; bytes from elsewhere may be anything.
  let isKnownToBeText: Bool

  /// Creates a text that is already in memory.
  public init(path: String, text: String) {
    self.init(
      path: path, contents: .memory(Array(text.utf8)), byteCount: text.utf8.count,
      isKnownToBeText: true)
  }

  /// Creates a text from the bytes of a file.
  ///
  /// Throws `TextError` naming the offset of the first byte that is in no text, and what the bytes look
  /// like.
  public init(path: String, utf8 bytes: [UInt8]) throws {
    self.init(path: path, contents: .memory(bytes), byteCount: bytes.count)
    if let offset = bytes.withUnsafeBufferPointer({ UTF8Text.firstOffsetOfNoText(in: $0) }) {
      throw noText(bytes[offset], at: offset)
    }
  }

  /// A file, or what a pipe gives until it ends; the path `-` is standard input.
  ///
  /// Throws `FileError` if there is no such file or it cannot be read.
  public init(reading path: String) throws {
    let name = path == "-" ? Self.standardInput : path
    let source = path == "-" ? "/dev/stdin" : path
    let status = try FileOperations.status(ofFileAt: source, reportedAs: name)
    // A file that standard input was directed to need not be at its beginning.
    if status.kind == .regular, path != "-" {
      self.init(path: name, contents: .file(status), byteCount: status.size)
    } else {
      let (contents, count) = try Self.spool(path, named: name)
      self.init(path: name, contents: contents, byteCount: count)
    }
  }

  private init(
    path: String, contents: Contents, byteCount: Int, isKnownToBeText: Bool = false
  ) {
    self.path = path
    self.contents = contents
    self.byteCount = byteCount
    self.isKnownToBeText = isKnownToBeText
  }

  /// The first bytes of the text.
  func prefix(_ byteCount: Int) -> TextFile {
    TextFile(
      path: path, contents: contents, byteCount: byteCount, isKnownToBeText: isKnownToBeText)
  }

  /// What a message calls the text.
  package var name: String { path == Self.standardInput ? path : "'\(path)'" }

  static let standardInput = "standard input"

  /// Small input stays in memory, as it is needed more than once; large input goes to a disk.
  private static func spool(
    _ path: String, named name: String
  ) throws -> (contents: Contents, byteCount: Int) {
    let pipe = try Pipe(reading: path, named: name)
    let first = try pipe.read(upTo: CorpusProcessing.inMemoryLimit)
    guard first.count == CorpusProcessing.inMemoryLimit else {
      return (.memory(first), first.count)
    }
    var count = first.count
    let file = try TemporaryFile.write(named: name) { sink in
      try sink.append(first)
      while true {
        let more = try pipe.read(upTo: 1 << 20)
        guard !more.isEmpty else { break }
        try sink.append(more)
        count += more.count
      }
    }
    return (.spooled(file), count)
  }

  /// A place for the digest that all copies of a text share.
  final class Digest: Sendable {
    private let bytes = Mutex<[UInt8]?>(nil)

    var value: [UInt8]? {
      get { bytes.withLock { $0 } }
      set { bytes.withLock { $0 = newValue } }
    }
  }
}
