public import UnrollTensor
public import UnrollText

extension Sampling {
  /// Chooses a token from logits `[V]`.
  ///
  /// - Parameters:
  ///   - logits: one for each token; NaN is never chosen.
  ///   - recent: the tokens before, the last one last.
  ///   - random: what is drawn from; it goes on.
  /// - Throws: `ModelError` if a setting is out of range, or no token is left to choose.
  public func choose(
    from logits: Tensor, recent: [Token] = [], using random: inout RandomStream
  ) throws -> Token {
    try withProcessed(logits, recent) { processed in
      guard let token = draw(from: processed, using: &random) else { throw nothingLeft }
      return token
    }
  }

  /// The probabilities `[V]` that a token is drawn with; for a temperature of 0, one for the likeliest.
  ///
  /// - Throws: as `choose(from:recent:using:)`.
  public func probabilities(from logits: Tensor, recent: [Token] = []) throws -> Tensor {
    try withProcessed(logits, recent) { processed in
      guard let likeliest = makeProbabilities(processed) else { throw nothingLeft }
      if isGreedy {
        processed.update(repeating: 0)
        processed[likeliest] = 1
      }
      let total = processed.reduce(0, +)
      return Tensor(processed.map { $0 / total }, shape: [processed.count])
    }
  }

  private func withProcessed<Result>(
    _ logits: Tensor, _ recent: [Token],
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) throws -> Result {
    try validate()
    let count = logits.count
    try require(logits.shape == [count] && count > 0, "Logits of shape \(logits.shape), not [V]")
    for token in Array(bias.keys) + Array(bannedTokens) + recent {
      try require(0 <= token && token < count, "There is no token \(token) among \(count) logits")
    }
    var processed = logits
    return try processed.withUnsafeMutableElements { elements in
      process(elements, recent: recent[...])
      return try body(elements)
    }
  }

  private var nothingLeft: ModelError {
    ModelError(
      .invalidSampling,
      "No token is left to choose: each is banned, or its logit is not a number above −∞")
  }

  /// Whether nothing is drawn.
  var isGreedy: Bool { temperature == 0 || topK == 1 }

  /// Applies bias, penalties and bans to logits or log-probabilities, in place.
  func process(_ logits: UnsafeMutableBufferPointer<Float>, recent: ArraySlice<Token>) {
    // A number that is so large that it becomes infinite is not a ban.
    func change(_ token: Token, _ body: (Float) -> Float) {
      let logit = logits[Int(token)]
      let limit = Float.greatestFiniteMagnitude
      if logit.isFinite { logits[Int(token)] = min(max(body(logit), -limit), limit) }
    }
    if !bias.isEmpty {
      for (token, amount) in bias { change(token) { $0 + amount } }
    }
    if hasPenalties {
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: logits.count) { counts in
        counts.initialize(repeating: 0)
        for token in recent.suffix(penaltyWindow) { counts[Int(token)] += 1 }
        for token in recent.suffix(penaltyWindow) where counts[Int(token)] > 0 {
          let count = Float(counts[Int(token)])
          counts[Int(token)] = 0
          change(token) { logit in
            let scaled = logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty
            return scaled - presencePenalty - frequencyPenalty * count
          }
        }
      }
    }
    if !bannedTokens.isEmpty {
      for token in bannedTokens { logits[Int(token)] = -.infinity }
    }
  }

  /// Draws from processed logits, which become what the draw was made from; `nil` if no token is left.
  func draw(
    from logits: UnsafeMutableBufferPointer<Float>, using random: inout RandomStream
  ) -> Token? {
    guard let likeliest = makeProbabilities(logits) else { return nil }
    if isGreedy { return Token(likeliest) }
    var rest = random.uniform() * logits.reduce(0, +)
    var last = likeliest
    for (index, probability) in logits.enumerated() where probability > 0 {
      rest -= probability
      last = index
      if rest < 0 { break }
    }
    return Token(last)
  }

  /// Makes probabilities (up to a factor) of processed logits, unless the choice is greedy; returns the likeliest token, `nil`
  /// if none is left.
  private func makeProbabilities(_ logits: UnsafeMutableBufferPointer<Float>) -> Int? {
    guard let likeliest = Self.likeliest(of: logits), let base = logits.baseAddress else {
      return nil
    }
    if isGreedy { return likeliest }
    let greatest = logits[likeliest]
    if greatest == .infinity {
      for index in logits.indices { logits[index] = logits[index] == .infinity ? 0 : -.infinity }
    } else {
      for index in logits.indices { logits[index] = (logits[index] - greatest) / temperature }
    }
    kernels.softmax(rows: 1, columns: logits.count, base, into: base)
    if topK != nil || topP != nil { keepLikeliest(logits) }
    if let minP {
      let least = minP * logits[likeliest]
      for index in logits.indices where logits[index] < least { logits[index] = 0 }
    }
    if let typicalP { Self.keepTypical(logits, typicalP) }
    return likeliest
  }

  /// The first of the greatest logits; those that are not numbers become −∞.
  private static func likeliest(of logits: UnsafeMutableBufferPointer<Float>) -> Int? {
    var greatest = -Float.infinity
    var place: Int?
    for index in logits.indices {
      let logit = logits[index]
      if logit > greatest {
        greatest = logit
        place = index
      } else if logit.isNaN {
        logits[index] = -.infinity
      }
    }
    return place
  }

  /// Sets to zero the probabilities that top-k and top-p leave out.
  private func keepLikeliest(_ probabilities: UnsafeMutableBufferPointer<Float>) {
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

  /// Sets to zero the probabilities of all but the most typical tokens that together have `mass`.
  private static func keepTypical(
    _ probabilities: UnsafeMutableBufferPointer<Float>, _ mass: Float
  ) {
    let places = probabilities.indices.filter { probabilities[$0] > 0 }
    let total = places.reduce(Float(0)) { $0 + probabilities[$1] }
    let shares = places.map { probabilities[$0] / total }
    var surprises = shares
    surprises.withUnsafeMutableBufferPointer { surprises in
      guard let base = surprises.baseAddress else { return }
      kernels.log(base, into: base, count: surprises.count)
    }
    var entropy: Float = 0
    for (share, logarithm) in zip(shares, surprises) { entropy -= share * logarithm }
    let distances = surprises.map { abs(-$0 - entropy) }
    let ranked = shares.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
    var sum: Float = 0
    let last = ranked.first { index in
      sum += shares[index]
      return sum >= mass
    }
    guard let last else { return }
    for index in shares.indices where distances[index] > distances[last] {
      probabilities[places[index]] = 0
    }
  }
}
