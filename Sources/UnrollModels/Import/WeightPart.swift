/// The name of a tensor that a weight is computed from.
struct WeightPart {
  enum Role {
    /// Of the AWD-LSTM: the weight before dropout.
    case raw
    /// Of weight norm: g in g v / ‖v‖.
    case magnitude
    /// The weight before whatever is done to it.
    case original
  }

  enum Suffix: String {
    case direction = "_v"
    case spectralVector = "_u"
    case mask = "_mask"
    case directionOriginal = "original1"
  }

  /// The name of the weight.
  let weight: String
  let role: Role
  /// What the names of all tensors of this weight begin with.
  private let stem: String
  /// Whether it is of `torch.nn.utils.parametrize`.
  let isParametrization: Bool

  init?(_ name: String) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard let last = parts.last else { return nil }
    if parts.count >= 3, parts[parts.count - 3] == "parametrizations", last.hasPrefix("original") {
      guard last == "original0" || last == "original" else { return nil }
      weight = (parts.dropLast(3) + [parts[parts.count - 2]]).joined(separator: ".")
      role = last == "original" ? .original : .magnitude
      stem = parts.dropLast().joined(separator: ".") + "."
      isParametrization = true
      return
    }
    guard last.hasPrefix("weight") || last.hasPrefix("bias") else { return nil }
    let roles: [(suffix: String, role: Role)] = [
      ("_raw", .raw), ("_g", .magnitude), ("_orig", .original),
    ]
    guard let found = roles.first(where: { last.hasSuffix($0.suffix) }) else { return nil }
    weight = String(name.dropLast(found.suffix.count))
    role = found.role
    stem = weight
    isParametrization = false
  }

  func sibling(_ suffix: Suffix) -> String { stem + suffix.rawValue }
}
