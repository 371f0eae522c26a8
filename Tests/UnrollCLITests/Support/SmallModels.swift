/// 1,350 characters, 29 of them distinct.
let fox = String(repeating: "the quick brown fox jumps over the lazy dog.\n", count: 30)

/// The arguments of `train` for a model that learns in no time.
let small = [
  "--hidden-size", "8", "--layers", "1", "--embedding-size", "0", "--schedule", "constant",
  "--learning-rate", "2e-3", "--batch-size", "4", "--sequence-length", "16", "--epochs",
  "2",
]

extension Workplace {
  /// A workplace with `fox.txt` and the model `fox.safetensors` trained on it.
  static func withModel() throws -> Workplace {
    let workplace = try Workplace()
    try workplace.write(fox, to: "fox.txt")
    _ = try workplace.unroll(
      ["train", "fox.txt", "--output", "fox.safetensors", "--quiet"] + small)
    return workplace
  }
}
