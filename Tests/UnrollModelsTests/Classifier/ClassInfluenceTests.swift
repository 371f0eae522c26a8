import Testing
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollTestSupport
import UnrollText

/// How much pieces of a text speak for a class.
struct ClassInfluenceTests {
  private static func classifier(
    embedding: Int, pooling: Classifier.Pooling = .last
  ) throws -> Classifier {
    try Classifier(
      Classifier.Configuration(
        reader: TokenReader.Configuration(cell: .gru, hiddenSize: 6, embeddingSize: embedding),
        pooling: pooling),
      tokenizer: Tokenizer(learning: .init(unknown: .skip), from: "abcd"),
      classes: ["x", "y", "z"],
      seed: 2)
  }

  /// The sum of all gradients × inputs is the slope of the log-probability when all inputs grow together.
  @Test(arguments: [0, 5], Classifier.Pooling.allCases)
  func gradientsAreSlopes(_ embedding: Int, _ pooling: Classifier.Pooling) throws {
    let model = try Self.classifier(embedding: embedding, pooling: pooling)
    let influence = try #require(try model.influence(of: "abca?d", on: 1))
    #expect(influence.influence.pieces == ["a", "b", "c", "a", "d"] && influence.classNumber == 1)
    guard embedding > 0 else { return }
    func logProbability(_ factor: Float) throws -> Double {
      var scaled = model
      scaled.updateParameters { name, value in if name == "embedding.weight" { value *= factor } }
      return Double(try #require(try scaled.classify("abcad")).logProbabilities[1])
    }
    let step: Float = 0.01
    let slope = (try logProbability(1 + step) - logProbability(1 - step)) / Double(2 * step)
    #expect(abs(influence.influence.gradients.reduce(0, +) - slope) < 1e-3)
  }

  @Test func omissionsAreDifferences() throws {
    let model = try Self.classifier(embedding: 5)
    let influence = try #require(try model.influence(of: "abc"))
    let whole = try #require(try model.classify("abc"))
    #expect(influence.classNumber == whole.best && influence.classification == whole)
    for (place, rest) in ["bc", "ac", "ab"].enumerated() {
      let without = try #require(try model.classify(rest))
      let fall = whole.logProbabilities[whole.best] - without.logProbabilities[whole.best]
      #expect(influence.influence.omissions[place] == Double(fall))
    }
  }

  @Test func fewPiecesHaveNoAgreement() throws {
    let model = try Self.classifier(embedding: 5)
    let one = try #require(try model.influence(of: "a"))
    #expect(one.influence.omissions[0].isNaN && one.influence.agreement == nil)
    #expect(try model.influence(of: "ab")?.influence.agreement == nil)
    let three = try #require(try model.influence(of: "abc")?.influence.agreement)
    #expect((-1.0001...1.0001).contains(three))
    #expect(try model.influence(of: "?!") == nil)
    let error = #expect(throws: ModelError.self) { try model.influence(of: "ab", on: 3) }
    #expect(error?.message.contains("The classes are 0 to 2") == true)
  }
}
