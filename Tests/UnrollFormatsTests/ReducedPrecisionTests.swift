import Testing
import UnrollFormats
import UnrollTestSupport

struct ReducedPrecisionTests {
  @Test func everyHalfSurvivesTheWayThroughFloat() {
    for bits in UInt16.min ... .max {
      let value = Float(float16Bits: bits)
      if value.isNaN {
        #expect(Float(float16Bits: value.float16Bits).isNaN)
      } else if value.float16Bits != bits {
        Issue.record("\(bits) became \(value.float16Bits)")
      }
    }
  }

  @Test func everyBrainFloatSurvivesTheWayThroughFloat() {
    for bits in UInt16.min ... .max {
      let value = Float(bfloat16Bits: bits)
      if value.isNaN {
        #expect(Float(bfloat16Bits: value.bfloat16Bits).isNaN)
      } else if value.bfloat16Bits != bits {
        Issue.record("\(bits) became \(value.bfloat16Bits)")
      }
    }
  }

  static let halves: [(Float, UInt16)] = [
    (0, 0), (-0.0, 0x8000), (1, 0x3C00), (-2, 0xC000), (65504, 0x7BFF), (65519.996, 0x7BFF),
    (65520, 0x7C00), (1e10, 0x7C00), (-.infinity, 0xFC00), (0x1p-14, 0x0400), (0x1p-24, 0x0001),
    (0x1p-25, 0x0000), (0x1.000002p-25, 0x0001), (0x1.8p-24, 0x0002), (0x1p-149, 0x0000),
    (1 + 0x1p-11, 0x3C00), (1 + 0x1.8p-10, 0x3C02), (1 + 0x1.002p-11, 0x3C01), (.nan, 0x7E00),
    (0x1.ff8p-15, 0x03FF), (0x1.ffcp-15, 0x0400),
  ]

  @Test(arguments: halves)
  func floatIsRoundedToTheNearestHalf(value: Float, bits: UInt16) {
    #expect(value.float16Bits == bits)
  }

  static let brainFloats: [(Float, UInt16)] = [
    (0, 0), (-0.0, 0x8000), (1, 0x3F80), (.infinity, 0x7F80), (.greatestFiniteMagnitude, 0x7F80),
    (-.greatestFiniteMagnitude, 0xFF80), (1 + 0x1p-8, 0x3F80), (1 + 0x1.8p-7, 0x3F82),
    (1 + 0x1.0002p-8, 0x3F81), (Float(bitPattern: 0x7F80_0001), 0x7FC0),
    (Float(bitPattern: 0xFFFF_FFFF), 0xFFFF), (0x1p-149, 0),
  ]

  @Test(arguments: brainFloats)
  func floatIsRoundedToTheNearestBrainFloat(value: Float, bits: UInt16) {
    #expect(value.bfloat16Bits == bits)
  }

  #if !(os(macOS) && arch(x86_64))
  @Test func halvesEqualThoseOfTheHardware() {
    for bits in UInt16.min ... .max {
      let value = Float(Float16(bitPattern: bits))
      let ours = Float(float16Bits: bits)
      if value.isNaN != ours.isNaN || !value.isNaN && value.bitPattern != ours.bitPattern {
        Issue.record("\(bits) is \(value), not \(ours)")
      }
    }
    var generator = SeededGenerator(seed: 6)
    for _ in 0..<200_000 {
      let value = Float(bitPattern: UInt32.random(in: .min ... .max, using: &generator))
      if !value.isNaN, Float16(value).bitPattern != value.float16Bits {
        Issue.record("\(value)")
      }
    }
    // Random bits seldom fall into the range of halves.
    for _ in 0..<200_000 {
      let value = Float.random(in: -0x1p-12...0x1p-12, using: &generator)
      if Float16(value).bitPattern != value.float16Bits { Issue.record("\(value)") }
    }
  }
  #endif
}
