import Testing
import UnrollModels
import UnrollTensor
import UnrollTestSupport
import UnrollText

/// The loss of a model over a text.
struct EvaluationTests {
  private static let tokens = Indices.random([500], below: 10, seed: 6).values

  @Test(arguments: Variant.all)
  func lossOfOneStreamIsTheSumOverItsTokens(_ variant: Variant) throws {
    let model = try variant.model()
    let inputs = Indices(Array(Self.tokens.dropLast()), shape: [Self.tokens.count - 1, 1])
    var state = model.initialState(batchSize: 1)
    let logits = model.logits(after: inputs, state: &state)
    let rows = SlowReference.logSoftmax(DoubleTensor(logits)).elements
    var expected = 0.0
    for (step, target) in Self.tokens.dropFirst().enumerated() {
      expected -= rows[step * 10 + Int(target)]
    }
    for length in [1, 7, 499, 1000] {
      let total = try model.totalLoss(
        over: try EvaluationBatches(
          tokens: Tokens(Self.tokens), batchSize: 1, sequenceLength: length, warmUp: 0))
      #expect(total.count == 499)
      #expect(abs(total.nats - expected) < 1e-5 * expected, "in windows of \(length)")
    }
  }

  /// Rows begin with their warm-up from zeros, which is all that may tell batch sizes apart.
  @Test(arguments: Variant.all)
  func lossDoesNotDependOnTheBatchSize(_ variant: Variant) throws {
    let model = try variant.model()
    func loss(batchSize: Int) throws -> Double {
      let total = try model.totalLoss(
        over: try EvaluationBatches(
          tokens: Tokens(Self.tokens), batchSize: batchSize, sequenceLength: 20, warmUp: 40))
      #expect(total.count == 499)
      return total.nats / Double(total.count)
    }
    let one = try loss(batchSize: 1)
    for size in [2, 5, 16] { #expect(abs(try loss(batchSize: size) - one) < 1e-3) }
  }

  /// a and € have the probability ¼, é has ½; they have one, three and two bytes.
  @Test func measuresFollowFromTheirDefinitions() throws {
    let model = try LanguageModel(
      logits: [0, 0.693_147_18, 0], tokenizer: Tokenizer("aé€"))
    let evaluation = try model.evaluation(of: Corpus([TextFile(path: "x", text: "aaé€")]))
    let bits = 2.0 + 1 + 2
    #expect(evaluation.text.tokenCount == 3)
    #expect(evaluation.text.characterCount == 3)
    #expect(evaluation.text.byteCount == 6)
    #expect(abs(evaluation.bitsPerCharacter - bits / 3) < 1e-6)
    #expect(abs(evaluation.bitsPerByte - bits / 6) < 1e-6)
    #expect(abs(evaluation.loss - bits / 3 * 0.693_147_18) < 1e-6)
    #expect(abs(evaluation.perplexity - 3.174_802_1) < 1e-5)
  }

  @Test func evaluationsAddUp() throws {
    let model = try Variant.all[0].model()
    let (a, b) = try (
      model.evaluation(of: Tokens(Self.tokens[..<100])),
      model.evaluation(of: Tokens(Self.tokens[100...]))
    )
    var sum = Evaluation()
    sum += a
    sum += b
    #expect(sum.text.tokenCount == 498)
    #expect(sum.totalNats == a.totalNats + b.totalNats)
    #expect(sum.text.byteCount == 498)
  }

  @Test func aTextOfOneTokenIsRefused() throws {
    let model = try Variant.all[0].model()
    let error = #expect(throws: TextError.self) { try model.evaluation(of: [3]) }
    #expect(error?.code == .tooSmall)
  }
}
