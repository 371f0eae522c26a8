import Testing
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText

/// What is seen of a model while it reads.
struct InspectionTests {
  private static let letters = randomText(2000, of: "abcdefghij", seed: 8)

  private static func randomText(
    _ count: Int, of letters: String = "abcdefABCDEF", seed: UInt64
  ) -> String {
    var random = RandomStream(seed: seed, purpose: .sampling)
    return String((0..<count).map { _ in letters.randomElement(using: &random) ?? "a" })
  }

  private static func heldOut(
    _ text: String, _ model: LanguageModel, by unit: DocumentUnit? = nil
  ) throws -> HeldOutText {
    let corpus = Corpus([TextFile(path: "x", text: text)])
    return try unit.map {
      try HeldOutText(
        Documents(corpus, by: $0, tokenizer: model.tokenizer), tokenizer: model.tokenizer)
    } ?? HeldOutText(corpus.tokens(by: model.tokenizer), tokenizer: model.tokenizer)
  }

  @Test(arguments: Variant.all)
  func isWhatReadingTheTextGives(_ variant: Variant) throws {
    let model = try variant.model()
    let text = String(Self.letters.prefix(700))
    let inspection = try #require(try Self.heldOut(text, model).inspection(of: model, limit: 600))
    let tokens = try model.tokenizer.encode(String(text.prefix(600)))
    #expect(inspection.tokens == tokens && inspection.documents == [0..<600])
    // Bits and guesses are those of the scores.
    let scores = try model.logProbabilities(of: tokens, after: [], likeliestCount: 5)
    #expect(inspection.tokens.indices.map { inspection.bits(of: $0) } == scores.map(\.bits))
    for place in 1..<600 {
      #expect(Array(inspection.likeliestNext(after: place - 1)) == scores[place].likeliest)
    }
    // Units are those of the states.
    var state = model.initialState(batchSize: 1)
    let history = model.states(after: Indices(tokens, shape: [600, 1]), state: &state)
    let isLSTM = variant.configuration.cell == .lstm
    #expect(inspection.unitValue == (isLSTM ? .cell : .hidden))
    for unit in inspection.units {
      let layer = isLSTM ? tanh(history.cell[unit.layer - 1]) : history.hidden[unit.layer - 1]
      let expected = layer.sliced(unit.index - 1..<unit.index, axis: 2).elements
      #expect(inspection.values(of: unit) == expected, "\(unit)")
    }
    // Behind the last token too there are guesses.
    state = model.initialState(batchSize: 1)
    let last = logSoftmax(model.logits(after: Indices(tokens, shape: [600, 1]), state: &state))[599]
    let guesses = inspection.likeliestNext(after: 599)
    #expect(guesses.first?.logProbability == last.elements.max() && guesses.count == 5)
  }

