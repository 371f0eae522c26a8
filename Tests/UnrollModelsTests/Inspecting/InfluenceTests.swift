import Testing
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollTestSupport
import UnrollText

/// How much tokens speak for a token behind them, and words for a tag.
struct InfluenceTests {
  private static func model(_ cell: RecurrentCell, embedding: Int) throws -> LanguageModel {
    try LanguageModel(
      .init(cell: cell, layerCount: 2, hiddenSize: 6, embeddingSize: embedding),
      tokenizer: Tokenizer(learning: .init(), from: "abcd"), seed: 3)
  }

  @Test(arguments: [RecurrentCell.rnnTanh, .lstm, .gru], [0, 5])
  func omissionsAreDifferences(_ cell: RecurrentCell, _ embedding: Int) throws {
    let model = try Self.model(cell, embedding: embedding)
    let tokens: [Token] = [0, 1, 2, 3, 1]
    let influence = try model.influence(on: 4, in: tokens)
    #expect(influence.pieces == ["a", "b", "c", "d"])
    func logProbability(_ before: [Token]) throws -> Float {
      try #require(try model.logProbabilities(of: [1], after: before)[0].logProbability)
    }
    let whole = try logProbability([0, 1, 2, 3])
    for left in 0..<4 {
      let rest = (0..<4).filter { $0 != left }.map { tokens[$0] }
      #expect(abs(influence.omissions[left] - Double(whole - (try logProbability(rest)))) < 1e-6)
    }
    // What stands before the reach is read all the same.
    let near = try model.influence(on: 4, in: tokens, reach: 2)
    #expect(near.pieces == ["c", "d"])
    for (left, right) in zip(near.omissions, influence.omissions[2...]) {
      #expect(abs(left - right) < 1e-6)
    }
    for (left, right) in zip(near.gradients, influence.gradients[2...]) {
      #expect(abs(left - right) < 1e-6)
    }
  }

  /// All inputs grown together are the embedding grown.
  @Test func gradientsAreSlopes() throws {
    let model = try Self.model(.lstm, embedding: 5)
    func logProbability(_ factor: Float) throws -> Double {
      var scaled = model
      scaled.updateParameters { name, value in if name == "embedding.weight" { value *= factor } }
      return Double(
        try #require(try scaled.logProbabilities(of: [2], after: [0, 1, 3])[0].logProbability))
    }
    let slope = (try logProbability(1.01) - logProbability(0.99)) / 0.02
    let influence = try model.influence(on: 3, in: [0, 1, 3, 2])
    #expect(abs(influence.gradients.reduce(0, +) - slope) < 1e-3)
  }

  @Test func onlyTokenCannotBeLeftOut() throws {
    let model = try Self.model(.gru, embedding: 0)
    #expect(try model.influence(on: 1, in: [0, 1]).omissions[0].isNaN)
    #expect(try model.influence(on: 2, in: [0, 1, 2], reach: 1).omissions[0].isFinite)
    for (place, reach) in [(0, 5), (2, 5), (-1, 5), (1, 0)] {
      #expect(throws: ModelError.self) { try model.influence(on: place, in: [0, 1], reach: reach) }
    }
    #expect(throws: ModelError.self) { try model.influence(on: 1, in: [0, 99]) }
  }

  // MARK: Taggers

  private static func tagger() throws -> Tagger {
    try Tagger(
      Tagger.Configuration(
        cell: .lstm, hiddenSize: 6, wordSize: 4, characterSize: 3, characterHiddenSize: 2),
      tokenizer: Tokenizer(learning: .init(unknown: .skip), from: "abcd"),
      words: ["ab", "cd"], tags: ["X", "Y", "Z"], seed: 2)
  }

  @Test func tagsFallWithoutWords() throws {
    let tagger = try Self.tagger()
    let words = ["ab", "cd", "dd", "ab"]
    let all = try tagger.said(of: [tagger.read(words)])[0]
    for place in words.indices {
      let influence = try tagger.influence(on: place, in: words)
      #expect(influence.tagNumber == all.tags[place] && influence.influence.pieces == words)
      #expect(tagger.tags[influence.tagNumber] == (try tagger.tag(words)[place]))
      #expect(influence.influence.omissions[place].isNaN)
      for left in words.indices where left != place {
        let rest = words.indices.filter { $0 != left }
        let said = try tagger.said(of: [tagger.read(rest.map { words[$0] })])[0]
        let there = try #require(rest.firstIndex(of: place))
        let fall =
          all.logProbabilities[place][influence.tagNumber]
          - said.logProbabilities[there][influence.tagNumber]
        #expect(influence.influence.omissions[left] == Double(fall))
      }
    }
    #expect(throws: ModelError.self) { try tagger.influence(on: 4, in: words) }
    #expect(throws: ModelError.self) { try tagger.influence(on: 0, in: words, tag: 3) }
    #expect(try tagger.influence(on: 0, in: ["ab"]).influence.agreement == nil)
  }
}
