/// How text is written in bytes, as far as the bytes tell.
package enum TextEncoding: Hashable, Sendable {
  case utf8
  /// With a mark at the beginning that tells the order of the bytes.
  case utf16, utf32
  /// Without a mark.
  case utf16LittleEndian, utf16BigEndian, utf32LittleEndian, utf32BigEndian
  /// Western European letters in one byte each.
  case windows1252
  /// Another one that is not Unicode's: it cannot be told which.
  case other

  /// The name for `iconv -f`, where it is known.
  package var name: String? {
    switch self {
    case .utf8: "UTF-8"
    case .utf16: "UTF-16"
    case .utf32: "UTF-32"
    case .utf16LittleEndian: "UTF-16LE"
    case .utf16BigEndian: "UTF-16BE"
    case .utf32LittleEndian: "UTF-32LE"
    case .utf32BigEndian: "UTF-32BE"
    case .windows1252: "WINDOWS-1252"
    case .other: nil
    }
  }

  /// Guesses the encoding from the first 64 KiB of some bytes; `nil` if they are no text.
  package init?(of bytes: UnsafeRawBufferPointer) {
    let isWhole = bytes.count <= 1 << 16
    let sample = UnsafeRawBufferPointer(rebasing: bytes.prefix(1 << 16))
    if let marked = Self.marks.first(where: { sample.starts(with: $0.mark) }) {
      guard marked.unmarked.isPlausible(sample, isMarked: true, isWhole: isWhole) else {
        return nil
      }
      self = marked.encoding
    } else {
      let guesses: [TextEncoding] = [
        .utf8, .utf32LittleEndian, .utf32BigEndian, .utf16LittleEndian, .utf16BigEndian,
        .windows1252, .other,
      ]
      guard
        let guess = guesses.first(where: {
          $0.isPlausible(sample, isMarked: false, isWhole: isWhole)
        })
      else { return nil }
      self = guess
    }
  }

  /// The longer mark of UTF-32 begins with that of UTF-16.
  private static let marks: [(encoding: TextEncoding, mark: [UInt8], unmarked: TextEncoding)] = [
    (.utf8, [0xEF, 0xBB, 0xBF], .utf8), (.utf32, [0xFF, 0xFE, 0, 0], .utf32LittleEndian),
    (.utf32, [0, 0, 0xFE, 0xFF], .utf32BigEndian), (.utf16, [0xFF, 0xFE], .utf16LittleEndian),
    (.utf16, [0xFE, 0xFF], .utf16BigEndian),
  ]

  private func isPlausible(
    _ sample: UnsafeRawBufferPointer, isMarked: Bool, isWhole: Bool
  ) -> Bool {
    switch self {
    case .utf8:
      // The last character of the sample may be cut off.
      return Self.hasFewControls(sample)
        && (isWhole ? 0...0 : 0...3).contains {
          String(validating: sample.dropLast($0), as: UTF8.self) != nil
        }
    case .utf16LittleEndian, .utf16BigEndian:
      let units = (0..<sample.count / 2).map { index in
        let unit = sample.littleEndian(at: 2 * index, UInt16.self)
        return self == .utf16LittleEndian ? unit : unit.byteSwapped
      }
      // Line ends, spaces and digits have a byte 0 in all scripts.
      return (isMarked || units.count { $0 < 0x80 } * 50 > units.count)
        && Self.areText(
          String(decoding: units, as: UTF16.self).unicodeScalars.map { $0 == "\u{FFFD}" ? nil : $0 }
        )
    case .utf32LittleEndian, .utf32BigEndian:
      return Self.areText(
        (0..<sample.count / 4).map { index in
          let unit = sample.littleEndian(at: 4 * index, UInt32.self)
          return Unicode.Scalar(self == .utf32LittleEndian ? unit : unit.byteSwapped)
        })
    case .windows1252:
      // Letters of ASCII and some others between them; five bytes of the encoding have no
      // character.
      let high = sample.count { $0 >= 0x80 }
      return Self.hasFewControls(sample) && 3 * high < sample.count
        && !sample.contains { [0x81, 0x8D, 0x8F, 0x90, 0x9D].contains($0) }
    case .other: return sample.count >= 64 && Self.hasFewControls(sample)
    case .utf16, .utf32: return isMarked
    }
  }

  /// Text has no zero bytes, and hardly any other control characters than white space.
  private static func hasFewControls(_ sample: UnsafeRawBufferPointer) -> Bool {
    let controls = sample.count { $0 < 0x20 && !(0x09...0x0D).contains($0) || $0 == 0x7F }
    return !sample.contains(0) && 16 * controls <= sample.count
  }

  /// Whether hardly any of some units is no character of text; `nil` is no character at all.
  private static func areText(_ scalars: [Unicode.Scalar?]) -> Bool {
    let strange = scalars.count { scalar in
      switch scalar?.properties.generalCategory {
      case .control: scalar.map { !(0x09...0x0D).contains($0.value) } ?? true
      case nil, .unassigned, .privateUse: true
      default: false
      }
    }
    return !scalars.isEmpty && strange * 50 <= scalars.count
  }
}
