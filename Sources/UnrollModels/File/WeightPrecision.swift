internal import UnrollFormats

/// How the weights of a model file are stored. Models compute with 32 bits, whatever their file has.
public enum WeightPrecision: String, CaseIterable, Hashable, Sendable {
  /// 32 bits: the weights as they are.
  case float32 = "f32"
  /// 16 bits with 11 significant ones, up to 65,504 (IEEE 754 binary16).
  case float16 = "f16"
  /// 16 bits with 8 significant ones, in the range of 32 bits.
  case bfloat16 = "bf16"

  var elementType: ElementType {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    }
  }

  /// What PyTorch calls it.
  var torchName: String {
    switch self {
    case .float32: "float32"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
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

  /// - Throws: `ModelError` for a number of the tensor `name` that would become infinite.
  func check(_ floats: UnsafeBufferPointer<Float>, of name: String) throws {
    guard self != .float32, let beyond = floats.first(where: { $0.isFinite && abs($0) >= limit })
    else { return }
    throw ModelError(
      .notRepresentable,
      "the tensor \(name) has the number \(beyond), which is beyond \(rawValue): use f32 or bf16")
  }
}
