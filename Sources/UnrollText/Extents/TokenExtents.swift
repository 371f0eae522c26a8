internal import UnrollFormats

/// What the tokens of a row stand for in the text that was read: sums at every 4,096th token, and
/// records of the tokens between that stand for something else than their spelling.
struct TokenExtents: Sendable {
  /// The number of tokens between two sums.
  static let blockSize = 4096

  /// The sums before each block, and last the sum of all tokens.
  let sums: [TokenExtent]

  /// Where the records of each block end.
  let recordEnds: [Int]

  /// What comes behind the last token.
  let rest: TokenExtent

  let records: Records

  enum Records: Sendable {
    case memory([UInt8])
    /// A part of a file, and where it begins.
    case file(OpenFile, Int)

    /// Some of the bytes; throws `FileError`.
    func bytes(in range: Range<Int>) throws -> [UInt8] {
      switch self {
      case .memory(let bytes): Array(bytes[range])
      case .file(let file, let start):
        try file.bytes(in: start + range.lowerBound..<start + range.upperBound)
      }
    }
  }

  /// The records of a block; throws `FileError`.
  func records(of block: Int) throws -> [UInt8] {
    try records.bytes(in: (block == 0 ? 0 : recordEnds[block - 1])..<recordEnds[block])
  }

  // MARK: The index in a file: the rest and the sums, four numbers each, and the ends of the records

  /// The index as bytes.
  var index: [UInt8] {
    let numbers =
      ([rest] + sums).flatMap { [$0.bytes, $0.characters, $0.passed, $0.skipped] } + recordEnds
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 * numbers.count)
    for number in numbers {
      withUnsafeBytes(of: UInt64(number).littleEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  /// The number of bytes of the index of a row.
  static func indexSize(tokenCount: Int) -> Int {
    let blocks = (tokenCount + blockSize - 1) / blockSize
    return 8 * (4 * (blocks + 2) + blocks)
  }

  /// Restores an index of the right size that is known to be whole.
  init(index: [UInt8], tokenCount: Int, _ records: Records) {
    let numbers = index.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 8).map {
        Int(
          truncatingIfNeeded: UInt64(
            littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)))
      }
    }
    func extent(_ place: Int) -> TokenExtent {
      TokenExtent(
        bytes: numbers[4 * place], characters: numbers[4 * place + 1],
        passed: numbers[4 * place + 2], skipped: numbers[4 * place + 3])
    }
    let blocks = (tokenCount + Self.blockSize - 1) / Self.blockSize
    rest = extent(0)
    sums = (1...blocks + 1).map(extent)
    recordEnds = Array(numbers[(4 * (blocks + 2))...])
    self.records = records
  }

  init(sums: [TokenExtent], recordEnds: [Int], rest: TokenExtent, records: Records) {
    self.sums = sums
    self.recordEnds = recordEnds
    self.rest = rest
    self.records = records
  }
}

extension OpenFile {
  /// The bytes at a place; throws `FileError`.
  func bytes(in range: Range<Int>) throws -> [UInt8] {
    try Array(unsafeUninitializedCapacity: range.count) { buffer, count in
      try read(
        at: range.lowerBound,
        into: UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: buffer[..<range.count])))
      count = range.count
    }
  }
}
