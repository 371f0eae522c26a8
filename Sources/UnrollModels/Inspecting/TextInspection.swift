public import UnrollText
public import UnrollTensor

/// What a model does while it reads a text: its units, gates and guesses at each token.
public struct TextInspection: Sendable {
  /// The sizes of the model.
  public let configuration: LanguageModel.Configuration
  /// The tokenizer of the model.
  public let tokenizer: Tokenizer
  /// The T tokens that were read.
  public let tokens: [Token]
  /// The documents, one for a stream: ranges of the tokens. Each is read from the initial state.
  public let documents: [Range<Int>]
  /// Whether these are all tokens of the text, and not only its beginning.
  public internal(set) var isWhole = true
  /// Which number of the units was looked at.
  public let unitValue: UnitValue
  /// The numbers of all units after each token, `[T, L H]`, those of the first layer first.
  public let values: Tensor
  /// How often the gates are nearly shut or open, for each layer and gate.
  public let saturation: [GateSaturation]

  /// The standard deviation of each unit; 0 for one that is always the same, but for rounding.
  let deviations: [Float]
  /// Of each token; NaN for one that nothing stands before.
  let logProbabilities: [Float]
  /// Behind each token, `likeliestCount` in a row.
  let likeliest: [LikelyToken]
  let likeliestCount: Int

  /// −log2 of the probability of a token: how surprising it was, in bits; `nil` for the first of a document.
  public func bits(of place: Int) -> Double? {
    let logProbability = logProbabilities[place]
    return logProbability.isNaN ? nil : Double(-logProbability) / natsPerBit
  }

  /// The mean of the bits over all tokens that have some; NaN without one.
  public var meanBits: Double {
    let all = tokens.indices.compactMap { bits(of: $0) }
    return all.reduce(0, +) / Double(all.count)
  }

  /// What the model finds likeliest to follow a token, the likeliest first.
  public func likeliestNext(after place: Int) -> ArraySlice<LikelyToken> {
    likeliest[place * likeliestCount..<(place + 1) * likeliestCount]
  }

  /// All units, in the order of `values`.
  public var units: [RecurrentUnit] {
    (1...configuration.layerCount).flatMap { layer in
      (1...configuration.hiddenSize).map { RecurrentUnit(layer: layer, index: $0) }
    }
  }

  /// Whether the model has such a unit.
  public func has(_ unit: RecurrentUnit) -> Bool {
    (1...configuration.layerCount).contains(unit.layer)
      && (1...configuration.hiddenSize).contains(unit.index)
  }

  /// The numbers of a unit after each token.
  public func values(of unit: RecurrentUnit) -> [Float] {
    guard has(unit) else {
      fatalError(
        "There is no unit \(unit) in \(configuration.layerCount) layers of \(configuration.hiddenSize) units"
      )
    }
    let column = (unit.layer - 1) * configuration.hiddenSize + unit.index - 1
    let width = values.shape[1]
    return values.withUnsafeElements { elements in
      tokens.indices.map { elements[$0 * width + column] }
    }
  }

  /// The properties of the text after each token, of each document by itself.
  public var properties: TextProperties {
    var properties = TextProperties(of: [], by: tokenizer)
    for document in documents {
      properties += TextProperties(of: tokens[document], by: tokenizer)
    }
    return properties
  }

  /// Where a unit is strongest, the strongest place first.
  ///
  /// - Parameters:
  ///   - unit: the unit.
  ///   - count: how many places are wanted.
  ///   - isNegative: whether the lowest numbers are wanted instead of the highest.
  ///   - distance: how many tokens two places are apart at least.
  public func strongestPlaces(
    of unit: RecurrentUnit, count: Int, isNegative: Bool = false, distance: Int = 32
  ) -> [Int] {
    let values = values(of: unit).map { isNegative ? -$0 : $0 }
    var places: [Int] = []
    for place in values.indices.sorted(by: { (values[$0], $1) > (values[$1], $0) }) {
      guard places.count < count else { break }
      if places.allSatisfy({ abs($0 - place) >= distance }) { places.append(place) }
    }
    return places
  }
}
