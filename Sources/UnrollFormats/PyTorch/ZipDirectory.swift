/// Where the central directory of a zip archive lies, by the records at the end of the file.
struct ZipDirectory {
  let entryCount: Int
  /// Where the bytes of the directory are.
  let range: Range<Int>

  init(of bytes: UnsafeRawBufferPointer, source: String) throws(PyTorchError) {
    func damaged(_ reason: String) -> PyTorchError {
      PyTorchError(.damagedArchive, in: source, "\(reason); copy or save the file again")
    }
    guard let end = Self.endRecord(of: bytes) else {
      throw damaged("has no directory at its end: it is cut off")
    }
    let record = UnsafeRawBufferPointer(rebasing: bytes[end...])
    guard record.littleEndian(at: 4, UInt32.self) == 0 else {
      throw damaged("is one of several parts of an archive")
    }
    var count = UInt64(record.littleEndian(at: 10, UInt16.self))
    var size = UInt64(record.littleEndian(at: 12, UInt32.self))
    var offset = UInt64(record.littleEndian(at: 16, UInt32.self))
    var firstRecord = end
    if end >= 20, bytes.littleEndian(at: end - 20, UInt32.self) == 0x0706_4B50 {
      let place = bytes.littleEndian(at: end - 12, UInt64.self)
      guard let wide = Int(exactly: place), wide <= end - 20 - 56,
        bytes.littleEndian(at: wide, UInt32.self) == 0x0606_4B50,
        bytes.littleEndian(at: wide + 4, UInt64.self) == UInt64(end - 20 - wide - 12)
      else { throw damaged("has no zip64 record where it should be") }
      let wideCount = bytes.littleEndian(at: wide + 32, UInt64.self)
      let wideSize = bytes.littleEndian(at: wide + 40, UInt64.self)
      let wideOffset = bytes.littleEndian(at: wide + 48, UInt64.self)
      guard count == 0xFFFF || count == wideCount, size == 0xFFFF_FFFF || size == wideSize,
        offset == 0xFFFF_FFFF || offset == wideOffset
      else { throw damaged("has two records at its end that contradict each other") }
      (count, size, offset, firstRecord) = (wideCount, wideSize, wideOffset, wide)
    }
    guard let count = Int(exactly: count), let size = Int(exactly: size),
      let offset = Int(exactly: offset),
      size <= firstRecord, offset == firstRecord - size
    else { throw damaged("has a directory that does not end where the records behind it begin") }
    entryCount = count
    range = offset..<firstRecord
  }

  /// The last place from which a record with its comment fills the rest of the file.
  private static func endRecord(of bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.count >= 22 else { return nil }
    let last = bytes.count - 22
    for offset in stride(from: last, through: max(0, last - 0xFFFF), by: -1)
    where bytes.littleEndian(at: offset, UInt32.self) == 0x0605_4B50
      && Int(bytes.littleEndian(at: offset + 20, UInt16.self)) == last - offset
    {
      return offset
    }
    return nil
  }
}

extension UnsafeRawBufferPointer {
  /// The number at an offset; the caller has checked that it lies inside.
  package func littleEndian<Number: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, _: Number.Type
  )
    -> Number
  {
    guard offset >= 0 && offset <= count - MemoryLayout<Number>.size else {
      fatalError("\(offset) lies outside")
    }
    return Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
  }
}
