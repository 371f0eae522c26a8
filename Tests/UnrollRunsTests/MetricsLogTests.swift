import Testing
import Unroll
import UnrollTestSupport

/// Files of metrics, read back.
@Suite struct MetricsLogTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func runIsReadBack() throws {
    var losses: [Double] = []
    var measured: [Double] = []
    var run = try TrainingRun<LanguageTask>(folder.foxSettings())
    _ = try run.train { event in
      if case .step(let report, _) = event { losses.append(report.loss) }
      if case .epoch(let report) = event {
        measured += report.validation.map { [$0.deciding.value] } ?? []
      }
    }
    let log = try MetricsLog(contentsOf: folder("metrics.jsonl"))
    #expect(log.steps["loss"]?.map(\.value) == losses && losses.count == 54)
    #expect(log.steps["loss"]?.map(\.step) == Array(1...54))
    #expect(log.validation["loss"]?.map(\.value) == measured && measured.count == 3)
    #expect(log.validation["bitsPerByte"]?.map(\.step) == [18, 36, 54])
    #expect(Set(log.steps.keys) == Set(MetricsLog.stepFigures))
  }

  private func step(_ number: Int, _ more: String = "") -> String {
    #"{"event":"step","step":\#(number),"loss":\#(number),"learningRate":0.1,"gradientNorm":null,"seconds":1,"targetsPerSecond":5\#(more)}"#
      + "\n"
  }

  @Test func whatARunWentBackFromIsNotThere() throws {
    let text = (1...4).map { step($0) }.joined() + step(5, #","skipped":"x","retreat":2"#) + step(3)
    let path = try folder.write(text, to: "m.jsonl")
    let log = try MetricsLog(contentsOf: path)
    #expect(log.steps["loss"]?.map(\.step) == [1, 2, 3])
    #expect(log.steps["gradientNorm"] == [])
  }

  @Test func lineInTheMakingIsLeftOut() throws {
    let path = try folder.write(step(1) + String(step(2).dropLast(9)), to: "m.jsonl")
    #expect(try MetricsLog(contentsOf: path).steps["loss"]?.map(\.step) == [1])
  }

  @Test(arguments: [
    ("", "is empty"), ("text\n", "line 1: "), ("{}\n", "line 1: "),
    (#"{"event":"step","step":-1,"loss":1,"seconds":1}"# + "\n", "line 1: "),
    (#"{"event":"step","step":1,"loss":"low","seconds":1}"# + "\n", "line 1: "),
  ])
  func whatIsNoMetricsIsNamed(text: String, sentence: String) throws {
    let path = try folder.write(text, to: "m.jsonl")
    #expect {
      try MetricsLog(contentsOf: path)
    } throws: {
      ($0 as? RunError)?.code == .invalidMetrics && "\($0)".contains(sentence)
    }
  }
}
