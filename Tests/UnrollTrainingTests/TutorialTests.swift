import Foundation
import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollRuns
import UnrollTensor
import UnrollText
import UnrollTraining

/// The tutorial, for three cells and ten seeds each: the losses that PyTorch prints, and its completions.
struct TutorialTests {
  private static let golden = Result { try Golden.json("tutorial.json") }

  struct Case: Sendable, CustomStringConvertible {
    let cell: String
    let seed: Int
    let losses: [Double]
    let printed: [String]
    let completion: String

    var description: String { "\(cell), seed \(seed)" }

    static var all: [Case] {
      get throws {
        try golden.get()["runs"].array().map { run in
          Case(
            cell: try run["cell"].string(), seed: try run["seed"].integer(),
            losses: try run["losses"].array().map { try $0.double() },
            printed: try run["printed"].array().map { try $0.string() },
            completion: try run["completion"].string())
        }
      }
    }
  }

  @Test(arguments: try Case.all)
  func lossesAndCompletionAreThoseOfPyTorch(_ expected: Case) throws {
    let golden = try Self.golden.get()
    let sentences = try golden["sentences"].array().map { try $0.string() }
    let tokenizer = try Tokenizer(learning: .init(), from: sentences)
    #expect(tokenizer.vocabulary.entries.joined() == (try golden["characters"].string()))
    let cells: [String: RecurrentCell] = ["rnn": .rnnTanh, "lstm": .lstm, "gru": .gru]
    let model = try LanguageModel(
      .init(
        cell: #require(cells[expected.cell]), hiddenSize: try golden["hiddenSize"].integer()),
      tokenizer: tokenizer, seed: UInt64(expected.seed))
    let epochs = try golden["epochs"].integer()
    var trainer = Trainer(
      model,
      plan: TrainingPlan(
        epochs: epochs, optimizer: Adam(learningRate: try golden["learningRate"].double())))
    var losses: [Double] = []
    try trainer.fit(
      on: TrainingData(try PaddedSentences(sentences, tokenizer: tokenizer)),
      onStep: { if $1.step % 10 == 0 { losses.append($1.loss) } })

    #expect(trainer.stepCount == epochs)
    #expect(losses.count == expected.losses.count)
    for (loss, wanted) in zip(losses, expected.losses) { #expect(abs(loss - wanted) <= 1e-4) }
    if expected.cell == "rnn" && expected.seed == 0 {
      #expect(losses.map { String(format: "%.4f", $0) } == expected.printed)
    }
    let prompt = try golden["prompt"].string()
    let length = try golden["length"].integer() - prompt.count
    let completion =
      try prompt + trainer.model.generate(prompt: prompt, length: length, sampling: .greedy)
    #expect(completion == expected.completion)
  }

  @Test func thereAreAsManyCasesAsWereGenerated() throws {
    #expect(try Case.all.count == 30)
  }
}
