import Testing
import Unroll
import UnrollTestSupport

/// Sums, as Keras's example learns them: the question is read from its end, the answer is written digit by digit.
struct AdditionTests {
  /// Questions and answers: `53+281` is 182 + 35.
  private static func sums(_ numbers: Range<UInt64>) -> [(question: String, answer: String)] {
    numbers.map { number in
      var random = RandomStream(seed: number, purpose: .shuffling)
      let (a, b) = (Int.random(in: 0...99, using: &random), Int.random(in: 0...99, using: &random))
      return (String("\(a)+\(b)".reversed()), "\(a + b)")
    }
  }

  @Test func sumsAreLearned() throws {
    let folder = try TemporaryFolder()
    let lines = Self.sums(0..<6000).map { "\($0.question)\t\($0.answer)\n" }.joined()
    var settings = RunSettings(
      TranslationSettings(data: try folder.write(Array(lines.utf8), to: "sums.tsv")),
      output: folder("sums.safetensors"))
    settings.sizes.hiddenSize = 64
    settings.sizes.epochs = 10
    settings.model.embeddingSize = 16
    settings.model.dropout = 0
    settings.optimizer.learningRate = 0.01
    var run = try TrainingRun<TranslationTask>(settings)
    let model = try run.train().model
    let unseen = Self.sums(10_000..<10_500)
    let answers = try model.translate(unseen.map(\.question))
    let right = zip(unseen, answers).count { $0.answer == $1?.text }
    #expect(right > 450, "\(right) of \(unseen.count)")
  }
}
