import Testing
import UnrollText

struct PaddedSentencesTests {
  private let sentences = ["hey how are you", "good i am fine", "have a nice day"]

  @Test func tutorialSentencesAreFourteenSteps() throws {
    let tokenizer = try Tokenizer(from: sentences.joined())
    let source = try PaddedSentences(sentences, tokenizer: tokenizer)
    let batch = try source.batch(at: 0)
    #expect(source.batchSize == 3)
    #expect(batch.sequenceLength == 14)
    #expect(batch.countedTargets == 3 * 14)
    for (row, sentence) in ["hey how are you", "good i am fine ", "have a nice day"].enumerated() {
      let places = stride(from: row, to: batch.inputs.count, by: 3)
      #expect(tokenizer.decode(places.map { batch.inputs[$0] }) == String(sentence.dropLast()))
      #expect(tokenizer.decode(places.map { batch.targets[$0] }) == String(sentence.dropFirst()))
    }
    #expect(try source.batch(at: 7) == batch)
  }

  @Test func aVocabularyWithoutSpaceCannotFillUp() throws {
    let tokenizer = try Tokenizer(from: "ab")
    #expect(throws: TextError.self) { try PaddedSentences(["ab", "a"], tokenizer: tokenizer) }
    #expect(try PaddedSentences(["ab", "ba"], tokenizer: tokenizer).sequenceLength == 1)
  }

  @Test(arguments: [[], [""], ["a", "b"]])
  func sentencesWithoutAPairOfTokensAreRefused(sentences: [String]) throws {
    let tokenizer = try Tokenizer(from: "ab ")
    #expect(throws: TextError.self) { try PaddedSentences(sentences, tokenizer: tokenizer) }
  }
}
