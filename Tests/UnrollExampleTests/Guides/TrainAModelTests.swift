import Testing
import Unroll

/// The code of the guide of this name.
@Suite struct TrainAModelTests {
  private let folder: GuideFolder
  private var book: String { folder["book.txt"] }
  private var otherBook: String { folder["other.txt"] }
  private var output: String { folder["book.safetensors"] }

  init() throws { folder = try GuideFolder() }

  @Test func inOneCall() throws {
    var settings = RunSettings(LanguageSettings(texts: [book]), output: output)
    settings.sizes.hiddenSize = 16
    settings.sizes.epochs = 4

    var run = try TrainingRun<LanguageTask>(settings)
    let result = try run.train { event in
      switch event {
      case .note(let note): print(note.sentence.text())
      case .epoch(let report): print(report.epoch, report.loss ?? 0, report.isBest)
      default: break
      }
    }

    print(result.ending, result.validation?.deciding.value ?? 0)
    print(try result.model.generate(prompt: "It was", length: 40))

    #expect(result.ending == .done)
    #expect(try LanguageModel(contentsOf: output).tokenizer == result.model.tokenizer)

    settings.task.tokens.kind = .bpe
    settings.task.tokens.vocabularySize = 300

    run = try TrainingRun<LanguageTask>(settings)
    #expect(try run.train().model.tokenizer.kind == .bpe)
  }

  @Test func stepByStep() throws {
    let text = try Corpus(reading: [book])
    let tokenizer = try Tokenizer(learning: TokenizerSettings(), from: [text])
    let windows = try StreamBatches(
      tokens: text.tokens(by: tokenizer), batchSize: 8, sequenceLength: 32)

    let configuration = LanguageModel.Configuration(cell: .lstm, hiddenSize: 16)
    let model = try LanguageModel(configuration, tokenizer: tokenizer, seed: 0)
    let plan = TrainingPlan(
      epochs: 10, optimizer: Adam(learningRate: 0.02), gradientNormLimit: 5)

    var trainer = Trainer(model, plan: plan)
    try trainer.fit(on: TrainingData(windows), onStep: { print($1.step, $1.loss) })
    try trainer.model.write(to: output)

    let unseen = try Corpus(reading: [otherBook])
    let heldOut = try HeldOutText(unseen.tokens(by: tokenizer), tokenizer: tokenizer)
    let evaluation = try heldOut.evaluation(of: trainer.model)
    print(evaluation?.loss ?? 0, evaluation?.bitsPerByte ?? 0)

    let before = try #require(try heldOut.evaluation(of: model))
    #expect(try #require(evaluation).loss < before.loss)
  }
}
