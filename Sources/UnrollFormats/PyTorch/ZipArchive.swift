/// The entries of a zip archive as its central directory lists them (APPNOTE.TXT of PKWARE, sections 4.3 and 4.5).
///
/// Only what `torch.save` writes is read: entries stored as they are, with zip64 records where they are needed. Readers that
/// trust different parts of an archive see different files in it, so here all parts have to agree: the directory ends where the
/// records behind it begin, no entries overlap, and no name occurs twice. Names are never used as paths.
struct ZipArchive {
  struct Entry {
    let name: String
    /// Where the bytes are in the archive.
    let data: Range<Int>
    /// Whether these are the bytes themselves, neither compressed nor encrypted.
    fileprivate let isStored: Bool
    fileprivate let header: Int
    fileprivate let checksum: UInt32
  }

  /// In the order of the directory.
  private(set) var entries: [Entry] = []
  private var indices: [String: Int] = [:]
  private let source: String

  /// Reads the directory; the checksums are for ``checkContents(in:)``.
  init(of bytes: UnsafeRawBufferPointer, source: String) throws(PyTorchError) {
    self.source = source
    let directory = try ZipDirectory(of: bytes, source: source)
    // An entry in the directory has 46 bytes at least, so a false count reserves no memory.
    guard directory.entryCount <= directory.range.count / 46 else {
      throw damaged("a directory that is too short for its \(directory.entryCount) entries")
    }
    entries.reserveCapacity(directory.entryCount)
    var offset = directory.range.lowerBound
    for _ in 0..<directory.entryCount {
      try readEntry(at: &offset, of: bytes, directory.range)
    }
    guard offset == directory.range.upperBound else {
      throw damaged("a directory that is longer than its \(directory.entryCount) entries")
    }
    try checkOverlaps()
  }

  /// The entry called `name`, or `nil`.
  subscript(name: String) -> Entry? { indices[name].map { entries[$0] } }

  /// Where the bytes of all entries in a folder are, by the rest of their names.
  func ranges(under folder: String) -> [String: Range<Int>] {
    var ranges: [String: Range<Int>] = [:]
    for entry in entries where entry.name.utf8.starts(with: folder.utf8) {
      ranges[String(decoding: entry.name.utf8.dropFirst(folder.utf8.count), as: UTF8.self)] =
        entry.data
    }
    return ranges
  }

  /// Throws ``PyTorchError`` unless the bytes of every entry are stored as they are and have its checksum.
  func checkContents(in bytes: UnsafeRawBufferPointer) throws(PyTorchError) {
    for entry in entries {
      guard entry.isStored else {
        throw PyTorchError(
          .compressedEntry, in: source,
          "has an entry \(entry.name.quotedForMessage) that is compressed or encrypted, which torch.save never does; write the file with torch.save"
        )
      }
      let checksum = CRC32.checksum(UnsafeRawBufferPointer(rebasing: bytes[entry.data]))
      guard checksum == entry.checksum else {
        throw PyTorchError(
          .checksumMismatch, in: source,
          "has an entry \(entry.name.quotedForMessage) whose checksum is wrong: the file is damaged, or was written without checksums; copy or save it again"
        )
      }
    }
  }

