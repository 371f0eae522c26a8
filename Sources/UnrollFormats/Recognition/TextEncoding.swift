/// How text is written in bytes, as far as the bytes tell.
package enum TextEncoding: Hashable, Sendable {
  case utf8
  case utf16LittleEndian, utf16BigEndian, utf32LittleEndian, utf32BigEndian
  /// Western European letters in one byte each.
  case windows1252
  /// Another one that is not Unicode's: it cannot be told which.
  case other

  /// The name for `iconv -f`, where it is known.
  package var name: String? {
    switch self {
    case .utf8: "UTF-8"
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
    if let marked = Self.marks.first(where: { sample.starts(with: $0.mark) })?.encoding {
      guard marked.isPlausible(sample, isMarked: true, isWhole: isWhole) else { return nil }
      self = marked
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
  private static let marks: [(encoding: TextEncoding, mark: [UInt8])] = [
    (.utf8, [0xEF, 0xBB, 0xBF]), (.utf32LittleEndian, [0xFF, 0xFE, 0, 0]),
    (.utf32BigEndian, [0, 0, 0xFE, 0xFF]), (.utf16LittleEndian, [0xFF, 0xFE]),
    (.utf16BigEndian, [0xFE, 0xFF]),
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
      guard sample.count % 2 == 0, sample.count >= 2 else { return false }
      let isLittle = self == .utf16LittleEndian
      var units = (0..<sample.count / 2).map { index in
        let unit = sample.littleEndian(at: 2 * index, UInt16.self)
        return isLittle ? unit : unit.byteSwapped
      }
      if !isWhole, let last = units.last, UTF16.isLeadSurrogate(last) { units.removeLast() }
      guard let text = String(validating: units, as: UTF16.self) else { return false }
      return Self.isPlausible(text.unicodeScalars, isMarked: isMarked)
    case .utf32LittleEndian, .utf32BigEndian:
      guard sample.count % 4 == 0, sample.count >= 4 else { return false }
      let isLittle = self == .utf32LittleEndian
      var scalars = String.UnicodeScalarView()
      for offset in stride(from: 0, to: sample.count, by: 4) {
        let value = sample.littleEndian(at: offset, UInt32.self)
        guard let scalar = Unicode.Scalar(isLittle ? value : value.byteSwapped) else {
          return false
        }
        scalars.append(scalar)
      }
      return Self.isPlausible(scalars, isMarked: isMarked)
    case .windows1252:
      // Letters of ASCII and some others between them; five bytes of the encoding have no
      // character.
      let high = sample.count { $0 >= 0x80 }
      return Self.hasFewControls(sample) && 3 * high < sample.count
        && !sample.contains { [0x81, 0x8D, 0x8F, 0x90, 0x9D].contains($0) }
    case .other: return sample.count >= 64 && Self.hasFewControls(sample)
    }
  }

  /// Text has no zero bytes, and hardly any other control characters than white space.
  private static func hasFewControls(_ sample: UnsafeRawBufferPointer) -> Bool {
    let controls = sample.count { $0 < 0x20 && !(0x09...0x0D).contains($0) || $0 == 0x7F }
    return !sample.contains(0) && 16 * controls <= sample.count
  }

  /// Without a mark, half of the characters have to be of Latin letters, digits and the like: any
  /// bytes are some characters.
  private static func isPlausible(_ scalars: String.UnicodeScalarView, isMarked: Bool) -> Bool {
    let count = scalars.count
    let controls = scalars.count { $0.value < 0x20 && !(0x09...0x0D).contains($0.value) }
    let latin = scalars.count {
      (0x09...0x0D).contains($0.value) || (0x20..<0x250).contains($0.value)
    }
    return !scalars.contains("\0") && 16 * controls <= count && (isMarked || 2 * latin >= count)
  }
}
