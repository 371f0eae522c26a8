internal import UnrollFormats

/// Tokens in a file: first they, then the ends of the documents, if there are any, then what the tokens
/// stand for (records, then an index of them), then a description in JSON, and last how long that is
/// and its digest, so that it can be written from front to back.
struct TokenFile: Sendable {
  /// The number of bytes that each token takes.
  let width: TokenWidth

  /// The number of tokens.
  let count: Int

  /// Where the documents end, if the row consists of documents.
  let ends: DocumentEnds?

  /// What the tokens stand for.
  let extents: TokenExtents

  /// What is known of the row beside its tokens.
  let description: Description

  private let file: OpenFile

  /// What is known of a row beside its tokens.
  struct Description: Sendable {
    /// What the tokens are of, made from the texts and all settings; a temporary file has none.
    var key = ""
    /// The paths of the texts, as they were given.
    var sources: [String] = []
    /// The number of entries of the vocabulary.
    var vocabularySize: Int
  }

  private static let version = 2
  private static let magic = Array("unrollTK".utf8)
  private static let trailerSize = 48

  /// Writes what belongs behind the tokens; throws `FileError`.
  static func writeEnd(
    tokenCount: Int, width: TokenWidth, ends: DocumentEnds?, extents: TokenExtents,
    _ description: Description, to sink: FileSink
  ) throws {
    try ends?.withBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: 1 << 20) {
        try sink.append(.init(rebasing: bytes[start..<min(start + 1 << 20, bytes.count)]))
      }
    }
    let recordBytes = extents.recordEnds.last ?? 0
    for start in stride(from: 0, to: recordBytes, by: 1 << 20) {
      try sink.append(
        extents.records.bytes(in: start..<min(start + 1 << 20, recordBytes)))
    }
    let index = extents.index
    try sink.append(index)
    let json: JSON = [
      "version": JSON(version), "key": .string(description.key),
      "sources": .array(description.sources.map { .string($0) }),
      "vocabularySize": JSON(description.vocabularySize), "tokens": JSON(tokenCount),
      "width": JSON(width.rawValue), "documents": ends.map { JSON($0.count) } ?? .null,
      "documentWidth": JSON(ends?.width ?? 0), "recordBytes": JSON(recordBytes),
      "index": .string(Self.digest(of: index)),
    ]
    var bytes = json.utf8()
    let digest = bytes.withUnsafeBytes { ContentHash.digest(of: $0) }
    withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes += digest + magic
    try sink.append(bytes)
  }

  private static func digest(of bytes: [UInt8]) -> String {
    bytes.withUnsafeBytes { SHA256.hexadecimal(ContentHash.digest(of: $0)) }
  }

  /// Opens a file; `nil` if it is not whole or not of this version, and `FileError` if it cannot be
  /// read.
  init?(_ file: OpenFile) throws {
    guard let (json, end) = try Self.description(in: file) else { return nil }
    let field = json.field(named: "tokens")
    guard
      let version = try? field["version"].integer(), version == Self.version,
      let key = try? field["key"].string(),
      let sources = try? field["sources"].array().map({ try $0.string() }),
      let vocabularySize = try? field["vocabularySize"].integer(in: 1...Int(Token.max)),
      let count = try? field["tokens"].integer(in: 0...(1 << 48)),
      let width = (try? field["width"].integer()).flatMap(TokenWidth.init),
      let documentWidth = try? field["documentWidth"].integer(in: 0...8),
      let recordBytes = try? field["recordBytes"].integer(in: 0...(1 << 48)),
      let indexDigest = try? field["index"].string()
    else { return nil }
    let documents = try? field["documents"].ifPresent?.integer(in: 0...count)
    let tokenBytes = count * width.rawValue
    let recordStart = tokenBytes + (documents ?? 0) * documentWidth
    let indexStart = recordStart + recordBytes
    guard indexStart + TokenExtents.indexSize(tokenCount: count) == end else { return nil }
    let index = try file.bytes(in: indexStart..<end)
    guard Self.digest(of: index) == indexDigest else { return nil }
    extents = TokenExtents(index: index, tokenCount: count, .file(file, recordStart))
    var ends: DocumentEnds?
    if documents != nil {
      let bytes = try file.bytes(in: tokenBytes..<recordStart)
      ends = bytes.withUnsafeBytes {
        DocumentEnds(bytes: $0, width: documentWidth, tokenCount: count)
      }
      guard ends != nil else { return nil }
    }
    self.ends = ends
    self.width = width
    self.count = count
    self.file = file
    description = Description(key: key, sources: sources, vocabularySize: vocabularySize)
  }

  /// The description of a file and where it begins.
  private static func description(in file: OpenFile) throws -> (JSON, Int)? {
    let size = file.status.size
    guard size >= trailerSize else { return nil }
    let trailer = try file.bytes(in: size - trailerSize..<size)
    let length = trailer.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard Array(trailer[40...]) == magic, length <= 1 << 26,
      let start = Optional(size - trailerSize - Int(length)), start >= 0
    else { return nil }
    let description = try file.bytes(in: start..<size - trailerSize)
    guard description.withUnsafeBytes({ ContentHash.digest(of: $0) }) == Array(trailer[8..<40]),
      let json = description.withUnsafeBytes({ try? JSON(parsing: $0) })
    else { return nil }
    return (json, start)
  }

  /// The error for tokens that are not those that were written.
  var damaged: TextError {
    TextError(.damaged, "'\(file.path)' has been damaged: remove it, and it will be made anew")
  }

  /// Gives the bytes of some tokens to `body`; throws `FileError` if the file cannot be read, and
  /// `TextError` if there is a token that the vocabulary does not have.
  @inline(__always)
  func withBytes<Result>(
    of range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let count = range.count * width.rawValue
    return try withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { bytes in
      try file.read(at: range.lowerBound * width.rawValue, into: bytes)
      let bytes = UnsafeRawBufferPointer(bytes)
      guard largestToken(in: bytes) < description.vocabularySize else {
        throw damaged
      }
      return try body(bytes)
    }
  }

  private func largestToken(in bytes: UnsafeRawBufferPointer) -> Int {
    switch width {
    case .one: largest(in: bytes, as: UInt8.self)
    case .two: largest(in: bytes, as: UInt16.self)
    case .four: largest(in: bytes, as: UInt32.self)
    }
  }

  private func largest<Value: FixedWidthInteger>(
    in bytes: UnsafeRawBufferPointer, as type: Value.Type
  ) -> Int {
    let size = MemoryLayout<Value>.size
    var largest: Value = 0
    for place in 0..<bytes.count / size {
      let value = bytes.loadUnaligned(fromByteOffset: place * size, as: Value.self)
      largest = max(largest, Value(littleEndian: value))
    }
    return Int(largest)
  }
}
