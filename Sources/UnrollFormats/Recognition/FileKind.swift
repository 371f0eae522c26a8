/// What kind of file something is, by its contents and never by its name.
package enum FileKind: CaseIterable, Hashable, Sendable {
  case empty
  /// Begins as a safetensors file does; it may still be damaged.
  case safeTensors
  /// The ZIP archive that `torch.save` writes.
  case pyTorch
  /// The stream of pickles of PyTorch 0.1.10 to 1.5.
  case pyTorchStream
  /// The tar archive of PyTorch before 0.1.10.
  case pyTorchTar
  /// What `unroll compress` writes.
  case compressedText
  case pickle, onnx, gguf, hierarchicalData, numPyArray, numPyArchive
  case gzip, zstandard, xz, bzip2, zip, tar
  case pdf, picture, program
  case gitLFSPointer, webPage, json
  /// UTF-8.
  case text
  /// With a mark at the beginning.
  case utf16, utf32
  case utf16LittleEndian, utf16BigEndian, utf32LittleEndian, utf32BigEndian
  /// Text of Western Europe in one byte for each character.
  case windows1252
  /// Text in another encoding, which is not Unicode's.
  case otherText
  case unknown

  /// Recognises the contents of a file.
  package init(of contents: FileContents) {
    self = contents.withUnsafeBytes { FileKind(of: $0) }
  }

  /// Recognises the bytes of a whole file.
  package init(of bytes: UnsafeRawBufferPointer) {
    if bytes.isEmpty {
      self = .empty
    } else if Self.isSafeTensors(bytes) {
      // First of all, since the length that it begins with may look like any other signature.
      self = .safeTensors
    } else if let signed = Self.signatures.first(where: { bytes.starts(with: $0.bytes) }) {
      self = signed.kind
    } else if bytes.starts(with: Self.zipEntry) || bytes.starts(with: Self.zipEnd) {
      self = Self.archive(bytes)
    } else if bytes.count > 262, bytes[257..<262].elementsEqual("ustar".utf8) {
      self = bytes.starts(with: "sys_info\0".utf8) ? .pyTorchTar : .tar
    } else if bytes.count > 2, bytes[0] == 0x80, (2...5).contains(bytes[1]),
      bytes[bytes.count - 1] == UInt8(ascii: ".")
    {
      self = .pickle
    } else if Self.isONNX(bytes) {
      self = .onnx
    } else if let encoding = TextEncoding(of: bytes) {
      self = Self.text(bytes, encoding)
    } else {
      self = .unknown
    }
  }

  /// How it is written, if it is text in another encoding than UTF-8.
  package var encoding: TextEncoding? {
    switch self {
    case .utf16: .utf16
    case .utf32: .utf32
    case .utf16LittleEndian: .utf16LittleEndian
    case .utf16BigEndian: .utf16BigEndian
    case .utf32LittleEndian: .utf32LittleEndian
    case .utf32BigEndian: .utf32BigEndian
    case .windows1252: .windows1252
    case .otherText: .other
    default: nil
    }
  }

  /// Text in some encoding, by its contents.
  package init(_ encoding: TextEncoding) {
    self = Self.allCases.first { $0.encoding == encoding } ?? .text
  }

  /// How a compressed text begins, with the version of the format at the end.
  package static let compressedTextSignature: [UInt8] = [0xD5] + Array("UNROLL".utf8) + [1]

  private static let zipEntry: [UInt8] = [0x50, 0x4B, 3, 4]
  private static let zipEnd: [UInt8] = [0x50, 0x4B, 5, 6]

  private static let signatures: [(kind: FileKind, bytes: [UInt8])] = [
    // PROTO 2, LONG1 of the ten bytes 0x1950A86A20F9469CFC6C.
    (
      .pyTorchStream,
      [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    ),
    (.compressedText, compressedTextSignature),
    (.gguf, Array("GGUF".utf8)),
    (.hierarchicalData, [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]),
    (.numPyArray, [0x93] + Array("NUMPY".utf8)),
    (.gzip, [0x1F, 0x8B]),
    (.zstandard, [0x28, 0xB5, 0x2F, 0xFD]),
    (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
    (.bzip2, Array("BZh".utf8)),
    (.pdf, Array("%PDF".utf8)),
    (.picture, [0x89] + Array("PNG".utf8)), (.picture, [0xFF, 0xD8, 0xFF]),
    (.picture, Array("GIF8".utf8)),
    (.program, [0x7F] + Array("ELF".utf8)), (.program, [0xCF, 0xFA, 0xED, 0xFE]),
    (.gitLFSPointer, Array("version https://git-lfs.github.com/spec/".utf8)),
  ]

  /// A length below the format's limit, and behind it the beginning of an object of JSON.
  private static func isSafeTensors(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= 10 else { return false }
    let length = bytes.littleEndian(at: 0, UInt64.self)
    guard (2...UInt64(SafeTensors.maximumHeaderByteCount)).contains(length) else { return false }
    let isSpace: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    let header = bytes[8...].prefix(Int(length)).drop(while: isSpace)
    guard header.first == UInt8(ascii: "{") else { return false }
    let next = header.dropFirst().drop(while: isSpace).first
    return next == UInt8(ascii: "\"") || next == UInt8(ascii: "}")
  }

  /// By the names of the entries; where the archive is damaged, by the first one.
  private static func archive(_ bytes: UnsafeRawBufferPointer) -> FileKind {
    var names = (try? ZipArchive(of: bytes, source: ""))?.entries.map(\.name) ?? []
    if names.isEmpty, bytes.count >= 30, bytes.starts(with: zipEntry) {
      let count = Int(bytes.littleEndian(at: 26, UInt16.self))
      names = [String(decoding: bytes[30...].prefix(count), as: UTF8.self)]
    }
    if names.contains(where: { $0.hasSuffix("/data.pkl") }) { return .pyTorch }
    return !names.isEmpty && names.allSatisfy { $0.hasSuffix(".npy") } ? .numPyArchive : .zip
  }

  /// Field 1 of the message, the version of the format, and then field 2, the name of the program
  /// that wrote it.
  private static func isONNX(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count > 4 && bytes[0] == 0x08 && (1..<0x80).contains(bytes[1]) && bytes[2] == 0x12
      && bytes[3] > 0
      && bytes[4...].prefix(Int(bytes[3])).allSatisfy { 0x20...0x7E ~= $0 }
  }

  private static func text(_ bytes: UnsafeRawBufferPointer, _ encoding: TextEncoding) -> FileKind {
    guard encoding == .utf8 else { return FileKind(encoding) }
    let start = bytes.prefix(1024).drop { $0 <= 0x20 || [0xEF, 0xBB, 0xBF].contains($0) }
      .map { 0x41...0x5A ~= $0 ? $0 + 0x20 : $0 }
    if ["<!doctype html", "<html"].contains(where: { start.starts(with: $0.utf8) }) {
      return .webPage
    }
    let isJSON = [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(start.first ?? 0)
    return isJSON && bytes.count <= 1 << 26 && (try? JSON(parsing: bytes)) != nil ? .json : .text
  }
}
