import Testing
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText

/// How far back a loss feels what was read.
struct GradientByLagTests {
  /// Against central differences of the loss, of which each token of the text but the last is read once.
  @Test(
    arguments: Variant.all.filter {
      $0.configuration.embeddingSize > 0 && !$0.configuration.tiesWeights
    })
  func normIsThatOfTheDifferences(_ variant: Variant) throws {
    let model = try variant.model()
    let tokens: [Token] = [3, 1, 4, 0, 5, 9, 2, 6]
    let inspection = try model.inspection(of: model.tokenizer.decode(tokens))
    let found = try #require(
      try model.gradientByLag(over: inspection, lagCount: 7, placeCount: 1))
    #expect(found.placeCounts == Array(repeating: 1, count: 7))
    func loss(_ model: LanguageModel) throws -> Double {
      let last = try model.logProbabilities(of: [tokens[7]], after: Array(tokens[..<7]))
      return -Double(try #require(last[0].logProbability))
    }
    let width = variant.configuration.embeddingSize
    for lag in 0..<7 {
      var squares = 0.0
      for column in 0..<width {
        func moved(by step: Float) -> LanguageModel {
          var moved = model
          moved.forEachParameter { name, parameter in
            guard name == "embedding.weight" else { return }
            parameter.withUnsafeMutableElements {
              $0[Int(tokens[6 - lag]) * width + column] += step
            }
          }
          return moved
        }
        let difference = try (loss(moved(by: 0.02)) - loss(moved(by: -0.02))) / 0.04
        squares += difference * difference
      }
      let expected = squares.squareRoot()
      #expect(
        abs(found.norms[lag] - expected) < 0.02 * expected + 2e-4,
        "\(variant), lag \(lag): \(found.norms[lag]), \(expected)")
    }
  }

  /// A mean over several places is the mean of what each has alone, with the state from far before its window.
  @Test(arguments: Variant.all)
  func meanIsThatOfThePlaces(_ variant: Variant) throws {
    let model = try variant.model()
    let text = String(repeating: "abjcdeifghcab", count: 40)
    let whole = try model.inspection(of: text)
    let lags = 5
    let found = try #require(
      try model.gradientByLag(over: whole, lagCount: lags, placeCount: 9))
    // The places: spread over those that have four tokens before them and one behind.
    let places = (0..<9).map { lags - 1 + $0 * (text.count - lags) / 9 }
    var sums = [Double](repeating: 0, count: lags)
    for place in places {
      let part = try model.inspection(of: String(text.prefix(place + 2)))
      // Far back, all the text to this place: the last windows are the same.
      let alone = try #require(
        try model.gradientByLag(over: part, lagCount: place + 1, placeCount: 1))
      for lag in 0..<lags { sums[lag] += alone.norms[lag] / 9 }
    }
    for lag in 0..<lags {
      #expect(abs(found.norms[lag] - sums[lag]) < 1e-4 * sums[lag] + 1e-7, "\(variant), \(lag)")
    }
  }

  @Test func modelWithoutMemoryFeelsOnlyTheLastToken() throws {
    var model = try LanguageModel(
      .init(cell: .rnnTanh, hiddenSize: 4), tokenizer: Tokenizer("abc"), seed: 0)
    model.forEachParameter { name, parameter in
      if name == "rnn.weight_hh_l0" { parameter = Tensor(zeros: parameter.shape) }
    }
    let inspection = try model.inspection(of: String(repeating: "abcab", count: 20))
    let found = try #require(try model.gradientByLag(over: inspection, lagCount: 10))
    #expect(found.norms[0] > 0 && found.norms.dropFirst().allSatisfy { $0 == 0 })
    #expect(found.lag(below: 0.01) == 1 && found.placeCounts == Array(repeating: 64, count: 10))
  }

  @Test func shortDocumentsHaveFewLags() throws {
    let tokenizer = try Tokenizer("abc\n", reserved: [.end])
    let model = try LanguageModel(.init(cell: .gru, hiddenSize: 6), tokenizer: tokenizer, seed: 1)
    let documents = try Documents(
      Corpus([TextFile(path: "x", text: "abc\nb\n")]), by: .lines, tokenizer: tokenizer)
    let inspection = try #require(
      try HeldOutText(documents, tokenizer: tokenizer).inspection(of: model))
    // Documents of 5 and 3 tokens: 4 and 2 places.
    let found = try #require(try model.gradientByLag(over: inspection))
    #expect(found.placeCounts == [6, 4, 2, 1])
    #expect(try model.gradientByLag(over: model.inspection(of: "")) == nil)
  }
}
