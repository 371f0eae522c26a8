internal import UnrollTensor
internal import UnrollText

/// How the next token is chosen from its logits.
///
/// The settings apply in this order: repetition penalty, temperature, top-k, top-p, min-p.
public struct Sampling: Sendable, Hashable {
  /// What logits are divided by: below 1 the likely becomes likelier; 0 always takes the likeliest.
  public var temperature: Float
  /// Only the k likeliest tokens stay.
  public var topK: Int?
  /// Only the likeliest tokens that together reach this probability stay (Holtzman et al. 2020).
  public var topP: Float?
  /// Only tokens at least this times as likely as the likeliest stay (Nguyen et al. 2024).
  public var minP: Float?
  /// What the logits of recent tokens are divided by where positive, multiplied by where negative (Keskar et al. 2019).
  public var repetitionPenalty: Float
  /// Whether the entry for unknown text may be chosen, which decodes to U+FFFD.
  public var allowsUnknown: Bool

  /// How many tokens back the repetition penalty looks.
  public static let repetitionWindow = 64

  /// The likeliest token, always.
  public static let greedy = Sampling(temperature: 0)

  /// Creates settings; by default, tokens are drawn with the model's own probabilities.
  public init(
    temperature: Float = 1, topK: Int? = nil, topP: Float? = nil, minP: Float? = nil,
    repetitionPenalty: Float = 1, allowsUnknown: Bool = false
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
    self.allowsUnknown = allowsUnknown
  }

  /// - Throws: `ModelError` if a setting is out of range.
  public func validate() throws {
    func require(_ condition: Bool, _ message: String) throws {
      if !condition { throw ModelError(.invalidSampling, message) }
    }
    try require(
      temperature >= 0 && temperature.isFinite, "The temperature is 0 or more, not \(temperature)")
    try require(topK.map { $0 > 0 } ?? true, "top-k is 1 or more, not \(topK ?? 0)")
    try require(
      topP.map { $0 > 0 && $0 <= 1 } ?? true, "top-p is above 0 and at most 1, not \(topP ?? 0)")
    try require(minP.map { $0 >= 0 && $0 <= 1 } ?? true, "min-p is 0 ... 1, not \(minP ?? 0)")
    try require(
      repetitionPenalty > 0 && repetitionPenalty.isFinite,
      "The repetition penalty is above 0 (1: none), not \(repetitionPenalty)")
  }

  /// Chooses a token.
  ///
  /// - Parameters:
  ///   - logits: one for each token, in place made what the choice was made from.
  ///   - recent: the tokens before, the last one last.
  func choose(
    from logits: UnsafeMutableBufferPointer<Float>, recent: some Sequence<Token>,
    using random: inout RandomStream
  ) -> Token {
    if repetitionPenalty != 1 {
      for token in Set(recent) {
        let logit = logits[Int(token)]
        logits[Int(token)] = logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty
      }
    }
    let likeliest = logits.indices.max { logits[$0] < logits[$1] } ?? 0
    guard temperature > 0, topK != 1, let base = logits.baseAddress else { return Token(likeliest) }
    let greatest = logits[likeliest]
    for index in logits.indices { logits[index] = (logits[index] - greatest) / temperature }
    kernels.softmax(rows: 1, columns: logits.count, base, into: base)
    restrict(logits, likeliest: likeliest)
    let total = logits.reduce(0, +)
    var rest = random.uniform() * total
    for (index, probability) in logits.enumerated() where probability > 0 {
      rest -= probability
      if rest < 0 { return Token(index) }
    }
    return Token(likeliest)
  }

  /// Sets to zero the probabilities of the tokens that top-k, top-p and min-p leave out.
  private func restrict(_ probabilities: UnsafeMutableBufferPointer<Float>, likeliest: Int) {
    if topK != nil || topP != nil {
      let ranked = probabilities.indices.sorted {
        (probabilities[$0], $1) > (probabilities[$1], $0)
      }
      var kept = min(topK ?? ranked.count, ranked.count)
      if let topP {
        let whole = ranked[..<kept].reduce(Float(0)) { $0 + probabilities[$1] }
        var sum: Float = 0
        let reached = ranked[..<kept].firstIndex { index in
          sum += probabilities[index]
          return sum >= topP * whole
        }
        kept = min(kept, (reached ?? kept - 1) + 1)
      }
      for index in ranked[kept...] { probabilities[index] = 0 }
    }
    if let minP {
      let least = minP * probabilities[likeliest]
      for index in probabilities.indices where probabilities[index] < least {
        probabilities[index] = 0
      }
    }
  }
}
