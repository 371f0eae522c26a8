/// The checksum of zip archives: a cyclic redundancy check with the reflected polynomial 0xEDB88320 (ISO 3309).
///
/// Eight bytes are taken at a time, each through a table of its own (Kounavis and Berry, 2005, "slicing-by-8").
package enum CRC32 {
  /// The checksum of `bytes`.
  package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    tables.withUnsafeBufferPointer { tables in
      let whole = bytes.count - bytes.count % 8
      for offset in stride(from: 0, to: whole, by: 8) {
        let word = UInt64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        let mixed = word ^ UInt64(crc)
        crc = 0
        for slice in 0..<8 {
          crc ^= tables[(7 - slice) << 8 | Int(mixed >> (8 * UInt64(slice)) & 0xFF)]
        }
      }
      for byte in bytes[whole...] {
        crc = tables[Int((crc ^ UInt32(byte)) & 0xFF)] ^ crc >> 8
      }
    }
    return ~crc
  }

  /// Eight tables of 256 entries: what a byte does to the checksum when 0 … 7 bytes follow it.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 0 ? 0 : 0xEDB8_8320) }
      tables[byte] = crc
    }
    for index in 256..<tables.count {
      let previous = tables[index - 256]
      tables[index] = tables[Int(previous & 0xFF)] ^ previous >> 8
    }
    return tables
  }()
}
