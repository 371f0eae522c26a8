/// What bytes that are no UTF-8 text look like.
enum NoTextLook: Hashable, Sendable {
  /// Text in another encoding, by the name that `iconv` has for it.
  case encoding(String)
  /// Compressed data, and what prints them unpacked.
  case compressed(String, unpackedBy: String)
  /// A file of another kind.
  case kind(String)
  /// UTF-8 with a few bytes that do not belong there.
  case brokenUTF8
  /// UTF-8 with bytes 0.
  case zeros
  /// Something else.
  case data

  /// Looks at some bytes, from a multiple of four bytes of the whole on, and at the first of the whole.
  init(of sample: [UInt8], beginning: [UInt8]) {
    if let known = Self.known(beginning) {
      self = known
    } else if let name = Self.wideEncoding(of: sample) {
      self = .encoding(name)
    } else {
      self = Self.narrow(sample)
    }
  }

  private static func known(_ beginning: [UInt8]) -> NoTextLook? {
    let beginnings: [([UInt8], NoTextLook)] = [
      ([0xFF, 0xFE, 0, 0], .encoding("UTF-32")), ([0, 0, 0xFE, 0xFF], .encoding("UTF-32")),
      ([0xFF, 0xFE], .encoding("UTF-16")), ([0xFE, 0xFF], .encoding("UTF-16")),
      ([0x1F, 0x8B], .compressed("gzip", unpackedBy: "zcat")),
      (Array("BZh".utf8), .compressed("bzip2", unpackedBy: "bzcat")),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], .compressed("xz", unpackedBy: "xzcat")),
      ([0x28, 0xB5, 0x2F, 0xFD], .compressed("zstd", unpackedBy: "zstdcat")),
      (Array("PK\u{3}\u{4}".utf8), .kind("a ZIP archive")), (Array("%PDF".utf8), .kind("a PDF")),
      ([0x89] + Array("PNG".utf8), .kind("a picture")), ([0xFF, 0xD8, 0xFF], .kind("a picture")),
      ([0x7F] + Array("ELF".utf8), .kind("a program")),
    ]
    return beginnings.first { beginning.starts(with: $0.0) }?.1
  }

  /// The encoding of two or four bytes a unit in which these bytes are text without a mark.
  private static func wideEncoding(of sample: [UInt8]) -> String? {
    func units(_ size: Int, isLittleEndian: Bool) -> [UInt32] {
      stride(from: 0, to: sample.count - size + 1, by: size).map { start in
        let bytes = sample[start..<start + size]
        return (isLittleEndian ? Array(bytes.reversed()) : Array(bytes))
          .reduce(0) { $0 << 8 | UInt32($1) }
      }
    }
    for isLittleEndian in [true, false] {
      let units = units(4, isLittleEndian: isLittleEndian)
      if !units.isEmpty, areText(units.map { Unicode.Scalar($0) }) {
        return isLittleEndian ? "UTF-32LE" : "UTF-32BE"
      }
    }
    for isLittleEndian in [true, false] {
      let units = units(2, isLittleEndian: isLittleEndian)
      // Line ends, spaces and digits have a byte 0 in all scripts.
      guard units.count(where: { $0 < 0x80 }) * 50 > units.count else { continue }
      let text = String(decoding: units.map { UInt16($0) }, as: UTF16.self)
      if areText(text.unicodeScalars.map { $0 == "\u{FFFD}" ? nil : $0 }) {
        return isLittleEndian ? "UTF-16LE" : "UTF-16BE"
      }
    }
    return nil
  }

  private static func areText(_ scalars: [Unicode.Scalar?]) -> Bool {
    let strange = scalars.count { scalar in
      switch scalar?.properties.generalCategory {
      case .control: scalar != "\n" && scalar != "\r" && scalar != "\t"
      case nil, .unassigned, .privateUse: true
      default: false
      }
    }
    return strange * 50 <= scalars.count
  }

  /// What bytes look like that are no wide encoding.
  private static func narrow(_ sample: [UInt8]) -> NoTextLook {
    let controls = sample.count { $0 < 0x20 && !(0x09...0x0D).contains($0) }
    let (repaired, high) = (String(decoding: sample, as: UTF8.self), sample.count { $0 >= 0x80 })
    let broken = repaired.unicodeScalars.count { $0 == "\u{FFFD}" }
    if controls * 20 > sample.count { return .data }
    if high == 0 || broken == 0 { return .zeros }
    if broken * 10 < high { return .brokenUTF8 }
    return controls == 0 ? .encoding("WINDOWS-1252") : .data
  }

  /// What it looks like and what to do about it, for a file of some path or standard input.
  func sentence(about path: String?) -> String {
    let file = path.map { " '" + $0.replacing("'", with: "'\\''") + "'" } ?? ""
    switch self {
    case .encoding("WINDOWS-1252"):
      return "it looks like text in an older encoding; convert it from that one, for example with "
        + "iconv -f WINDOWS-1252 -t UTF-8\(file)"
    case .encoding(let name):
      return "it looks like \(name); convert it with iconv -f \(name) -t UTF-8\(file)"
    case .compressed(let name, let command):
      return "it looks like text packed by \(name); unpack it, for example with "
        + (path == nil ? "\(command) before" : "\(command)\(file) | unroll train -")
    case .kind(let name): return "it looks like \(name); give the text that is in it"
    case .brokenUTF8:
      return "the rest looks like UTF-8; iconv -c -f UTF-8 -t UTF-8\(file) leaves such bytes out"
    case .zeros:
      let input = path == nil ? "" : " <\(file)"
      return "the rest looks like text; tr -d '\\000'\(input) leaves such bytes out"
    case .data: return "it looks like data that are no text; give a text file"
    }
  }
}
