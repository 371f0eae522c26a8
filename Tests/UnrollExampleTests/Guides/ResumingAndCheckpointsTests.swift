import Testing
import Unroll

/// The code of the guide of this name.
@Suite struct ResumingAndCheckpointsTests {
  private let files: GuideFolder
  private var folder: String { files["run"] }

  init() throws { files = try GuideFolder() }

  private func settings(output: String) -> RunSettings<LanguageSettings> {
    var settings = RunSettings(
      LanguageSettings(texts: [files["book.txt"]]), output: files[output])
    settings.sizes.layers = 1
    settings.sizes.hiddenSize = 8
    settings.sizes.batchSize = 4
    settings.sizes.sequenceLength = 16
    settings.sizes.epochs = 2
    return settings
  }

  @Test func aRunIsStoppedAndGoesOn() throws {
    var whole = try TrainingRun<LanguageTask>(settings(output: "whole.safetensors"))
    _ = try whole.train()

    var settings = settings(output: "book.safetensors")
    settings.outputs.checkpoint = folder
    settings.outputs.checkpointEvery = .steps(10)

    let other = self.settings(output: "second.safetensors")
    try stop(settings, thenBegin: other)
    try lookElsewhere()

    var rest = try TrainingRun<LanguageTask>(goingOnIn: folder)
    let finished = try rest.train()

    #expect(finished.ending == .done)
    #expect(try files.bytes(of: "book.safetensors") == files.bytes(of: "whole.safetensors"))
  }

  private func stop(
    _ settings: RunSettings<LanguageSettings>, thenBegin other: RunSettings<LanguageSettings>
  ) throws {
    var run = try TrainingRun<LanguageTask>(settings)
    let result = try run.train(until: { step in Task.isCancelled || step == 15 })
    print(result.ending)

    #expect(result.ending == .interrupted)

    var second = try TrainingRun<LanguageTask>(other, from: .weights(result.model))

    #expect(try second.train().ending == .done)
  }

  private func lookElsewhere() throws {
    var elsewhere = try TrainingRun<LanguageTask>(
      goingOnIn: folder, changes: { $0.threads = 1 })

    #expect(try elsewhere.train(until: { $0 == 20 }).ending == .interrupted)
  }
}
