import Testing
import UnrollFormats
import UnrollTestSupport

struct CRC32Tests {
  /// The check value that catalogues of checksums give, and lengths around the eight bytes of a step.
  @Test(arguments: [
    ("", 0), ("a", 0xE8B7_BE43), ("123456789", 0xCBF4_3926),
    ("The quick brown fox jumps over the lazy dog", 0x414F_A339),
  ])
  func knownTextsHaveTheirChecksums(text: String, checksum: UInt32) {
    #expect([UInt8](text.utf8).withUnsafeBytes { CRC32.checksum($0) } == checksum)
  }

  @Test func eightBytesAtATimeEqualBitByBit() {
    var generator = SeededGenerator(seed: 1)
    for count in 0..<40 {
      let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      var crc: UInt32 = .max
      for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
      }
      #expect(bytes.withUnsafeBytes { CRC32.checksum($0) } == ~crc)
    }
  }
}
