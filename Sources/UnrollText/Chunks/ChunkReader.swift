internal import UnrollFormats

/// A part of a text that becomes the same tokens as in its place in the whole.
struct TextChunk: Sendable {
  /// The index of the text among those that are read.
  let file: Int

  /// What was read, and before it what the part before has left.
  let bytes: [UInt8]

  /// The offset of the first of these bytes in the text.
  let offset: Int

  /// The part that is to be worked on, in `bytes`; the next one begins where it ends.
  let range: Range<Int>

  /// The part that was read now, in `bytes`.
  let block: Range<Int>

  /// Whether the text ends here.
  var isLast: Bool
}

/// Reads texts one after the other, in chunks of about the size of a block.
struct ChunkReader {
  /// The largest stretch without a place to cut it: such a piece is in memory as a whole.
  static let longestStretch = 16 << 20

  private let files: [TextFile]
  private let cut: TextCut
  private let otherwise: TextCut?
  private let blockSize: Int

  private var index = 0
  private var opened: OpenText?
  private var offset = 0
  /// The bytes before `offset` that are behind the last cut.
  private var rest: [UInt8] = []

  /// - Parameter otherwise: where a stretch is cut that is too long, which is an error without it.
  init(_ files: [TextFile], cut: TextCut, blockSize: Int, otherwise: TextCut? = nil) {
    self.otherwise = otherwise
    self.files = files
    self.cut = cut
    self.blockSize = blockSize
  }

  /// The next chunk, or `nil` after the last; throws `FileError` and `TextError`.
  ///
  /// The bytes have not been checked to be UTF-8, but no cut is within a scalar.
  mutating func next() throws -> TextChunk? {
    guard index < files.count else { return nil }
    let file = files[index]
    let opened = try self.opened ?? file.open()
    self.opened = opened
    let count = min(blockSize, file.byteCount - offset)
    let (before, start) = (rest.count, offset - rest.count)
    var bytes = rest
    bytes.reserveCapacity(before + count)
    bytes.append(
      contentsOf: try opened.bytes(in: offset..<offset + count))
    offset += count
    let isLast = offset == file.byteCount
    var end =
      isLast
      ? bytes.count
      : bytes.withUnsafeBufferPointer { cut.last(in: $0, after: max(0, before - 4)) } ?? 0
    if bytes.count - end > Self.longestStretch, let otherwise {
      end = bytes.withUnsafeBufferPointer { otherwise.last(in: $0, after: 0) } ?? 0
    }
    rest = Array(bytes[end...])
    defer {
      if isLast {
        index += 1
        offset = 0
        self.opened = nil
      }
    }
    if isLast { try opened.checkUnchanged() }
    guard rest.count <= Self.longestStretch else {
      throw TextError(
        .tooLong,
        "\(file.name) has more than \(Self.longestStretch >> 20) MiB without a place to cut it from "
          + "offset \(start + end) on: choose bytes or scalars as tokens, without a normalisation")
    }
    return TextChunk(
      file: index, bytes: bytes, offset: start, range: 0..<end, block: before..<bytes.count,
      isLast: isLast)
  }
}
