import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns

/// `unroll classify`.
struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Tell the classes of texts.",
    discussion: """
      Each line is a text. For each, a line is written: label, probability and text, with tabs between them. With --top, the \
      likeliest labels and their probabilities come one after the other. A text in which there is nothing that the model \
      knows has no label.

      Keys of --json: text; label and probability of the likeliest class, or null; with --top, labels, an array of objects with both.
      """)

  @Argument(help: "A model that `unroll train-classifier` wrote.")
  var model: String

  @Argument(help: "A file with a text on each line; - for standard input.")
  var file = "-"

  @Option(
    help: ArgumentHelp("Classify this text; can be given several times.", valueName: "text"))
  var text: [String] = []

  @Option(help: ArgumentHelp("Name so many of the likeliest labels.", valueName: "labels"))
  var top: Int?

  @Flag(help: "Print an object of JSON for each text.")
  var json = false

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    if let top { try require(top > 0, "--top is 1 or more, not \(top)") }
    try require(
      text.isEmpty || file == "-", "--text and the file '\(file)' are two inputs: give one of them")
  }

  func run() throws {
    try threads.run {
      let classifier: Classifier = try ModelFile(contentsOf: model).model()
      try InputLines(texts: text, path: file, groupSize: 8192).forEachGroup {
        lines, source, first in
        try write(lines, from: source, first: first, by: classifier)
      }
    }
  }

  /// Writes what the classifier says of some texts.
  private func write(
    _ texts: [String], from source: String, first: Int, by classifier: Classifier
  ) throws {
    let names = classifier.classes
    let said = try classifier.classify(texts) { "line \(first + $0) of \(source)" }
    var output = ""
    for (index, (text, said)) in zip(texts, said).enumerated() {
      if said == nil {
        Console.message(
          "note: line \(first + index) of \(source) has nothing that the model knows, and no label")
      }
      if json {
        output += object(said, of: text, names).text() + "\n"
      } else {
        for number in said.map(shownLabels) ?? [] {
          output += "\(names[number])\t\(probability(said, number))\t"
        }
        output += (said == nil ? "\t\t" : "") + text + "\n"
      }
    }
    try Console.data(output)
  }

  /// The labels to name, the likeliest first.
  private func shownLabels(_ said: Classification) -> [Int] {
    top.map { Array(said.ranked.prefix($0)) } ?? [said.best]
  }

  /// Four decimals. The product is exact, so that the rounding is right.
  private func probability(_ said: Classification?, _ number: Int) -> String {
    let digits = Int((Double(said?.probabilities[number] ?? 0) * 10_000).rounded(.toNearestOrEven))
    return "\(digits / 10_000)." + String(digits % 10_000 + 10_000).dropFirst()
  }

  private func object(_ said: Classification?, of text: String, _ names: [String]) -> JSON {
    var object = JSON.Object()
    object["text"] = .string(text)
    object["label"] = said.map { .string(names[$0.best]) } ?? .null
    object["probability"] = said.map { JSON($0.confidence) } ?? .null
    if let top {
      object["labels"] = .array(
        (said?.ranked.prefix(top) ?? []).map { number in
          [
            "label": .string(names[number]),
            "probability": said.map { JSON($0.probabilities[number]) } ?? .null,
          ]
        })
    }
    return .object(object)
  }
}
