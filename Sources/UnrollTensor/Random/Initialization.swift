#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Tensor {
  /// Elements drawn evenly from `from ..< to`, with the bits of PyTorch's `uniform_` on a CPU: one draw an element.
  public static func uniform(
    _ shape: Shape, from: Float, to: Float, using generator: inout MersenneTwister
  ) -> Tensor {
    let result = Tensor(uninitialized: shape)
    for index in 0..<result.count {
      let value = from.addingProduct(generator.uniform(), to - from)
      result.pointer[index] = value == to ? from : value
    }
    return result
  }

  /// Elements drawn from the normal distribution with mean 0 and variance 1 (Box and Muller 1958), with the bits of
  /// PyTorch's `normal_` on an x86-64 CPU with AVX2.
  ///
  /// Fewer than 16 elements come in pairs computed in double precision. From 16 on, blocks of 16 are computed in single
  /// precision with approximations of logarithm, sine and cosine, and an incomplete last block is made whole by drawing
  /// the last 16 elements again.
  public static func normal(_ shape: Shape, using generator: inout MersenneTwister) -> Tensor {
    let result = Tensor(uninitialized: shape)
    let (elements, count) = (result.pointer, result.count)
    guard count >= NormalBlock.size else {
      for index in 0..<count { elements[index] = Float(generator.normal()) }
      return result
    }
    for index in 0..<count { elements[index] = generator.uniform() }
    for first in stride(from: 0, through: count - NormalBlock.size, by: NormalBlock.size) {
      NormalBlock.transform(elements + first)
    }
    if count % NormalBlock.size != 0 {
      let last = elements + (count - NormalBlock.size)
      for index in 0..<NormalBlock.size { last[index] = generator.uniform() }
      NormalBlock.transform(last)
    }
    return result
  }
}

extension MersenneTwister {
  /// A normal number in double precision; every second call returns what the call before had left over.
  fileprivate mutating func normal() -> Double {
    if let waiting = leftoverNormal {
      leftoverNormal = nil
      return waiting
    }
    let angle = 2 * Double.pi * uniformDouble()
    let radius = (-2 * log1p(-uniformDouble())).squareRoot()
    leftoverNormal = radius * sin(angle)
    return radius * cos(angle)
  }

  /// The next 53 bits as a number of 0 ..< 1.
  private mutating func uniformDouble() -> Double {
    let bits: UInt64 = next()
    return Double(bits & (1 << 53 - 1)) * 0x1p-53
  }
}

/// The Box–Muller transform of 16 numbers of 0 ..< 1 into as many normal ones, eight cosines and their eight sines, with the
/// polynomials of the Cephes library (Moshier 1992) as PyTorch fuses them.
private enum NormalBlock {
  static let size = 16
  private static let twoPi = Float(2 * Double.pi)

  static func transform(_ values: UnsafeMutablePointer<Float>) {
    for index in 0..<size / 2 {
      let radius = (-2 * logarithm(1 - values[index])).squareRoot()
      let (sine, cosine) = sineAndCosine(twoPi * values[index + size / 2])
      // Adding the mean, zero, turns −0 into 0.
      values[index] = radius * cosine + 0
      values[index + size / 2] = radius * sine + 0
    }
  }

  /// Of 2⁻²⁴ ... 1.
  private static func logarithm(_ value: Float) -> Float {
    // log(1 + x) = x − x² / 2 + x³ P(x) for 1 + x in √½ ... √2.
    var exponent = Float(value.exponent + 1)
    var x = value.significand / 2
    if x < 0.707_106_77 {
      exponent -= 1
      x = x - 1 + x
    } else {
      x -= 1
    }
    let square = x * x
    var y = (exponent * -2.121_944_4e-4).addingProduct(x * polynomial(logarithmTerms, x), square)
    y.addProduct(-square, 0.5)
    return (x + y).addingProduct(exponent, 0.693_359_375)
  }

  /// Of 0 ... 2π.
  private static func sineAndCosine(_ angle: Float) -> (sine: Float, cosine: Float) {
    let octant = (Int(angle * 1.273_239_5) + 1) & ~1
    let x = minusQuarterPi.reduce(angle) { $0.addingProduct(Float(octant), $1) }
    let square = x * x
    let odd = x.addingProduct(x, square * polynomial(sineTerms, square))
    let even = (-(square * 0.5)).addingProduct(square, square * polynomial(cosineTerms, square)) + 1
    let (sine, cosine) = octant & 2 == 0 ? (odd, even) : (even, odd)
    return (octant & 4 == 0 ? sine : -sine, (octant + 2) & 4 == 0 ? cosine : -cosine)
  }

  /// Highest power first.
  private static func polynomial(_ terms: [Float], _ x: Float) -> Float {
    terms.dropFirst().reduce(terms[0]) { $1.addingProduct($0, x) }
  }

  private static let logarithmTerms: [Float] = [
    7.037_683_629_2e-2, -1.151_461_031e-1, 1.167_699_874e-1, -1.242_014_084_6e-1,
    1.424_932_278_7e-1, -1.666_805_766_5e-1, 2.000_071_476_5e-1, -2.499_999_399_3e-1,
    3.333_333_117_4e-1,
  ]
  /// In three parts.
  private static let minusQuarterPi: [Float] = [
    -0.785_156_25, -2.418_756_484_985_351_562_5e-4, -3.774_894_977_445_941_08e-8,
  ]
  private static let sineTerms: [Float] = [
    -1.951_529_589_1e-4, 8.332_160_873_6e-3, -1.666_665_461_1e-1,
  ]
  private static let cosineTerms: [Float] = [
    2.443_315_711_809_948e-5, -1.388_731_625_493_765e-3, 4.166_664_568_298_827e-2,
  ]
}
