import Testing
import Unroll
import UnrollTestSupport

/// Runs that the machine has no memory for.
struct RunDemandTests {
  @Test func vocabularyIsRefusedBeforeTheTextIsCutIntoTokens() throws {
    let folder = try TemporaryFolder()
    let words = (0..<40_000).map { "w\($0)" }.joined(separator: " ")
    var settings = RunSettings(
      LanguageSettings(texts: [try folder.write(words, to: "words.txt")]), output: folder("model"))
    settings.task.tokens.kind = .words
    settings.model.embeddingSize = 1 << 20
    let error = #expect(throws: RunError.self) { try TrainingRun<LanguageTask>(settings) }
    #expect(error?.code == .noMemory)
    let sentence = error?.description ?? ""
    #expect(sentence.contains("its vocabulary has 40,00") && sentence.contains("minimumCount"))
    #expect(sentence.contains(" of memory, and this machine has "))
  }
}
