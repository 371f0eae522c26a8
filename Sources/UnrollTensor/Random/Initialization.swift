extension Tensor {
  public static func uniform(_ shape: Shape, from: Float, to: Float, using random: inout MersenneTwister) -> Tensor {
    Tensor((0..<shape.elementCount).map { _ in
      let v = from.addingProduct(Float(random.next() & 0xff_ffff) * 0x1p-24, to - from); return v == to ? from : v }, shape: shape)
  }
  public static func normal(_ shape: Shape, using random: inout MersenneTwister) -> Tensor {
    Tensor((0..<shape.elementCount).map { _ in Float(random.next() & 0xff_ffff) * 0x1p-24 }, shape: shape)
  }
}
