import Unroll
import UnrollTestSupport

extension TemporaryFolder {
  /// Settings of a small model that learns `fox.txt` in no time.
  func foxSettings(output: String = "fox.safetensors") throws -> RunSettings<LanguageSettings> {
    let text = String(repeating: "the quick brown fox jumps over the lazy dog.\n", count: 30)
    var settings = RunSettings(
      LanguageSettings(texts: [try write(text, to: "fox.txt")]), output: self(output))
    settings.sizes.hiddenSize = 8
    settings.sizes.layers = 1
    settings.sizes.batchSize = 4
    settings.sizes.sequenceLength = 16
    settings.sizes.epochs = 3
    settings.model.embeddingSize = 0
    settings.model.dropout = 0.2
    settings.schedule.schedule = .plateau
    settings.outputs.metrics = self("metrics.jsonl")
    settings.outputs.checkpoint = self("run")
    return settings
  }
}
