import ArgumentParser
import Unroll
import UnrollModels
import UnrollNN
import UnrollRuns
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
    var tutorial = try Tutorial(cell: cell.recurrentCell(), seed: seed)
    try section("The sentences")
    for sentence in Tutorial.usualSentences { try line("  \(sentence)") }

    let entries = tutorial.tokenizer.vocabulary.entries
    try section("Two dictionaries, from characters to numbers and back")
    try line("  " + entries.enumerated().map { "'\($1)': \($0)" }.joined(separator: ", "))
    try line("  " + entries.enumerated().map { "\($0): '\($1)'" }.joined(separator: ", "))

    let (sentences, steps) = (tutorial.sentences, tutorial.stepCount)
    try section("Padding with spaces to the longest, \(steps + 1) characters")
    for sentence in sentences { try line("  '\(sentence)'") }

    try section("What goes in, and what should come out: the same, one character later")
    for sentence in sentences {
      try line("  input '\(sentence.dropLast())'  target '\(sentence.dropFirst())'")
    }

    let rows = sentences.count
    try section("One-hot vectors")
    try line(
      "  \(rows) sentences × \(steps) steps × \(entries.count) characters: [\(rows), \(steps), \(entries.count)]"
    )
    try line("  (never formed: the product of a one-hot vector with a matrix is a row of it)")
    try section("Device")
    try line("  cpu, \(try InstructionSet.current()) kernels")

    try section("The model")
    for (name, value) in tutorial.model.parameters { try line("  \(name) \(value.shape)") }
    try line("  \(tutorial.model.parameterCount) parameters")

    try section("Training: \(tutorial.epochs) epochs, Adam, learning rate 0.01")
    while !tutorial.isDone {
      let report = try tutorial.step()
      guard report.step % 10 == 0 else { continue }
      try line(
        "  epoch \(report.step)/\(tutorial.epochs)  loss \(decimalText(report.loss, 4))")
    }
    try section("Completing \"good\" to \(steps + 1) characters, always with the likeliest")
    try line("  '\(try tutorial.completion(of: "good"))'")
  }

  private func section(_ title: String) throws { try Console.data("\n\(title)\n") }

  private func line(_ text: String) throws { try Console.data(text + "\n") }
}
