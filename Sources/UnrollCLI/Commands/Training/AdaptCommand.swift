import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollText

/// `unroll adapt`.
struct AdaptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adapt",
    abstract: "Let a language model learn from one's own text, with a way back.",
    discussion: """
      The model reads the text once, and takes a small step after each segment (dynamic evaluation, Krause and others 2018).
      The file that it writes keeps the original model, which --reset gives back, byte for byte.
      """)

  @Argument(help: "A model that `unroll train` wrote.")
  var model: String

  @Argument(help: "Text files or directories of them; - for standard input.")
  var files: [String] = []

  @Option(help: "Where to write the adapted model; with --reset, the original one.")
  var output: String

  @Flag(help: "Write the model that an adapted one came from.")
  var reset = false

  @Option(help: "How often the text is read (default: 1).")
  var passes = 1

  @OptionGroup var reading: FolderOptions
  @OptionGroup var adapting: DynamicOptions
  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Show errors only.")
  var quiet = false

  func validate() throws {
    try require(reset || !files.isEmpty, "Missing expected argument '<files> ...'")
    try require(!reset || files.isEmpty, "--reset needs no text: it gives the original model back")
    try require(passes > 0, "--passes is 1 or more, not \(passes)")
    try refusingUsage { _ = try adapting.evaluation }
  }

  func run() throws {
    try DurableFile.checkWritable(output)
    let contents = try FileContents(openingInput: model)
    let file = try ModelFile(contents, source: model == "-" ? "standard input" : model)
    if reset {
      guard let original = file.original else {
        throw Failure(
          status: 65, description: "'\(model)' was not adapted: there is no original to go back to")
      }
      try DurableFile.write(to: output) { try $0.append(original) }
      if !quiet { Console.message("wrote \(output), the original model") }
      return
    }
    try threads.run { try adapt(file, contents) }
  }

  private func adapt(_ file: ModelFile, _ contents: FileContents) throws {
    var adapted: LanguageModel = try file.model()
    let documents = try? file.training?.field["settings"]["documents"].string()
    try require(
      documents ?? "stream" == "stream",
      "'\(model)' was trained on \(documents ?? "") as documents of their own, and adapt reads a text as one stream: train it further with --init-from"
    )
    let corpus = try reading.corpus(files, isQuiet: quiet)
    let tokens = try corpus.tokens(
      by: adapted.tokenizer, CorpusProcessing(isQuiet: quiet))
    let evaluation = try adapting.evaluation
    let before = try adapted.evaluation(of: tokens)
    Interruption.watch()
    let progress = quiet ? nil : ShareProgress("adapting")
    defer { progress?.clear() }
    for pass in 0..<passes {
      let measured = try evaluation.evaluation(of: &adapted, on: tokens) { share in
        progress?.show((Double(pass) + share) / Double(passes))
        return Interruption.signalNumber != nil
      }
      guard measured != nil else { leave(with: 128 + (Interruption.signalNumber ?? 0)) }
    }
    progress?.clear()
    let after = try adapted.evaluation(of: tokens)
    // The way back leads to the first model, however often it was adapted.
    let original = file.original ?? contents.withUnsafeBytes { Array($0) }
    try adapted.write(to: output, training: file.training, original: original)
    guard !quiet else { return }
    Console.message(
      "on this text \(decimalText(before.bitsPerCharacter, 4)) bits per character before and \(decimalText(after.bitsPerCharacter, 4)) after, which is no promise for another text"
    )
    Console.message(
      "wrote \(output); unroll adapt \(output.shellQuoted) --reset --output FILE gives the original back"
    )
  }
}

/// How a model learns from the text that it is measured on.
struct DynamicOptions: ParsableArguments {
  @Option(help: "The step size of adapting (default: 3e-4).")
  var dynamicRate: Double?

  @Option(help: "How much of the way back to the original weights each step takes (default: 1e-4).")
  var dynamicDecay: Double?

  @Option(help: "The tokens between two steps (default: 20).")
  var dynamicSegment: Int?

  var evaluation: DynamicEvaluation {
    get throws {
      let usual = try DynamicEvaluation()
      do {
        return try DynamicEvaluation(
          learningRate: dynamicRate ?? usual.learningRate, decay: dynamicDecay ?? usual.decay,
          segmentLength: dynamicSegment ?? usual.segmentLength)
      } catch {
        // The options have other names than the settings of a run.
        let names = [
          "learningRate": "--dynamic-rate", "decay": "--dynamic-decay",
          "segmentLength": "--dynamic-segment",
        ]
        throw ValidationError(error.sentence.text { names[$0] ?? $0 })
      }
    }
  }
}
