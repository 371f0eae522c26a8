import Testing
import Unroll
import UnrollTestSupport

/// The README's example: an app that trains on a file, shows progress, is cancelled, and goes on.
@Suite struct AppExampleTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func anAppTrainsOnAFileIsCancelledAndGoesOn() async throws {
    let (book, output, checkpoints) = (
      try folder.write(
        String(repeating: "It was the best of times, it was the worst of times. ", count: 40),
        to: "book.txt"),
      folder("book.safetensors"), folder("run")
    )
    var settings = RunSettings(LanguageSettings(texts: [book]), output: output)
    settings.outputs.checkpoint = checkpoints
    settings.sizes.epochs = 4
    let asked = settings

    let training = Task.detached {
      var run = try TrainingRun<LanguageTask>(asked)
      return try run.train { event in
        if case .epoch(let report) = event {
          print(report.epoch, report.loss ?? 0, report.validation?.deciding.value ?? 0)
        }
      } until: { step in
        Task.isCancelled || step == 20
      }.ending
    }
    #expect(try await training.value == .interrupted)

    var rest = try TrainingRun<LanguageTask>(
      goingOnIn: checkpoints)
    let result = try rest.train()
    #expect(result.ending == .done)
    #expect(try result.model.generate(prompt: "It was", length: 10).count == 10)
  }
}
