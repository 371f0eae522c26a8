// Written out in integers: Swift has no Float16 on Intel Macs and no BFloat16 anywhere.
extension Float {
  /// The value of a half-precision float (IEEE 754 binary16), given by its bits; exact.
  package init(float16Bits bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 0x1F)
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0:
      // A subnormal is a multiple of 2⁻²⁴.
      self = Float(bitPattern: (Float(fraction) * 0x1p-24).bitPattern | sign)
    case 31:
      self = Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default:
      self = Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  /// The bits of the nearest half-precision float; ties go to the even one, and what is too large
  /// to infinity.
  package var float16Bits: UInt16 {
    let sign = UInt16(bitPattern >> 16) & 0x8000
    let magnitude = bitPattern & 0x7FFF_FFFF
    switch magnitude {
    case 0..<0x3880_0000:  // below 2⁻¹⁴
      // Floats from 0.5 to 1 are 2⁻²⁴ apart, so this sum is rounded as a subnormal half is.
      let sum = Float(bitPattern: magnitude) + 0.5
      return sign | UInt16(sum.bitPattern - Float(0.5).bitPattern)
    case 0x3880_0000..<0x4780_0000:  // below 2¹⁶
      // A carry out of the fraction goes on into the exponent, up to infinity.
      let rounded = magnitude + 0xFFF + (magnitude >> 13 & 1)
      return sign | UInt16((rounded - 112 << 23) >> 13)
    case 0x4780_0000...0x7F80_0000:
      return sign | 0x7C00
    default:
      return sign | 0x7E00
    }
  }

  /// The value of a bfloat16, given by its bits; exact.
  package init(bfloat16Bits bits: UInt16) {
    self = Float(bitPattern: UInt32(bits) << 16)
  }

  /// The bits of the nearest bfloat16; ties go to the even one, and what is too large to infinity.
  package var bfloat16Bits: UInt16 {
    guard !isNaN else { return UInt16(bitPattern >> 16) | 0x40 }
    return UInt16((bitPattern + 0x7FFF + (bitPattern >> 16 & 1)) >> 16)
  }
}
