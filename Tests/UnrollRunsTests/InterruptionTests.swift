import Foundation
import Testing
import Unroll
import UnrollTestSupport

@Suite struct InterruptionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The model and the metrics of a run that nobody interrupted: 54 steps in 3 epochs.
  private func wholeRun() throws -> (model: [UInt8], metrics: String) {
    var settings = try folder.foxSettings(output: "whole.safetensors")
    settings.outputs.metrics = folder("whole.jsonl")
    settings.outputs.checkpoint = nil
    var run = try TrainingRun<LanguageTask>(settings)
    #expect(try run.train().ending == .done)
    return (try folder.bytes(of: "whole.safetensors"), try folder.metrics(of: "whole.jsonl"))
  }

  private func resume() throws -> RunResult<LanguageModel> {
    var run = try TrainingRun<LanguageTask>(
      goingOnIn: folder("run"))
    return try run.train()
  }

  // Steps within an epoch, at its end, at the first and at the last.
  @Test(arguments: [1, 17, 18, 19, 36, 53, 54])
  func runThatIsInterruptedAtAStepGoesOnToTheSameBytes(step: Int) throws {
    let whole = try wholeRun()
    var run = try TrainingRun<LanguageTask>(folder.foxSettings())
    var written: WrittenReport?
    let result = try run.train { event in
      if case .wrote(let report) = event { written = report }
    } until: {
      $0 == step
    }
    #expect(result.ending == .interrupted && result.step == step)
    #expect(written?.stepCount == step && written?.totalSteps == 54)
    // What there is so far is a model.
    #expect(
      try LanguageModel(contentsOf: folder("fox.safetensors")).tokenizer.vocabulary.count > 20)
    #expect(try resume().ending == .done)
    #expect(try folder.bytes(of: "fox.safetensors") == whole.model)
    #expect(try folder.metrics(of: "metrics.jsonl") == whole.metrics)
  }

  @Test func sampleEndsWhereNoMoreIsWanted() throws {
    var run = try TrainingRun<LanguageTask>(folder.foxSettings())
    let model = try run.train().model
    var asked = 0
    let text = try run.task.sample(of: model, length: 200, seed: 0) {
      asked += 1
      return asked <= 5
    }
    #expect(asked == 6 && (1...20).contains(text?.count ?? 0))
    #expect(try run.task.remark(on: model, seed: 0, while: { false }) == nil)
  }

  @Test func runThatIsInterruptedWhileItIsMeasuredGoesOnToTheSameBytes() throws {
    let whole = try wholeRun()
    var run = try TrainingRun<LanguageTask>(folder.foxSettings())
    var isMeasuring = false
    let result = try run.train { event in
      if case .measuring = event { isMeasuring = true }
    } until: { _ in
      isMeasuring
    }
    #expect(result.ending == .interrupted)
    #expect(result.step == 18 && result.validation == nil)
    #expect(try resume().ending == .done)
    #expect(try folder.bytes(of: "fox.safetensors") == whole.model)
    #expect(try folder.metrics(of: "metrics.jsonl") == whole.metrics)
  }

  @Test func runInterruptedAgainAndAgainEndsWithTheSameBytes() throws {
    let whole = try wholeRun()
    var run = try TrainingRun<LanguageTask>(folder.foxSettings())
    var ending = try run.train(until: { $0 % 7 == 0 }).ending
    var rounds = 0
    while ending != .done, rounds < 20 {
      run = try TrainingRun(goingOnIn: folder("run"))
      ending = try run.train(until: { $0 % 7 == 0 }).ending
      rounds += 1
    }
    #expect(rounds == 7)
    #expect(try folder.bytes(of: "fox.safetensors") == whole.model)
    #expect(try folder.metrics(of: "metrics.jsonl") == whole.metrics)
  }

  @Test func aFinishedRunSaysSo() throws {
    var run: TrainingRun<LanguageTask>? = try TrainingRun(folder.foxSettings())
    _ = try run?.train()
    run = nil
    var notes: [String] = []
    var again = try TrainingRun<LanguageTask>(
      goingOnIn: folder("run"))
    let result = try again.train { event in
      if case .note(let note) = event { notes.append(note.sentence.text()) }
    }
    #expect(notes == ["the run is finished: there is no step left to take"])
    #expect(result.ending == .done && result.step == 54)
  }

  @Test func whatShowThrowsEndsTheRunWithItsModel() throws {
    struct Stop: Error {}
    var run = try TrainingRun<LanguageTask>(folder.foxSettings())
    #expect(throws: Stop.self) {
      _ = try run.train { event in
        if case .step(let report, _) = event, report.step == 5 { throw Stop() }
      }
    }
    #expect(FileManager.default.fileExists(atPath: folder("fox.safetensors")))
  }
}
