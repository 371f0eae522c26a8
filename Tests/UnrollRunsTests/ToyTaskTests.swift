import Testing
import Unroll
import UnrollTestSupport

@Suite struct ToyTaskTests {
  private let folder: TemporaryFolder
  private let settings: RunSettings<MajorityTask.Settings>

  init() throws {
    folder = try TemporaryFolder()
    let words = (0..<32).map { number in (0..<5).map { number >> $0 & 1 == 0 ? "a" : "b" }.joined()
    }
    let lines = (words + words).map { "\($0) \($0.count { $0 == "a" } > 2 ? "a" : "b")" }
    var settings = RunSettings(
      MajorityTask.Settings(file: try folder.write(lines.joined(separator: "\n"), to: "words.txt")),
      output: folder("majority.safetensors"))
    settings.sizes.hiddenSize = 8
    settings.sizes.batchSize = 8
    settings.sizes.epochs = 30
    settings.optimizer.learningRate = 0.02
    settings.outputs.metrics = folder("metrics.jsonl")
    self.settings = settings
  }

  @Test func aTaskOfOnesOwnLearnsThroughTheSameRun() throws {
    var run = try TrainingRun<MajorityTask>(settings)
    let result = try run.train()
    #expect(result.validation?.deciding.value ?? 0 >= 0.9)
    let metrics = String(decoding: try folder.bytes(of: "metrics.jsonl"), as: UTF8.self)
    #expect(metrics.contains("\"validationAccuracy\":"))
    let model = try MajorityTask.Model(contentsOf: folder("majority.safetensors"))
    let scores = model.scores(Indices([0, 0, 1, 0, 0], shape: [5, 1])).elements
    #expect(scores[0] > scores[1])
  }

  @Test func itGoesOnFromItsCheckpointsToTheSameBytes() throws {
    var whole = try TrainingRun<MajorityTask>(settings)
    _ = try whole.train()
    let bytes = try folder.bytes(of: "majority.safetensors")
    let metrics = try folder.metrics(of: "metrics.jsonl")
    var interrupted = settings
    interrupted.outputs.checkpoint = folder("run")
    do {
      var run = try TrainingRun<MajorityTask>(interrupted)
      #expect(try run.train(until: { $0 == 50 }).ending == .interrupted)
    }
    var rest = try TrainingRun<MajorityTask>(
      goingOnIn: folder("run"))
    _ = try rest.train()
    #expect(try folder.bytes(of: "majority.safetensors") == bytes)
    #expect(try folder.metrics(of: "metrics.jsonl") == metrics)
  }

  @Test func theBestModelIsTheOneWithTheGreatestAccuracy() throws {
    var settings = settings
    settings.ending.patience = 3
    var best = 0.0
    var run = try TrainingRun<MajorityTask>(settings)
    let result = try run.train { event in
      if case .epoch(let report) = event {
        #expect(report.isBest == (report.validation!.deciding.value > best))
        best = max(best, report.validation!.deciding.value)
      }
    }
    #expect(result.validation?.deciding.value == best)
  }

  @Test func aCheckpointOfAnotherTaskIsRefused() throws {
    var settings = try folder.foxSettings()
    settings.sizes.epochs = 1
    do {
      var run = try TrainingRun<LanguageTask>(settings)
      _ = try run.train()
    }
    #expect {
      _ = try TrainingRun<MajorityTask>(
        goingOnIn: folder("run"))
    } throws: { error in
      "\(error)".contains("is a checkpoint of another task: it is language-model, not majority")
    }
  }
}
