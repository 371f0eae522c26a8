import ArgumentParser
import Unroll
import UnrollModels
import UnrollNN
import UnrollText
import UnrollTraining

/// `unroll tutorial`.
struct TutorialCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tutorial",
    abstract:
      "Learn three sentences and complete \"good\": the classic first character model, step by step."
  )

  @Option(help: "The kind of recurrent cell.")
  var cell = CellChoice.rnn

  @Option(help: "Seed of the initial weights, as torch.manual_seed.")
  var seed: UInt64 = 0

  func run() throws {
    let sentences = ["hey how are you", "good i am fine", "have a nice day"]
    try section("The sentences")
    for sentence in sentences { try line("  \(sentence)") }

    let tokenizer = try Tokenizer(learning: TokenizerSettings(), from: sentences)
    let entries = tokenizer.vocabulary.entries
    try section("Two dictionaries, from characters to numbers and back")
    try line("  " + entries.enumerated().map { "'\($1)': \($0)" }.joined(separator: ", "))
    try line("  " + entries.enumerated().map { "\($0): '\($1)'" }.joined(separator: ", "))

    let longest = sentences.map(\.count).max() ?? 0
    try section("Padding with spaces to the longest, \(longest) characters")
    let padded = sentences.map { $0 + String(repeating: " ", count: longest - $0.count) }
    for sentence in padded { try line("  '\(sentence)'") }

    try section("What goes in, and what should come out: the same, one character later")
    for sentence in padded {
      try line("  input '\(sentence.dropLast())'  target '\(sentence.dropFirst())'")
    }

    let batches = try PaddedSentences(sentences, tokenizer: tokenizer)
    let (rows, steps) = (batches.batchSize, batches.sequenceLength)
    try section("One-hot vectors")
    try line(
      "  \(rows) sentences × \(steps) steps × \(entries.count) characters: [\(rows), \(steps), \(entries.count)]"
    )
    try line("  (never formed: the product of a one-hot vector with a matrix is a row of it)")
    try section("Device")
    try line("  cpu, \(try InstructionSet.current()) kernels")

    let configuration = LanguageModel.Configuration(cell: cell.cell(.tanh), hiddenSize: 12)
    let model = try LanguageModel(configuration, tokenizer: tokenizer, seed: seed)
    try section("The model")
    for (name, value) in model.parameters { try line("  \(name) \(value.shape)") }
    try line("  \(model.parameterCount) parameters")

    let trained = try train(model, on: batches)
    try section("Completing \"good\" to \(longest) characters, always with the likeliest")
    let start = "good"
    let rest = try trained.generate(prompt: start, length: longest - start.count, sampling: .greedy)
    try line("  '\(start + rest)'")
  }

  private func train(_ model: LanguageModel, on batches: PaddedSentences) throws -> LanguageModel {
    let plan = TrainingPlan(epochs: 100, optimizer: Adam(learningRate: 0.01), seed: seed)
    try section("Training: \(plan.epochs) epochs, Adam, learning rate 0.01")
    let batch = LanguageModel.Batch(try batches.batch(at: 0))
    var trainer = Trainer(model, plan: plan)
    try trainer.fit(
      on: TrainingData(stepsPerEpoch: 1) { _ in batch },
      onStep: { _, report in
        guard report.step % 10 == 0 else { return }
        try line("  epoch \(report.step)/\(plan.epochs)  loss \(decimalText(report.loss, 4))")
      })
    return trainer.model
  }

  private func section(_ title: String) throws { try Console.data("\n\(title)\n") }

  private func line(_ text: String) throws { try Console.data(text + "\n") }
}
