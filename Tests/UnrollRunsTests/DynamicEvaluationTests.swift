import Testing
import Unroll
import UnrollTestSupport

/// Models that learn from the text that they are measured on.
@Suite struct DynamicEvaluationTests {
  private let model: LanguageModel
  private let tokens: Tokens

  init() throws {
    let text = String(repeating: "the quick brown fox jumps over the lazy dog. ", count: 12)
    let tokenizer = try Tokenizer(from: text)
    model = try LanguageModel(
      .init(cell: .lstm, hiddenSize: 12, embeddingSize: 6, dropout: 0.3), tokenizer: tokenizer,
      seed: 1)
    tokens = Tokens(try tokenizer.encode(text))
  }

  /// As many steps as it likes: where none moves anything, the loss is that of the model, in whatever segments.
  @Test(arguments: [1, 7, 20, 1000])
  func withoutMovingItIsTheEvaluation(segmentLength: Int) throws {
    var copy = model
    let still = try DynamicEvaluation(
      learningRate: 1e-30, decay: 0, segmentLength: segmentLength)
    let evaluation = try #require(try still.evaluation(of: &copy, on: tokens))
    let plain = try model.evaluation(of: tokens)
    #expect(abs(evaluation.loss - plain.loss) < 1e-5)
    #expect(evaluation.text == plain.text)
    #expect(zip(copy.parameters, model.parameters).allSatisfy { $0.value == $1.value })
  }

  /// A step is measured before it is taken: the first segment costs what it costs the model as it was.
  @Test func segmentIsMeasuredBeforeItIsLearned() throws {
    let whole = try DynamicEvaluation(
      learningRate: 0.1, decay: 0, segmentLength: tokens.count)
    var copy = model
    let evaluation = try #require(try whole.evaluation(of: &copy, on: tokens))
    #expect(abs(evaluation.loss - (try model.evaluation(of: tokens).loss)) < 1e-5)
    #expect(copy.parameters[0].value != model.parameters[0].value)
  }

  @Test func whatRepeatsIsLearned() throws {
    var copy = model
    let evaluation = try #require(
      try DynamicEvaluation(learningRate: 0.01).evaluation(of: &copy, on: tokens))
    #expect(evaluation.loss < (try model.evaluation(of: tokens).loss) - 0.3)
    #expect(try copy.evaluation(of: tokens).loss < evaluation.loss)
  }

  /// The first step is η times the sign of the gradient, of which the decay leaves 1 − λ.
  @Test(arguments: [0, 0.25, 0.9])
  func decayPullsBackToTheOriginal(decay: Double) throws {
    var copy = model
    _ = try DynamicEvaluation(
      learningRate: 0.01, decay: decay, segmentLength: tokens.count
    ).evaluation(of: &copy, on: tokens)
    let moved = zip(copy.parameters, model.parameters).flatMap { after, before in
      zip(after.value.elements, before.value.elements).map { abs($0 - $1) }
    }
    let greatest = Double(moved.max() ?? 0)
    #expect(abs(greatest - 0.01 * (1 - decay)) < 1e-4)
  }

  @Test func whatIsGivenUpChangesNothing() throws {
    var copy = model
    let result = try DynamicEvaluation(learningRate: 0.1).evaluation(of: &copy, on: tokens) {
      $0 > 0.5
    }
    #expect(result == nil)
    #expect(zip(copy.parameters, model.parameters).allSatisfy { $0.value == $1.value })
  }

  @Test func impossibleSettingsAreRefused() {
    #expect(throws: RunError.self) { try DynamicEvaluation(learningRate: 0) }
    #expect(throws: RunError.self) { try DynamicEvaluation(decay: 1) }
    #expect(throws: RunError.self) { try DynamicEvaluation(segmentLength: 0) }
  }
}
