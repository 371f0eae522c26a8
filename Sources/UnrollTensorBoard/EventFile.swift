internal import SwiftProtobuf
internal import UnrollFormats

/// A file of TensorFlow's records, each an event: its length, the length's checksum, the event, and the event's checksum.
struct EventFile {
  private let file: AppendedFile

  /// Creates the file.
  init(path: String) throws {
    file = try AppendedFile(appendingTo: path, keeping: 0)
  }

  func append(_ event: TensorBoardEvent) throws {
    let content: [UInt8] = try event.serializedBytes()
    let length = Self.littleEndian(UInt64(content.count))
    try file.append(
      length + Self.littleEndian(CRC32C.masked(length)) + content
        + Self.littleEndian(CRC32C.masked(content)))
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
