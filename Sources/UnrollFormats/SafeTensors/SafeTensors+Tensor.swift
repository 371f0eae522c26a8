extension SafeTensors {
  /// One tensor of a file, which it keeps open.
  public struct Tensor: Sendable {
    /// The name, for models as in PyTorch's `state_dict`.
    public let name: String
    /// The type of the elements as they are stored.
    public let elementType: ElementType
    /// The size of each dimension; empty for a scalar.
    public let shape: [Int]
    /// Where the elements are in the file.
    let byteRange: Range<Int>
    let contents: FileContents
    let source: String

    /// The number of bytes.
    public var byteCount: Int { byteRange.count }

    /// The number of elements.
    public var elementCount: Int { shape.reduce(1, *) }

    /// Gives the stored bytes to `body`: packed, row-major, little-endian, not aligned.
    public func withUnsafeBytes<Result>(
      _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
      try contents.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[byteRange])) }
    }

    /// The elements where they are for as long as `owner` lives; `nil` unless they are F32 and can
    /// be used in place.
    package var floatsInPlace: (floats: UnsafeBufferPointer<Float>, owner: FileContents)? {
      guard elementType == .float32,
        let start = contents.address.map({ $0 + byteRange.lowerBound }),
        UInt(bitPattern: start) % UInt(MemoryLayout<Float>.alignment) == 0
      else { return nil }
      let floats = start.assumingMemoryBound(to: Float.self)
      return (UnsafeBufferPointer(start: floats, count: elementCount), contents)
    }

    /// The elements in row-major order.
    ///
    /// - Throws: ``SafeTensorsError`` unless they are F32, F16, BF16 or F64 (which is rounded).
    public func floats() throws(SafeTensorsError) -> [Float] {
      try checkFloatingPoint()
      return [Float](unsafeUninitializedCapacity: elementCount) { buffer, count in
        count = elementCount
        let floats = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
        withUnsafeBytes { elementType.convert($0, to: floats) }
      }
    }

    /// Writes the elements in row-major order to `floats`, which holds exactly as many.
    ///
    /// - Throws: ``SafeTensorsError`` unless they are F32, F16, BF16 or F64 (which is rounded).
    public func copy(
      to floats: UnsafeMutableBufferPointer<Float>
    ) throws(SafeTensorsError) {
      guard floats.count == elementCount else {
        fatalError("\(elementCount) elements do not fit a buffer of \(floats.count)")
      }
      try checkFloatingPoint()
      withUnsafeBytes { elementType.convert($0, to: floats) }
    }

    private func checkFloatingPoint() throws(SafeTensorsError) {
      guard elementType.isFloatingPoint else {
        throw SafeTensorsError(
          .notFloatingPoint, in: source, tensor: name,
          "has elements of \(elementType.rawValue), and F32, F16, BF16 or F64 is needed")
      }
    }
  }
}
