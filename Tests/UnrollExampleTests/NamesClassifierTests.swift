import Foundation
import Testing
import Unroll
import UnrollTestSupport

/// A model of one's own: which language is a name of? Embedding → GRU in both directions → the greatest over time → linear.
///
/// This is all the code that it takes: shapes are T letters, N names, V letters of the alphabet, E, H and the languages.
@Suite struct NamesClassifierTests {
  struct Name: Sendable {
    let letters: [Token]
    let language: Int32
  }

  /// Names side by side, the shorter ones filled up.
  struct Batch: TrainingBatch {
    let names: [Name]

    var rowCount: Int { names.count }
    var targetCount: Int { names.count }
    func rows(_ range: Range<Int>) -> Batch { Batch(names: Array(names[range])) }

    /// `[T, N]`.
    var letters: Indices {
      let steps = names.map(\.letters.count).max() ?? 0
      let padded = names.map { $0.letters + Array(repeating: 0, count: steps - $0.letters.count) }
      return Indices(padded.flatMap { $0 }, shape: [names.count, steps]).transposed(0, 1)
    }
    /// `[N]`.
    var lengths: [Int32] { names.map { Int32($0.letters.count) } }
    /// `[N]`.
    var languages: Indices { Indices(names.map(\.language), shape: [names.count]) }
  }

  struct Classifier: Trainable {
    var embedding: Embedding
    var gru: GRU
    var output: Linear

    init(letters: Int, languages: Int, seed: UInt64) {
      var random = MersenneTwister(seed: seed)
      embedding = Embedding(vocabularySize: letters, embeddingSize: 8, using: &random)
      gru = GRU(inputSize: 8, hiddenSize: 16, bidirectional: true, using: &random)
      output = Linear(inputSize: 2 * 16, outputSize: languages, using: &random)
    }

    mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
      embedding.forEachParameter(under: "embedding", visit)
      gru.forEachParameter(under: "gru", visit)
      output.forEachParameter(under: "output", visit)
    }

    /// Names to scores, `[N, languages]`.
    func scores(_ batch: Batch) -> Tensor {
      let read = gru(embedding(batch.letters), lengths: batch.lengths).output
      return output(maxOverTime(read, lengths: batch.lengths))
    }

    func totalLoss(of batch: Batch, state: inout NoState, mode: inout Mode) -> Tensor {
      crossEntropy(scores(batch), batch.languages, reduction: .sum)
    }

    func accuracy(on names: [Name]) -> Double {
      let found = scores(Batch(names: names)).argmax().values
      return Double(zip(found, names).count { $0 == $1.language }) / Double(names.count)
    }
  }

  @Test func classifierLearnsIsInterruptedAndGoesOnToTheSameBits() throws {
    let (texts, languages) = Self.madeUpNames(600)
    let tokenizer = try Tokenizer(learning: TokenizerSettings(), from: texts)
    let names = try zip(texts, languages).map {
      Name(letters: try tokenizer.encode($0), language: $1)
    }
    let (known, unseen) = (Array(names[..<500]), Array(names[500...]))
    let data = TrainingData(shuffling: known, batchSize: 32, seed: 1) { Batch(names: $0) }
    let heldOut = TrainingData(inOrder: unseen, batchSize: 50) { Batch(names: $0) }
    let model = Classifier(letters: tokenizer.vocabulary.count, languages: 3, seed: 0)
    let plan = TrainingPlan(epochs: 4, optimizer: Adam(learningRate: 0.01))

    var trainer = Trainer(model, plan: plan)
    try trainer.fit(on: data, validation: { try $0.meanLoss(over: heldOut) })
    #expect(trainer.model.accuracy(on: unseen) > 0.95)
    let best = try #require(trainer.best)
    #expect(best.loss < 0.2)

    // The same run with checkpoints, cut off in the third epoch.
    struct PowerFailure: Error {}
    let place = try TemporaryFolder()
    let folder = place("run")
    func runUntilThePowerFails() throws {
      let store = try CheckpointStore(creating: folder)
      var trainer = Trainer(model, plan: plan)
      try trainer.fit(
        on: data, validation: { try $0.meanLoss(over: heldOut) }, checkpoints: store,
        onStep: { if $1.step == 40 { throw PowerFailure() } })
    }
    #expect(throws: PowerFailure.self) { try runUntilThePowerFails() }

    // It goes on after the second epoch, and ends with the same bits.
    let store = try CheckpointStore(opening: folder)
    var resumed = Trainer(model, plan: plan)
    try resumed.restore(store.newest(), on: data)
    #expect(resumed.stepCount == 32)
    try resumed.fit(
      on: data, validation: { try $0.meanLoss(over: heldOut) }, checkpoints: store)
    #expect(resumed.model.parameters.map(\.value) == trainer.model.parameters.map(\.value))
    #expect(resumed.best == best)
  }

  /// Names of three languages: one likes open syllables, one clusters of consonants, one ends in "ov" or "ski".
  private static func madeUpNames(_ count: Int) -> (texts: [String], languages: [Int32]) {
    var random = RandomStream(seed: 5, purpose: .sampling)
    func pick(_ choices: String) -> String { String(choices.randomElement(using: &random) ?? "a") }
    let languages = (0..<count).map { Int32($0 % 3) }
    let texts = languages.map { language in
      let syllables = (0..<Int.random(in: 2...4, using: &random)).map { _ in
        switch language {
        case 0: pick("kmnrst") + pick("aiou")
        case 1: pick("bgst") + pick("lr") + pick("aeiou") + pick("dgkt")
        default: pick("bdlmnv") + pick("aeio")
        }
      }
      return syllables.joined()
        + (language == 2 ? ["ov", "ski"][Int.random(in: 0...1, using: &random)] : "")
    }
    return (texts, languages)
  }
}
