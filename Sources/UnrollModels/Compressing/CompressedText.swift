internal import UnrollFormats

/// A text in as few bits as a model needs to tell it, as bytes of a file.
///
/// A header of 92 bytes, numbers little-endian: 8 bytes of a signature with the version, the model's digest, the SHA-256 digest of
/// the text, and in 64 bits each the text's bytes and tokens, in 32 the rows; then the code; then the CRC-32 of all before it.
struct CompressedText: Hashable, Sendable {
  /// The digest of the model.
  let model: [UInt8]
  /// The digest of the text.
  let text: [UInt8]
  let byteCount: Int
  let tokenCount: Int
  /// How many parts of the text are told side by side.
  let rowCount: Int
  let code: [UInt8]

  /// So many parts of a text are told side by side at most.
  static let mostRows = 64

  /// How many tokens each row has but the last ones, which have what is left.
  static func rowLength(_ tokenCount: Int, rows: Int) -> Int { (tokenCount + rows - 1) / rows }

  private static let headerSize = FileKind.compressedTextSignature.count + 2 * 32 + 2 * 8 + 4

  /// The bytes of the file.
  var bytes: [UInt8] {
    var bytes = FileKind.compressedTextSignature + model + text
    for number in [byteCount, tokenCount] { bytes.append(littleEndian: UInt64(number)) }
    bytes.append(littleEndian: UInt32(rowCount))
    bytes += code
    bytes.append(littleEndian: bytes.withUnsafeBytes { CRC32.checksum($0) })
    return bytes
  }

  init(
    model: [UInt8], text: [UInt8], byteCount: Int, tokenCount: Int, rowCount: Int, code: [UInt8]
  ) {
    self.model = model
    self.text = text
    self.byteCount = byteCount
    self.tokenCount = tokenCount
    self.rowCount = rowCount
    self.code = code
  }

  /// Reads a file.
  ///
  /// - Throws: `ModelError` if it is none, or not as it was written.
  init(_ bytes: [UInt8], name: String) throws {
    let kind = bytes.withUnsafeBytes { FileKind(of: $0) }
    guard kind == .compressedText else {
      throw ModelError(
        .notAModel, "\(name) is \(kind.name): give a file that `unroll compress` wrote")
    }
    guard bytes.count >= Self.headerSize + 4,
      bytes.dropLast(4).withUnsafeBytes({ CRC32.checksum($0) })
        == bytes.withUnsafeBytes({ $0.littleEndian(at: bytes.count - 4, UInt32.self) })
    else { throw Self.damaged(name) }
    let start = FileKind.compressedTextSignature.count
    func number(at offset: Int) -> Int? {
      Int(exactly: bytes.withUnsafeBytes { $0.littleEndian(at: start + offset, UInt64.self) })
    }
    let rows = bytes.withUnsafeBytes { $0.littleEndian(at: start + 80, UInt32.self) }
    guard let byteCount = number(at: 64), let tokenCount = number(at: 72),
      0...min(byteCount, 1 << 48) ~= tokenCount, 1...Self.mostRows ~= Int(rows)
    else { throw Self.damaged(name) }
    self.init(
      model: Array(bytes[start..<start + 32]), text: Array(bytes[start + 32..<start + 64]),
      byteCount: byteCount, tokenCount: tokenCount, rowCount: Int(rows),
      code: Array(bytes[Self.headerSize..<bytes.count - 4]))
  }

  static func damaged(_ name: String) -> ModelError {
    ModelError(
      .damaged, "\(name) is damaged: it is not as it was written; take another copy of it")
  }
}

extension [UInt8] {
  fileprivate mutating func append(littleEndian number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
