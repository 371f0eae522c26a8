/// The header of a safetensors file; one that exists has passed every check of the format.
///
/// The rules are those of the reference implementation, and these beyond it, all for files on which
/// readers disagree: a name may not occur twice anywhere, an entry has no other members than the
/// three of the format, metadata is not `null`, and there are at most
/// ``SafeTensors/maximumTensorCount`` tensors. White space around the JSON is accepted, as the
/// reference does: writers pad with it in front to align the data with pages.
struct SafeTensorsHeader {
  /// What the header says of one tensor.
  struct Tensor {
    let name: String
    let elementType: ElementType
    let shape: [Int]
    /// Where its bytes are, counted from the end of the header.
    let bytes: Range<Int>
  }

  /// The tensors in the order of their bytes, which they share out without gaps.
  let tensors: [Tensor]
  let metadata: [String: String]
  /// The offset of the first tensor's bytes in the file.
  let dataOffset: Int

  /// Checks a whole file, called `source` in errors; throws ``SafeTensorsError``.
  init(of file: UnsafeRawBufferPointer, source: String) throws {
    guard file.count >= 8 else {
      throw SafeTensorsError(
        .headerTooSmall, in: source,
        "the file has \(file.count) bytes, and a safetensors file begins with 8 for a length")
    }
    let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
    guard length <= SafeTensors.maximumHeaderByteCount else {
      throw SafeTensorsError(
        .headerTooLarge, in: source,
        "the header claims \(length) bytes, and at most \(SafeTensors.maximumHeaderByteCount) are "
          + "allowed; this is probably not a safetensors file")
    }
    dataOffset = 8 + Int(length)
    guard dataOffset <= file.count else {
      throw SafeTensorsError(
        .headerTruncated, in: source,
        "the header ends at byte \(dataOffset), and the file at byte \(file.count); it is cut off")
    }
    var parser = SafeTensorsHeaderParser(source: source)
    try parser.parse(UnsafeRawBufferPointer(rebasing: file[8..<dataOffset]))
    metadata = parser.metadata
    tensors = parser.tensors.sorted {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
    try Self.check(tensors, fill: file.count - dataOffset, source)
  }

  /// Checks that each tensor begins where the one before it ends and has the bytes that its shape
  /// needs.
  private static func check(
    _ tensors: [Tensor], fill byteCount: Int, _ source: String
  ) throws(SafeTensorsError) {
    var end = 0
    for tensor in tensors {
      guard tensor.bytes.lowerBound == end else {
        throw SafeTensorsError(
          .invalidOffsets, in: source, tensor: tensor.name,
          "begins at byte \(tensor.bytes.lowerBound) of the data, and the one before ends at \(end)"
        )
      }
      end = tensor.bytes.upperBound
      let needed = try needed(tensor, source)
      guard tensor.bytes.count == needed else {
        throw SafeTensorsError(
          .sizeMismatch, in: source, tensor: tensor.name,
          "has \(tensor.bytes.count) bytes, and its \(tensor.typeAndShape) needs \(needed)")
      }
    }
    guard end == byteCount else {
      throw SafeTensorsError(
        .fileSizeMismatch, in: source,
        "the tensors take \(end) bytes, and \(byteCount) follow the header; "
          + (byteCount < end ? "the file is cut off" : "something is appended to the file"))
    }
  }

  private static func needed(
    _ tensor: Tensor, _ source: String
  ) throws(SafeTensorsError) -> Int {
    do throws(ElementType.SizeError) {
      return try tensor.elementType.byteCount(of: tensor.shape)
    } catch {
      switch error {
      case .overflow:
        throw SafeTensorsError(
          .overflow, in: source, tensor: tensor.name,
          "has more bytes than can be counted, by its \(tensor.typeAndShape)")
      case .fractionOfByte:
        throw SafeTensorsError(
          .fractionOfByte, in: source, tensor: tensor.name,
          "does not fill its last byte, by its \(tensor.typeAndShape)")
      }
    }
  }
}

extension SafeTensorsHeader.Tensor {
  /// The type and the sizes for a message, whose length a hostile file must not decide.
  fileprivate var typeAndShape: String {
    let sizes = shape.prefix(8).map(String.init) + (shape.count > 8 ? ["…"] : [])
    return "\(elementType.rawValue) [\(sizes.joined(separator: ", "))]"
  }
}
