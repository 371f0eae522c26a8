extension PyTorchArchive {
  /// One tensor of a file, which it keeps open.
  public struct Tensor: StoredTensor {
    /// The name, as in `state_dict`.
    public let name: String
    /// The type of the elements as they are stored.
    public let elementType: ElementType
    /// The size of each dimension; empty for a scalar.
    public let shape: [Int]
    /// How far apart neighbours are along each dimension, in elements.
    let strides: [Int]
    /// Of the first element in the storage, in elements.
    let offset: Int
    /// Where the storage's bytes are in the file.
    let storage: Range<Int>
    let contents: FileContents
    let source: String

    /// Writes the elements in row-major order to `floats`, which holds exactly as many.
    ///
    /// - Throws: ``PyTorchError`` unless they are F32, F16, BF16 or F64 (which is rounded).
    public func copy(to floats: UnsafeMutableBufferPointer<Float>) throws {
      guard floats.count == elementCount else {
        fatalError("\(elementCount) elements do not fit a buffer of \(floats.count)")
      }
      guard elementType.isFloatingPoint else { throw wrongElementType("F32, F16, BF16 or F64") }
      withPackedBytes { elementType.convert($0, to: floats) }
    }

    /// The elements in row-major order.
    ///
    /// - Throws: ``PyTorchError`` unless they are I64, I32, I16, I8, U8 or BOOL.
    public func integers() throws(PyTorchError) -> [Int] {
      func values<Element: FixedWidthInteger & BitwiseCopyable>(_: Element.Type) -> [Int] {
        withPackedBytes { bytes in
          (0..<elementCount).map {
            Int(
              truncatingIfNeeded: bytes.littleEndian(
                at: $0 * MemoryLayout<Element>.size, Element.self))
          }
        }
      }
      switch elementType {
      case .int64: return values(Int64.self)
      case .int32: return values(Int32.self)
      case .int16: return values(Int16.self)
      case .int8: return values(Int8.self)
      case .uint8, .bool: return values(UInt8.self)
      default: throw wrongElementType("a type of whole numbers")
      }
    }

    private func wrongElementType(_ needed: String) -> PyTorchError {
      PyTorchError(
        .wrongElementType, in: source,
        "has a tensor \(name.quotedForMessage) of \(elementType.rawValue), and \(needed) is needed")
    }

    /// Gives `body` the elements' bytes in row-major order: those of the file where they lie so, else copied together.
    private func withPackedBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
      let size = elementType.bitCount / 8
      return contents.withUnsafeBytes { file in
        guard elementCount > 0 else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        let first = storage.lowerBound + offset * size
        guard !isPacked else {
          return body(UnsafeRawBufferPointer(rebasing: file[first..<first + elementCount * size]))
        }
        let source = UnsafeRawBufferPointer(rebasing: file[first..<storage.upperBound])
        return withUnsafeTemporaryAllocation(byteCount: elementCount * size, alignment: 8) {
          packed in
          gather(from: source, into: packed, size: size)
          return body(UnsafeRawBufferPointer(packed))
        }
      }
    }

    /// Whether the elements follow each other in row-major order without gaps.
    private var isPacked: Bool {
      var expected = 1
      for (size, stride) in zip(shape, strides).reversed() where size != 1 {
        guard stride == expected else { return false }
        expected *= size
      }
      return true
    }

    /// Copies element by element, counting through the indices with the last one fastest.
    ///
    /// Positions wrap around: the stride of a single element may be any number, and is taken back at once.
    private func gather(
      from source: UnsafeRawBufferPointer, into packed: UnsafeMutableRawBufferPointer, size: Int
    ) {
      var index = [Int](repeating: 0, count: shape.count)
      var position = 0
      for element in 0..<elementCount {
        UnsafeMutableRawBufferPointer(rebasing: packed[element * size..<(element + 1) * size])
          .copyMemory(
            from: UnsafeRawBufferPointer(rebasing: source[position * size..<(position + 1) * size]))
        for axis in shape.indices.reversed() {
          index[axis] += 1
          position &+= strides[axis]
          guard index[axis] == shape[axis] else { break }
          position &-= index[axis] &* strides[axis]
          index[axis] = 0
        }
      }
    }
  }
}