  @Test func documentsAreReadByThemselves() throws {
    let tokenizer = try Tokenizer("abc\n", reserved: [.end])
    let model = try LanguageModel(
      .init(cell: .lstm, hiddenSize: 6), tokenizer: tokenizer, seed: 1)
    let inspection = try #require(
      try Self.heldOut("abc\nba\nabc\n", model, by: .lines).inspection(of: model))
    #expect(inspection.documents == [0..<5, 5..<9, 9..<14])
    let unit = RecurrentUnit(layer: 1, index: 4)
    let values = inspection.values(of: unit)
    #expect(values[0..<5] == values[9..<14])
    #expect(inspection.bits(of: 5) == nil && inspection.bits(of: 6) != nil)
    #expect(inspection.properties[.positionInLine] == [0, 1, 2, 3, 3, 0, 1, 2, 2, 0, 1, 2, 3, 3])
    // A text by itself is read as a document.
    let alone = try model.inspection(of: "abc", unitValue: .hidden)
    #expect(alone.tokens == Array(inspection.tokens[0..<4]))
    let cut = try #require(
      try Self.heldOut("abc\nba\nabc\n", model, by: .lines).inspection(of: model, limit: 7))
    #expect(cut.documents == [0..<5, 5..<7] && cut.tokens.count == 7)
    #expect(!cut.isWhole && inspection.isWhole)
  }

  @Test func gatesThatAreAlwaysOpenOrShutAreSaturated() throws {
    var model = try Variant(configuration: .init(cell: .lstm, hiddenSize: 9)).model()
    // Biases that hold the input gate open, the forget gate shut and the output gate in the middle.
    model.forEachParameter { name, parameter in
      var values = [Float](repeating: 0, count: parameter.count)
      if name == "rnn.bias_ih_l0" {
        for unit in 0..<9 { (values[unit], values[9 + unit]) = (5, -5) }
      }
      parameter = Tensor(values, shape: parameter.shape)
    }
    let inspection = try model.inspection(of: "abcab")
    #expect(inspection.saturation.map(\.gate) == [.input, .forget, .output])
    #expect(inspection.saturation.map(\.highShare) == [1, 0, 0])
    #expect(inspection.saturation.map(\.lowShare) == [0, 1, 0])
    let plain = try Variant(configuration: .init(cell: .rnnTanh, layerCount: 2, hiddenSize: 9))
      .model().inspection(of: "abcab")
    #expect(plain.saturation.map(\.gate) == [nil, nil])
    #expect(plain.saturation.map(\.layer) == [1, 2])
  }

  @Test func gateSharesAreThoseOfTheGates() throws {
    let model = try Variant(configuration: .init(cell: .gru, layerCount: 2, hiddenSize: 9)).model()
    let tokens = Indices([0, 3, 1, 4, 1, 5, 9, 2], shape: [8, 1])
    var state = model.initialState(batchSize: 1)
    let history = model.states(after: tokens, state: &state)
    let gates = model.rnn.gates(over: .oneHot(tokens), history)
    let inspection = try model.inspection(of: model.tokenizer.decode(tokens.values))
    for saturation in inspection.saturation {
      let gate = try #require(saturation.gate)
      let values = try #require(gates[saturation.layer - 1][gate]).elements
      let below = values.count { $0 < 0.1 }
      #expect(abs(saturation.lowShare - Double(below) / Double(values.count)) < 1e-9)
    }
  }

  @Test func impossibleWishesAreRefused() throws {
    let model = try Variant(configuration: .init(cell: .gru, hiddenSize: 9)).model()
    #expect(throws: ModelError.self) { try model.inspection(of: "abc", unitValue: .cell) }
    #expect(throws: ModelError.self) { try model.inspection(of: "abc", likeliestCount: -1) }
    #expect(throws: TextError.self) { try model.inspection(of: "xyz") }
    let heldOut = try Self.heldOut("abc", model)
    #expect(throws: ModelError.self) { try heldOut.inspection(of: model, limit: 0) }
    #expect(try heldOut.inspection(of: model, shouldStop: { true }) == nil)
    let inspection = try model.inspection(of: "abc")
    #expect(throws: ModelError.self) { try inspection.tracking(of: [1, 2, 3], shifts: 0) }
    #expect(throws: ModelError.self) { try model.gradientByLag(over: inspection, lagCount: 0) }
    #expect(throws: ModelError.self) { try model.gradientByLag(over: inspection, placeCount: 0) }
    #expect(try model.inspection(of: "").tokens.isEmpty)
  }

  // MARK: Tracking

  /// A plain model, relu, whose third unit is 1 after an upper-case letter, and whose other units follow all letters at random.
  private static func copyingModel() throws -> LanguageModel {
    let tokenizer = try Tokenizer("abcdefABCDEF")
    var model = try LanguageModel(
      .init(cell: .rnnReLU, hiddenSize: 16), tokenizer: tokenizer, seed: 4)
    model.forEachParameter { name, parameter in
      parameter.withUnsafeMutableElements { elements in
        switch name {
        case "rnn.weight_ih_l0":
          for token in 0..<12 { elements[2 * 12 + token] = token < 6 ? 0 : 1 }
        case "rnn.weight_hh_l0": for unit in 0..<16 { elements[2 * 16 + unit] = 0 }
        case "rnn.bias_ih_l0", "rnn.bias_hh_l0": elements[2] = 0
        default: break
        }
      }
    }
    return model
  }

  @Test func unitThatCopiesAPropertyIsFound() throws {
    let inspection = try Self.copyingModel().inspection(of: Self.randomText(1000, seed: 1))
    let tracking = try #require(
      try inspection.tracking(of: inspection.properties[.upperCase], shifts: 199))
    #expect(tracking.shiftCount == 199 && tracking.units.count == 5)
    #expect(tracking.units[0].unit == RecurrentUnit(layer: 1, index: 3))
    #expect(abs(tracking.units[0].correlation - 1) < 1e-4)
    #expect(tracking.units[0].p == 1.0 / 200)
    // The sign is kept.
    let opposite = try #require(
      try inspection.tracking(of: inspection.properties[.upperCase].map { -$0 }, shifts: 19))
    #expect(opposite.units[0].correlation < -0.99 && opposite.units[0].p == 0.05)
    // What never changes is tracked by none.
    #expect(try inspection.tracking(of: inspection.properties[.digit]) == nil)
    #expect(
      try Self.copyingModel().inspection(of: "abABabAB").tracking(of: [1, 2, 3, 4, 5, 6, 7, 8])
        == nil)
  }

  @Test func correlationIsPearsons() throws {
    let inspection = try Self.copyingModel().inspection(of: Self.randomText(300, seed: 2))
    let numbers = inspection.tokens.indices.map { Float($0 * $0 % 17) }
    let tracking = try #require(try inspection.tracking(of: numbers, count: 16))
    for found in tracking.units {
      let values = inspection.values(of: found.unit).map(Double.init)
      let others = numbers.map(Double.init)
      func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
      let (a, b) = (values.map { $0 - mean(values) }, others.map { $0 - mean(others) })
      let norms = mean(a.map { $0 * $0 }) * mean(b.map { $0 * $0 })
      let expected = norms == 0 ? 0 : mean(zip(a, b).map(*)) / norms.squareRoot()
      #expect(abs(found.correlation - expected) < 1e-4)
    }
  }

  /// Numbers that have nothing to do with the text, but keep their value for a while as those of units do: about as many p are
  /// below any limit as it says.
  @Test func chanceIsSeldomCalledSignificant() throws {
    let inspection = try Variant(configuration: .init(cell: .gru, hiddenSize: 12)).model()
      .inspection(of: String(Self.letters.prefix(2000)))
    var ps: [Double] = []
    for seed in 0..<200 {
      var random = RandomStream(seed: UInt64(seed), purpose: .dropout)
      var value: Float = 0
      let numbers = inspection.tokens.indices.map { _ -> Float in
        if random.uniform() < 0.05 { value = random.uniform() }
        return value
      }
      let tracking = try #require(
        try inspection.tracking(of: numbers, count: 1, shifts: 99, seed: UInt64(seed)))
      ps.append(tracking.units[0].p)
    }
    // Bounds of 3.3 deviations of a binomial count.
    for (limit, range) in [(0.05, 0...21), (0.25, 29...72), (0.5, 76...124), (0.75, 129...171)] {
      let below = ps.count { $0 <= limit + 1e-9 }
      #expect(range.contains(below), "\(below) of 200 are at most \(limit)")
    }
  }

  @Test func sameSeedGivesTheSameAnswer() throws {
    let inspection = try Self.copyingModel().inspection(of: Self.randomText(400, seed: 3))
    let numbers = inspection.tokens.indices.map { Float($0 % 7) }
    let first = try inspection.tracking(of: numbers, shifts: 20, seed: 5)
    #expect(try inspection.tracking(of: numbers, shifts: 20, seed: 5) == first)
    #expect(first?.shiftCount == 20)
    // There are only so many shifts of a short text.
    #expect(try inspection.tracking(of: numbers, shifts: 1000)?.shiftCount == 321)
  }

  @Test func strongestPlacesAreApart() throws {
    let inspection = try Self.copyingModel().inspection(of: Self.randomText(400, seed: 3))
    let unit = RecurrentUnit(layer: 1, index: 8)
    let values = inspection.values(of: unit)
    let places = inspection.strongestPlaces(of: unit, count: 4, distance: 10)
    #expect(places.count == 4 && values[places[0]] == values.max())
    for (index, place) in places.enumerated() {
      #expect(places[..<index].allSatisfy { abs($0 - place) >= 10 && values[$0] >= values[place] })
    }
    let lowest = inspection.strongestPlaces(of: unit, count: 1, isNegative: true)
    #expect(values[lowest[0]] == values.min())
    #expect(inspection.strongestPlaces(of: unit, count: 9, distance: 300).count <= 2)
  }
}
