import UnrollFormats

/// A zip archive of entries that are stored as they are, with every field open to being set wrong.
package struct StoredZip {
  package struct Entry {
    package var name: String
    package var bytes: [UInt8]
    package var method: UInt16 = 0
    package var flags: UInt16 = 0
    /// Extra fields of the directory.
    package var extra: [UInt8] = []
    /// Fields of the directory where they differ from the truth.
    package var checksum: UInt32?
    package var size: UInt32?
    package var storedSize: UInt32?
    package var headerOffset: UInt32?
    /// The name where the entry begins.
    package var localName: String?

    package init(_ name: String, _ bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  package var entries: [Entry]
  /// Bytes in front of the first entry.
  package var prefix: [UInt8] = []
  /// Bytes between the directory and the record at the end.
  package var gap: [UInt8] = []
  package var comment: [UInt8] = []
  /// Fields of the last record where they differ from the truth.
  package var entryCount: UInt16?
  package var directorySize: UInt32?
  package var directoryOffset: UInt32?
  package var diskNumber: UInt16 = 0
  /// Whether zip64 records are written too.
  package var isWide = false

  package init(_ entries: [Entry]) {
    self.entries = entries
  }

  /// The archive that `torch.save` writes of a pickle and storages by their keys.
  package init(pickle: [UInt8], storages: [(key: String, bytes: [UInt8])] = []) {
    self.init(
      [Entry("archive/data.pkl", pickle), Entry("archive/byteorder", [UInt8]("little".utf8))]
        + storages.map { Entry("archive/data/\($0.key)", $0.bytes) })
  }

  /// The file.
  package var bytes: [UInt8] {
    var file = prefix
    var directory: [UInt8] = []
    for entry in entries {
      let checksum = entry.checksum ?? entry.bytes.withUnsafeBytes { CRC32.checksum($0) }
      let size = entry.size ?? UInt32(entry.bytes.count)
      let storedSize = entry.storedSize ?? size
      let name = [UInt8](entry.name.utf8)
      directory += Self.field(0x0201_4B50, 4) + Self.field(0, 4) + Self.field(entry.flags, 2)
      directory += Self.field(entry.method, 2) + Self.field(0, 4) + Self.field(checksum, 4)
      directory += Self.field(storedSize, 4) + Self.field(size, 4) + Self.field(name.count, 2)
      directory += Self.field(entry.extra.count, 2) + Self.field(0, 10)
      directory += Self.field(entry.headerOffset ?? UInt32(file.count), 4) + name + entry.extra

      let localName = [UInt8]((entry.localName ?? entry.name).utf8)
      file += Self.field(0x0403_4B50, 4) + Self.field(0, 2) + Self.field(entry.flags, 2)
      file += Self.field(entry.method, 2) + Self.field(0, 4) + Self.field(checksum, 4)
      file += Self.field(storedSize, 4) + Self.field(size, 4) + Self.field(localName.count, 2)
      file += Self.field(0, 2) + localName + entry.bytes
    }
    let offset = directoryOffset ?? UInt32(file.count)
    let size = directorySize ?? UInt32(directory.count)
    file += directory + gap
    if isWide {
      let place = file.count
      file += Self.field(0x0606_4B50, 4) + Self.field(44, 8) + Self.field(0, 4) + Self.field(0, 8)
      file += Self.field(entries.count, 8) + Self.field(entries.count, 8)
      file += Self.field(directory.count, 8) + Self.field(offset, 8)
      file +=
        Self.field(0x0706_4B50, 4) + Self.field(0, 4) + Self.field(place, 8) + Self.field(1, 4)
    }
    file += Self.field(0x0605_4B50, 4) + Self.field(diskNumber, 2) + Self.field(0, 2)
    file += Self.field(entryCount ?? UInt16(entries.count), 2)
    file += Self.field(entryCount ?? UInt16(entries.count), 2)
    file += Self.field(size, 4) + Self.field(offset, 4) + Self.field(comment.count, 2)
    return file + comment
  }

  /// The lowest bytes of a number, the lowest first.
  package static func field(_ value: some BinaryInteger, _ count: Int) -> [UInt8] {
    (0..<count).map { $0 < 8 ? UInt8(truncatingIfNeeded: UInt64(value) >> (8 * UInt64($0))) : 0 }
  }
}