  private mutating func readEntry(
    at offset: inout Int, of bytes: UnsafeRawBufferPointer, _ directory: Range<Int>
  ) throws(PyTorchError) {
    let number = entries.count
    let listed = UnsafeRawBufferPointer(rebasing: bytes[offset..<directory.upperBound])
    guard listed.count >= 46, listed.littleEndian(at: 0, UInt32.self) == 0x0201_4B50 else {
      throw damaged("a directory without its entry \(number)")
    }
    let flags = listed.littleEndian(at: 8, UInt16.self)
    let method = listed.littleEndian(at: 10, UInt16.self)
    let nameCount = Int(listed.littleEndian(at: 28, UInt16.self))
    let extraCount = Int(listed.littleEndian(at: 30, UInt16.self))
    let commentCount = Int(listed.littleEndian(at: 32, UInt16.self))
    guard listed.count >= 46 + nameCount + extraCount + commentCount else {
      throw damaged("a directory that ends inside its entry \(number)")
    }
    let nameBytes = listed[46..<46 + nameCount]
    guard let name = String(validating: nameBytes, as: UTF8.self) else {
      throw damaged("an entry \(number) whose name is not UTF-8")
    }
    func damagedEntry(_ reason: String) -> PyTorchError {
      damaged("an entry \(name.quotedForMessage) \(reason)")
    }
    var sizes = ZipSizes(
      size: UInt64(listed.littleEndian(at: 24, UInt32.self)),
      storedSize: UInt64(listed.littleEndian(at: 20, UInt32.self)),
      header: UInt64(listed.littleEndian(at: 42, UInt32.self)))
    let extra = UnsafeRawBufferPointer(
      rebasing: listed[46 + nameCount..<46 + nameCount + extraCount])
    guard sizes.widen(from: extra) else {
      throw damagedEntry("with extra fields that cannot be read")
    }
    guard method != 0 || sizes.size == sizes.storedSize else {
      throw damagedEntry("of \(sizes.size) bytes that is stored in \(sizes.storedSize)")
    }
    guard let header = Int(exactly: sizes.header), let size = Int(exactly: sizes.storedSize),
      header <= directory.lowerBound - 30
    else { throw damagedEntry("that lies outside the file") }

    let local = UnsafeRawBufferPointer(rebasing: bytes[header..<directory.lowerBound])
    guard local.littleEndian(at: 0, UInt32.self) == 0x0403_4B50,
      local.littleEndian(at: 8, UInt16.self) == method
    else { throw damagedEntry("that does not begin where the directory says") }
    let localNameCount = Int(local.littleEndian(at: 26, UInt16.self))
    let dataOffset = 30 + localNameCount + Int(local.littleEndian(at: 28, UInt16.self))
    guard local.count >= dataOffset, local[30..<30 + localNameCount].elementsEqual(nameBytes) else {
      throw damagedEntry("that has another name where it begins")
    }
    guard size <= local.count - dataOffset else {
      throw damagedEntry("that reaches into the directory")
    }

    guard indices.updateValue(number, forKey: name) == nil else {
      throw PyTorchError(.duplicateName, in: source, "has two entries \(name.quotedForMessage)")
    }
    let start = header + dataOffset
    entries.append(
      Entry(
        name: name, data: start..<start + size, isStored: method == 0 && flags & 0x2041 == 0,
        header: header,
        checksum: listed.littleEndian(at: 16, UInt32.self)))
    offset += 46 + nameCount + extraCount + commentCount
  }

  private func checkOverlaps() throws(PyTorchError) {
    let sorted = entries.sorted { $0.header < $1.header }
    for (entry, next) in zip(sorted, sorted.dropFirst())
    where entry.data.upperBound > next.header {
      throw damaged(
        "entries \(entry.name.quotedForMessage) and \(next.name.quotedForMessage) that overlap")
    }
  }

  private func damaged(_ reason: String) -> PyTorchError {
    PyTorchError(.damagedArchive, in: source, "has \(reason); copy or save the file again")
  }
}

/// The numbers of an entry that move to an extra field where 32 bits are too few.
private struct ZipSizes {
  var size: UInt64
  var storedSize: UInt64
  var header: UInt64

  /// Takes what the zip64 field of `extra` holds; answers `false` if the fields are malformed or one is missing.
  mutating func widen(from extra: UnsafeRawBufferPointer) -> Bool {
    var offset = 0
    var values: ArraySlice<UInt64> = []
    while offset < extra.count {
      guard extra.count - offset >= 4 else { return false }
      let id = extra.littleEndian(at: offset, UInt16.self)
      let count = Int(extra.littleEndian(at: offset + 2, UInt16.self))
      offset += 4
      guard extra.count - offset >= count else { return false }
      if id == 1 {
        values = (0..<count / 8).map { extra.littleEndian(at: offset + 8 * $0, UInt64.self) }[...]
      }
      offset += count
    }
    let paths: [WritableKeyPath<ZipSizes, UInt64>] = [\.size, \.storedSize, \.header]
    for path in paths where self[keyPath: path] == 0xFFFF_FFFF {
      guard let value = values.popFirst() else { return false }
      self[keyPath: path] = value
    }
    return true
  }
}
