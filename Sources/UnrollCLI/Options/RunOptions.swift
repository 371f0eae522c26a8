import ArgumentParser
import Unroll
import UnrollModels
import UnrollRuns

/// What a run of any task writes, and what it begins from.
struct RunOptions: ParsableArguments {
  @Option(help: "Where to write the model, a .safetensors file.")
  var output: String?

  @Option(
    help:
      "How the model's weights are stored: f16 and bf16 make the file half as large (default: f32)."
  )
  var precision: WeightPrecision?

  @Option(
    help:
      "Rows of a batch: parallel streams through the text, or documents (default: 1 to 512, by the size of the text)."
  )
  var batchSize: Int?

  @Option(
    help:
      "Steps of a window: how far back in time gradients go (default: 50 or 100, by the size of the text)."
  )
  var sequenceLength: Int?

  @Option(
    help:
      "The fraction that is kept for validation: of the text its end, of documents some drawn by the seed (default: 0.1, at most a million tokens, nothing of fewer than 100)."
  )
  var validationFraction: Double?

  @Option(
    help:
      "The fraction that is kept for testing: what comes last, measured once after training (default: 0)."
  )
  var testFraction: Double?

  @Option(help: "Validate on this text instead of the end of the corpus.")
  var validation: String?

  @Option(
    help:
      "Show a sample after every so many epochs; 0 for only one at the end (default: a quarter of them)."
  )
  var sampleEvery: Int?

  @Option(help: "Write a line of JSON for each step and epoch to this file.")
  var metrics: String?

  @Option(help: "Write what happens into this folder for TensorBoard.")
  var tensorboard: String?

  @Option(
    help:
      "Take settings from this file of JSON, as --print-config writes it; options that are given win."
  )
  var config: String?

  @Flag(help: "Print all settings as JSON, and do nothing else.")
  var printConfig = false

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Show errors only.")
  var quiet = false

  @Flag(help: "Print a JSON summary to standard output at the end.")
  var json = false

  /// Replaces what was typed.
  func apply<Task>(to settings: inout RunSettings<Task>) {
    take(output, into: &settings.outputs.output)
    take(precision, into: &settings.outputs.precision)
    take(batchSize, into: &settings.sizes.batchSize)
    take(sequenceLength, into: &settings.sizes.sequenceLength)
    take(validationFraction, into: &settings.heldOut.validationFraction)
    take(testFraction, into: &settings.heldOut.testFraction)
    take(validation, into: &settings.heldOut.validation)
    take(sampleEvery, into: &settings.outputs.sampleEvery)
    take(metrics, into: &settings.outputs.metrics)
    take(tensorboard, into: &settings.outputs.tensorboard)
    take(threads.threads, into: &settings.threads)
  }

  func validate() throws {
    if let sampleEvery {
      try require(!quiet || sampleEvery <= 0, "--quiet and --sample-every contradict each other")
    }
  }
}
