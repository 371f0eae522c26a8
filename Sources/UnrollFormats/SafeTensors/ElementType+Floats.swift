#if _endian(big)
#error("The elements of files are little-endian and are read here as they stand.")
#endif

extension ElementType {
  /// Whether the elements can be converted to floats: F32, F16, BF16 and F64.
  var isFloatingPoint: Bool { [.float32, .float16, .bfloat16, .float64].contains(self) }

  /// Converts as many elements as `floats` holds, which are packed in `bytes` and not aligned; F64 is rounded.
  func convert(_ bytes: UnsafeRawBufferPointer, to floats: UnsafeMutableBufferPointer<Float>) {
    switch self {
    case .float16: Self.convert(bytes, to: floats) { (bits: UInt16) in Float(float16Bits: bits) }
    case .bfloat16: Self.convert(bytes, to: floats) { (bits: UInt16) in Float(bfloat16Bits: bits) }
    case .float64: Self.convert(bytes, to: floats) { (value: Double) in Float(value) }
    default:
      guard self == .float32 else { fatalError("\(rawValue) is not converted to floats") }
      UnsafeMutableRawBufferPointer(floats).copyMemory(from: bytes)
    }
  }

  private static func convert<Element: BitwiseCopyable>(
    _ bytes: UnsafeRawBufferPointer, to floats: UnsafeMutableBufferPointer<Float>,
    _ float: (Element) -> Float
  ) {
    let size = MemoryLayout<Element>.size
    for index in floats.indices {
      floats[index] = float(bytes.loadUnaligned(fromByteOffset: index * size, as: Element.self))
    }
  }
}
