/// GPT-2's way of writing bytes as visible scalars: those of Latin-1 that can be seen stand for
/// themselves, the other 68 bytes for U+0100 onwards, in order.
package enum ByteAlphabet {
  /// The scalar of each byte.
  package static let scalars: [Unicode.Scalar] = {
    var firstFree: UInt32 = 0x100
    return (0...UInt8.max).compactMap { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(byte)
      default:
        defer { firstFree += 1 }
        return Unicode.Scalar(firstFree)
      }
    }
  }()

  private static let bytes: [Unicode.Scalar: UInt8] = Dictionary(
    uniqueKeysWithValues: zip(scalars, 0...UInt8.max))

  /// The byte that a scalar stands for, or `nil` if it is not of the alphabet.
  static func byte(_ scalar: Unicode.Scalar) -> UInt8? { bytes[scalar] }
}
