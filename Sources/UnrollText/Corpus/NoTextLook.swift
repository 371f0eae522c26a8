internal import UnrollFormats

/// What bytes that are no UTF-8 text look like.
enum NoTextLook: Hashable, Sendable {
  /// A file of another kind, or text in another encoding.
  case file(FileKind)
  /// UTF-8 with a few bytes that do not belong there.
  case brokenUTF8
  /// UTF-8 with bytes 0.
  case zeros

  /// Looks at some bytes, from a multiple of four bytes of the whole on, and at the beginning of the whole.
  init(of sample: [UInt8], beginning: [UInt8]) {
    let kind = beginning.withUnsafeBytes { FileKind(of: $0) }
    if kind.encoding == nil || [.utf16, .utf32].contains(kind), !kind.isUTF8, kind != .unknown {
      self = .file(kind)
    } else {
      self.init(of: sample)
    }
  }

  private init(of sample: [UInt8]) {
    let high = sample.count { $0 >= 0x80 }
    let broken = String(decoding: sample, as: UTF8.self).unicodeScalars.count { $0 == "\u{FFFD}" }
    let controls = sample.count { $0 < 0x20 && !(0x09...0x0D).contains($0) }
    let encoding = sample.withUnsafeBytes { TextEncoding(of: $0) }
    if let encoding, ![.utf8, .windows1252, .other].contains(encoding) {
      self = .file(FileKind(encoding))
    } else if controls * 20 > sample.count {
      self = .file(.unknown)
    } else if high == 0 || broken == 0 {
      self = .zeros
    } else if broken * 10 < high {
      self = .brokenUTF8
    } else {
      self = .file(encoding.map { FileKind($0) } ?? .unknown)
    }
  }

  /// What it looks like and what to do about it, for a file of some path or standard input.
  func sentence(about path: String?) -> String {
    let input = path.map { " < \($0.shellQuoted)" } ?? ""
    switch self {
    case .file(let kind):
      return "it looks like \(kind.look); \(kind.remedy(for: .text, path: path ?? "FILE"))"
    case .brokenUTF8:
      return "the rest looks like UTF-8; `iconv -c -f UTF-8 -t UTF-8\(input)` leaves such bytes out"
    case .zeros:
      return "the rest looks like text; `tr -d '\\000'\(input)` leaves such bytes out"
    }
  }
}

extension FileKind {
  fileprivate var isUTF8: Bool { [.text, .json, .webPage].contains(self) }

  /// Words behind "looks like".
  fileprivate var look: String {
    switch self {
    case .unknown: "data that are no text"
    case .gzip, .zstandard, .xz, .bzip2: "a file \(name)"
    default: name
    }
  }
}
