import Testing
import UnrollModels
import UnrollTensor
import UnrollText

/// How likely a model finds a text.
struct ScoringTests {
  @Test(arguments: Variant.all, [1, 255, 256, 257, 600])
  func scoresAreThoseOfTheModel(_ variant: Variant, length: Int) throws {
    let model = try variant.model()
    let text = String(String(repeating: "abcdefghijhgfedcb", count: 40).prefix(length))
    let scores = try model.logProbabilities(of: text, after: "jab", likeliestCount: 3)
    #expect(scores.map(\.token) == (try model.tokenizer.encode(text)))
    let tokens = try model.tokenizer.encode("jab" + text)
    var state = model.initialState(batchSize: 1)
    let all = logSoftmax(
      model.logits(
        after: Indices(Array(tokens.dropLast()), shape: [tokens.count - 1, 1]), state: &state)
    ).elements
    for (place, score) in scores.enumerated() {
      let row = all[((place + 2) * 10)..<((place + 3) * 10)]
      #expect(score.logProbability == Array(row)[Int(score.token)])
      let likeliest = row.sorted(by: >).prefix(3)
      #expect(score.likeliest.map(\.logProbability) == Array(likeliest))
      #expect(score.likeliest.allSatisfy { Array(row)[Int($0.token)] == $0.logProbability })
    }
  }

  @Test func writtenTextHasTheScoresItWasGivenOnTheWay() throws {
    let model = try Variant.all[4].model(Tokenizer("abcdefghij", reserved: [.end]))
    let request = GenerationRequest(
      prompt: "abc", length: 50,
      sampling: Sampling(temperature: 0.7, topK: 5, repetitionPenalty: 1.4, bannedTokens: [0]),
      likeliestCount: 4)
    let pieces = Array(try TextStream(model, request))
    let scores = try model.logProbabilities(
      of: pieces.map(\.text).joined(), after: "abc", likeliestCount: 4)
    #expect(scores.map(\.logProbability) == pieces.map { $0.logProbability })
    #expect(scores.map(\.likeliest) == pieces.map(\.likeliest))
  }

  @Test func nothingIsSaidOfATokenThatNothingStandsBefore() throws {
    let plain = try Variant.all[0].model()
    #expect(
      try plain.logProbabilities(of: "abc").map { $0.logProbability == nil } == [
        true, false, false,
      ])
    #expect(try plain.logProbabilities(of: "").isEmpty)
    let documents = try Variant.all[0].model(Tokenizer("abc", reserved: [.end]))
    #expect(try documents.logProbabilities(of: "abc").allSatisfy { $0.logProbability != nil })
    #expect(throws: ModelError.self) { try plain.logProbabilities(of: [10], after: []) }
    #expect(throws: ModelError.self) { try plain.logProbabilities(of: "a", likeliestCount: -1) }
    #expect(throws: TextError.self) { try plain.logProbabilities(of: "ß") }
  }
}
