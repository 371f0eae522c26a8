package import UnrollFormats

/// How the weights of a file are stored. Models compute with 32 bits, whatever their file has.
public enum WeightPrecision: String, CaseIterable, Hashable, Sendable {
  /// 32 bits: the weights as they are.
  case float32 = "f32"
  /// 16 bits with 11 significant ones, up to 65,504 (IEEE 754 binary16).
  case float16 = "f16"
  /// 16 bits with 8 significant ones, in the range of 32 bits.
  case bfloat16 = "bf16"

  /// The type of the stored elements.
  package var elementType: ElementType {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    }
  }

  /// The least magnitude that rounds to infinity.
  private var limit: Float {
    switch self {
    case .float32: .infinity
    case .float16: 65_520
    case .bfloat16: 0x1.FFp127
    }
  }

  /// Checks the numbers of a weight before they are stored.
  ///
  /// - Throws: ``ParameterError`` if a number is not finite, or would become infinite.
  func check(_ floats: UnsafeBufferPointer<Float>, of name: String) throws(ParameterError) {
    let greatest = floats.greatestMagnitude
    guard greatest.isFinite else {
      throw ParameterError(
        .notFinite,
        "the tensor \(name) has numbers that are not finite (\(greatest)), and such weights are not written: train again with a lower learning rate, or take an earlier checkpoint"
      )
    }
    guard greatest >= limit, let number = floats.first(where: { $0.magnitude == greatest })
    else { return }
    throw ParameterError(
      .notRepresentable,
      "the tensor \(name) has the number \(number), which is beyond \(rawValue): use f32 or bf16")
  }
}
