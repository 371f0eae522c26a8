/// The type of a stored tensor's elements, in safetensors' order of ascending alignment.
public enum ElementType: String, CaseIterable, Hashable, Sendable {
  /// A truth value in one byte.
  case bool = "BOOL"
  /// A 4-bit float.
  case float4 = "F4"
  /// A 6-bit float with 2 exponent and 3 mantissa bits.
  case float6e2m3 = "F6_E2M3"
  /// A 6-bit float with 3 exponent and 2 mantissa bits.
  case float6e3m2 = "F6_E3M2"
  /// An unsigned 8-bit integer.
  case uint8 = "U8"
  /// A signed 8-bit integer.
  case int8 = "I8"
  /// An 8-bit float with 5 exponent and 2 mantissa bits.
  case float8e5m2 = "F8_E5M2"
  /// An 8-bit float with 4 exponent and 3 mantissa bits.
  case float8e4m3 = "F8_E4M3"
  /// An 8-bit power of two.
  case float8e8m0 = "F8_E8M0"
  /// An 8-bit float with 4 exponent and 3 mantissa bits, without infinity and negative zero.
  case float8e4m3fnuz = "F8_E4M3FNUZ"
  /// An 8-bit float with 5 exponent and 2 mantissa bits, without infinity and negative zero.
  case float8e5m2fnuz = "F8_E5M2FNUZ"
  /// A signed 16-bit integer.
  case int16 = "I16"
  /// An unsigned 16-bit integer.
  case uint16 = "U16"
  /// A half-precision float of IEEE 754.
  case float16 = "F16"
  /// The upper half of a single-precision float.
  case bfloat16 = "BF16"
  /// A signed 32-bit integer.
  case int32 = "I32"
  /// An unsigned 32-bit integer.
  case uint32 = "U32"
  /// A single-precision float of IEEE 754.
  case float32 = "F32"
  /// A complex number of two single-precision floats.
  case complex64 = "C64"
  /// A double-precision float of IEEE 754.
  case float64 = "F64"
  /// A signed 64-bit integer.
  case int64 = "I64"
  /// An unsigned 64-bit integer.
  case uint64 = "U64"

  /// The size of one element in bits.
  public var bitCount: Int {
    switch self {
    case .float4: 4
    case .float6e2m3, .float6e3m2: 6
    case .bool, .uint8, .int8: 8
    case .float8e5m2, .float8e4m3, .float8e8m0, .float8e4m3fnuz, .float8e5m2fnuz: 8
    case .int16, .uint16, .float16, .bfloat16: 16
    case .int32, .uint32, .float32: 32
    case .complex64, .float64, .int64, .uint64: 64
    }
  }

  /// The number of bytes that a tensor of `shape` takes, packed.
  ///
  /// - Throws: ``SizeError`` if that does not fit into `Int` or is not a whole number of bytes.
  func byteCount(of shape: [Int]) throws(SizeError) -> Int {
    var bits = 1
    for factor in shape + [bitCount] {
      let (product, overflow) = bits.multipliedReportingOverflow(by: factor)
      guard !overflow else { throw .overflow }
      bits = product
    }
    guard bits % 8 == 0 else { throw .fractionOfByte }
    return bits / 8
  }

  enum SizeError: Error {
    case overflow, fractionOfByte
  }
}
