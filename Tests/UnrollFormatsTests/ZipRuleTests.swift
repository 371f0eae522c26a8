import Testing
import UnrollFormats
import UnrollTestSupport

/// Every rule of the zip archive around a pickle: one way to break it, and what is said.
struct ZipRuleTests {
  static let valid = StoredZip(.stateDictionary(.tensor()))

  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let code: PyTorchError.Code
    let words: String
    let bytes: [UInt8]

    init(
      _ description: String, _ code: PyTorchError.Code, _ words: String,
      _ change: (inout StoredZip) -> Void
    ) {
      var zip = ZipRuleTests.valid
      change(&zip)
      self.init(description, code, words, bytes: zip.bytes)
    }

    init(_ description: String, _ code: PyTorchError.Code, _ words: String, bytes: [UInt8]) {
      self.description = description
      self.code = code
      self.words = words
      self.bytes = bytes
    }
  }

  static let cases: [Case] = [
    Case("nothing", .notAnArchive, "is empty", bytes: []),
    Case("text", .notAnArchive, "is text", bytes: [UInt8]("hello".utf8)),
    Case(
      "a pickle", .notAnArchive, "a pickle of Python that torch.save did not write",
      bytes: [0x80, 2, 0x4E, 0x2E]),
    Case(
      "safetensors", .notAnArchive, "is a safetensors file", bytes: safeTensorsFile("{}")),
    Case("two letters", .notAnArchive, "is text", bytes: [UInt8]("PK".utf8)),
    Case("cut off", .damagedArchive, "cut off", bytes: valid.bytes.dropLast(1)),
    Case("something behind", .damagedArchive, "cut off", bytes: valid.bytes + [0]),
    Case("several disks", .damagedArchive, "one of several parts") { $0.diskNumber = 1 },
    Case("too many entries", .damagedArchive, "too short for its 60000 entries") {
      $0.entryCount = 60000
    },
    Case("one entry too many", .damagedArchive, "a directory without its entry 3") {
      $0.entryCount = 4
    },
    Case("one entry too few", .damagedArchive, "longer than its 2 entries") { $0.entryCount = 2 },
    Case("no entries", .damagedArchive, "longer than its 0 entries") { $0.entryCount = 0 },
    Case("directory outside", .damagedArchive, "does not end where") {
      $0.directoryOffset = 1 << 30
    },
    Case("directory too long", .damagedArchive, "does not end where") {
      $0.directorySize = 1 << 30
    },
    Case("a gap", .damagedArchive, "does not end where") { $0.gap = [0] },
    Case("shifted by a prefix", .notAnArchive, "in no format that is known here") { zip in
      // As programs that unpack themselves are: the places count from behind the program.
      zip.prefix = [UInt8]("PK..".utf8)
      for index in zip.entries.indices { zip.entries[index].headerOffset = 0 }
    },
    Case("zip64 without a record", .damagedArchive, "no zip64 record") { zip in
      zip.gap =
        StoredZip.field(0x0706_4B50, 4) + StoredZip.field(0, 4) + StoredZip.field(UInt64.max, 8) + [
          1, 0, 0, 0,
        ]
    },
    Case("contradicting records", .damagedArchive, "contradict each other") {
      $0.isWide = true
      $0.entryCount = 2
    },
    Case("encrypted", .compressedEntry, "encrypted") { $0.entries[0].flags = 1 },
    Case("compressed", .compressedEntry, "compressed") { $0.entries[0].method = 8 },
    Case("two sizes", .damagedArchive, "is stored in 3") { $0.entries[2].storedSize = 3 },
    Case("too large", .damagedArchive, "reaches into the directory") {
      $0.entries[2].size = 0xFFFF_FFF0
    },
    Case("reaching into the directory", .damagedArchive, "reaches into the directory") {
      $0.entries[2].size = 17
    },
    Case("overlapping", .damagedArchive, "overlap") { $0.entries[1].size = 7 },
    Case("at one place", .damagedArchive, "another name") { $0.entries[1].headerOffset = 0 },
    Case("outside", .damagedArchive, "lies outside the file") {
      $0.entries[1].headerOffset = 0xFFFF_FFF0
    },
    Case("no header", .damagedArchive, "does not begin where") { $0.entries[1].headerOffset = 5 },
    Case("another name inside", .damagedArchive, "another name") {
      $0.entries[2].localName = "archive/data/1"
    },
    Case("twice", .duplicateName, "two entries") { $0.entries.append($0.entries[2]) },
    Case("zip64 values missing", .damagedArchive, "extra fields") { $0.entries[2].size = .max },
    Case("extra field cut off", .damagedArchive, "extra fields") {
      $0.entries[2].size = .max
      $0.entries[2].extra = [1, 0, 16, 0, 0]
    },
    Case("zip64 values too large", .damagedArchive, "lies outside the file") {
      $0.entries[2].headerOffset = .max
      $0.entries[2].extra = [1, 0, 8, 0] + [UInt8](repeating: 0xFF, count: 8)
    },
    Case("wrong checksum", .checksumMismatch, "checksum") { $0.entries[2].checksum = 1 },
    Case("changed bytes", .checksumMismatch, "archive/data/0") { zip in
      let checksum = fourFloats.withUnsafeBytes { CRC32.checksum($0) }
      zip.entries[2].bytes[3] ^= 0x40
      zip.entries[2].checksum = checksum
    },
    Case("big-endian", .bigEndian, "highest byte first") {
      $0.entries[1].bytes = [UInt8]("big".utf8)
    },
    Case("TorchScript", .torchScript, "TorchScript") {
      $0.entries.append(.init("archive/constants.pkl", []))
    },
    Case("TorchScript's code", .torchScript, "TorchScript") {
      $0.entries.append(.init("archive/code/a.py", []))
    },
    Case("no pickle", .notAnArchive, "without the data.pkl") {
      $0.entries[0].name = "archive/data"
    },
    Case("two pickles", .notAnArchive, "several entries data.pkl") {
      $0.entries.append(.init("b/data.pkl", []))
    },
    Case("no storage", .storageMismatch, "not in the file") { $0.entries.removeLast() },
    Case("a short storage", .storageMismatch, "12 bytes are stored") {
      $0.entries[2].bytes.removeLast(4)
    },
  ]

  @Test(arguments: cases)
  func brokenRulesAreNamed(_ broken: Case) {
    let error = #expect(throws: PyTorchError.self) {
      try PyTorchArchive(bytes: broken.bytes, source: "model.pt")
    }
    #expect(error?.code == broken.code)
    #expect(error?.message.hasPrefix("'model.pt' ") == true)
    #expect(error?.message.contains(broken.words) == true, "\(error?.message ?? "")")
  }

  static let accepted: [@Sendable (StoredZip) -> StoredZip] = [
    { $0 },
    { zip in
      var zip = zip
      zip.comment = [UInt8](repeating: 0x50, count: 300)
      return zip
    },
    { zip in
      var zip = zip
      zip.isWide = true
      return zip
    },
    { zip in
      // All that 32 bits could hold is in the wide records and fields.
      var zip = zip
      zip.isWide = true
      (zip.entryCount, zip.directorySize) = (.max, .max)
      zip.entries[0].size = .max
      zip.entries[0].extra = [9, 9, 1, 0, 7, 1, 0, 16, 0]
        .map { UInt8($0) }
      zip.entries[0].extra += StoredZip.field(zip.entries[0].bytes.count, 8)
      zip.entries[0].extra += StoredZip.field(zip.entries[0].bytes.count, 8)
      return zip
    },
    { zip in
      // Before 2.1.
      var zip = zip
      zip.entries.remove(at: 1)
      return zip
    },
    { zip in
      // A name that leads out of a folder is only a name.
      var zip = zip
      zip.entries.append(.init("../../etc/passwd", [1]))
      zip.entries.append(.init("/absolute", []))
      return zip
    },
  ]

  @Test(arguments: accepted.indices)
  func otherFormsOfOneArchiveAreRead(_ index: Int) throws {
    let file = try PyTorchArchive(bytes: Self.accepted[index](Self.valid).bytes)
    #expect(file.tensors.map(\.name) == ["w"])
    #expect(try file.tensors[0].floats() == [1, 2, 3, 4])
  }
}
