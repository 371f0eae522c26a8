/// What is done to a text before it is cut into pieces.
struct TextPreparation {
  let normalization: Normalization
  let lowercase: Bool

  func apply(to text: String) -> String {
    let normalized = normalization.apply(to: text)
    return lowercase ? normalized.lowercased() : normalized
  }
}
