import Testing
import Unroll
import UnrollTestSupport

/// Sweeps: what is tried, what goes on, and what an interruption changes (nothing).
@Suite struct SweepTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func base() throws -> RunSettings<LanguageSettings> {
    var settings = try folder.foxSettings()
    settings.schedule.schedule = .cosine
    (settings.outputs.metrics, settings.outputs.checkpoint) = (nil, nil)
    return settings
  }

  private func values(_ plan: SweepPlan) -> [[String]] {
    plan.candidates.map { $0.values.map { "\($0.name)=\($0.content.description)" } }
  }

  @Test func gridHasAllCombinations() throws {
    let plan = try SweepPlan(json: #"{"grid": {"hiddenSize": [4, 8], "cell": ["gru", "lstm"]}}"#)
    #expect(
      values(plan) == [
        ["hiddenSize=4", "cell=gru"], ["hiddenSize=4", "cell=lstm"], ["hiddenSize=8", "cell=gru"],
        ["hiddenSize=8", "cell=lstm"],
      ])
    #expect(plan.rungs.map(\.runCount) == [4] && plan.rungs.map(\.share) == [1])
  }

  @Test func drawsAreOfTheirRangesAndOfTheSeed() throws {
    func plan(_ seed: Int) throws -> SweepPlan {
      try SweepPlan(
        json: """
          {"random": {"learningRate": {"from": 0.001, "to": 0.1, "scale": "log"}, "layers": {"from": 1, "to": 3},
           "cell": ["gru", "lstm"]}, "runs": 300, "seed": \(seed)}
          """)
    }
    let candidates = try plan(1).candidates
    let rates = candidates.compactMap { Double($0.values[0].content.description) }
    #expect(rates.count == 300 && rates.allSatisfy { (0.001...0.1).contains($0) })
    // Half of them are below the geometric mean.
    #expect((110...190).contains(rates.count { $0 < 0.01 }))
    #expect(Set(candidates.map { $0.values[1].content.description }) == ["1", "2", "3"])
    #expect(Set(candidates.map { $0.values[2].content.description }) == ["gru", "lstm"])
    #expect(try plan(1) == plan(1) && plan(2).candidates != candidates)
  }

  @Test(
    arguments: [
      (9, 3, [9, 3, 1], [1.0 / 9, 1.0 / 3, 1]), (8, 2, [8, 4, 2, 1], [0.125, 0.25, 0.5, 1]),
      (5, 3, [5, 1], [1.0 / 3, 1]), (2, 3, [2], [1]), (1, 2, [1], [1]),
    ] as [(Int, Int, [Int], [Double])])
  func halvingHasRungs(count: Int, halving: Int, counts: [Int], shares: [Double]) throws {
    let plan = try SweepPlan(
      json: #"{"random": {"dropout": [0, 0.1]}, "runs": \#(count), "halving": \#(halving)}"#)
    #expect(plan.rungs.map(\.runCount) == counts && plan.rungs.map(\.share) == shares)
  }

  private static let halved =
    #"{"grid": {"learningRate": [0.00001, 0.02, 0.001, 0.01]}, "halving": 2}"#

  /// Of four rates the two middle ones come through the first rung, and one through all; each ends as it would have alone.
  @Test func bestGoOnAndEndAsTheyWouldAlone() throws {
    var sweep = try Sweep<LanguageTask>(
      SweepPlan(json: Self.halved), over: base(), in: folder("sweep"))
    #expect(try sweep.run())
    let ranking = sweep.ranking
    #expect(Set(ranking.prefix(2).map(\.number)) == [2, 4])
    #expect(ranking.map(\.rungCount) == [3, 2, 1, 1])
    #expect(ranking.map(\.stepCount) == [54, 27, 14, 14])
    #expect(ranking.last?.number == 1)
    let best = ranking[0]
    var alone = try base()
    alone.optimizer.learningRate = best.number == 2 ? 0.02 : 0.01
    alone.outputs.output = folder("alone")
    var run = try TrainingRun<LanguageTask>(alone)
    #expect(try run.train().validation == best.measure)
    #expect(
      try folder.bytes(of: "alone") == folder.bytes(of: "sweep/run-\(best.number).safetensors"))
    #expect(
      try sweep.settings(of: best).contains { $0.name == "learningRate" })
  }

  @Test(arguments: [1, 20, 60])
  func interruptedSweepComesToTheSame(stop: Int) throws {
    func ranking(in name: String) throws -> [SweepRun] {
      var sweep = try Sweep<LanguageTask>(
        SweepPlan(json: Self.halved), over: base(), in: folder(name))
      #expect(try sweep.run())
      return sweep.ranking
    }
    let whole = try ranking(in: "whole")
    do {
      var part = try Sweep<LanguageTask>(
        SweepPlan(json: Self.halved), over: base(), in: folder("part"))
      var steps = 0
      let isDone = try part.run(
        { if case .run(_, .step) = $0 { steps += 1 } }, until: { steps >= stop })
      #expect(!isDone)
    }
    let rest = try ranking(in: "part")
    #expect(
      rest.map(\.number) == whole.map(\.number) && rest.map(\.measure) == whole.map(\.measure))
    // All is done: nothing is trained again.
    let results = try folder.bytes(of: "whole/results.jsonl")
    #expect(try ranking(in: "whole").map(\.measure) == whole.map(\.measure))
    #expect(try folder.bytes(of: "whole/results.jsonl") == results)
  }

  @Test func folderOfSomethingElseIsRefused() throws {
    let plan = try SweepPlan(json: Self.halved)
    _ = try Sweep<LanguageTask>(plan, over: base(), in: folder("sweep"))
    let other = try SweepPlan(json: #"{"grid": {"dropout": [0, 0.1]}}"#)
    #expect {
      try Sweep<LanguageTask>(other, over: base(), in: folder("sweep"))
    } throws: {
      ($0 as? RunError)?.code == .otherSetting
    }
    try folder.write("mine", to: "full/notes.txt")
    #expect {
      try Sweep<LanguageTask>(plan, over: base(), in: folder("full"))
    } throws: {
      ($0 as? RunError)?.code == .otherSetting
    }
    #expect(try folder.names(in: "full").contains("notes.txt"))
  }

  @Test(arguments: [
    ("[]", "expected an object"), ("{", "the sweep: "), ("{}", #"either "grid" or "random""#),
    (#"{"grids": {}}"#, #"has a member "grids""#), (#"{"grid": {"dropout": []}}"#, "has no value"),
    (#"{"grid": {"dropout": 1}}"#, "expected an array"),
    (#"{"random": {"dropout": [1]}}"#, "runs: is missing"),
    (#"{"random": {"dropout": {"from": 1, "to": 0}}, "runs": 2}"#, "to a greater one"),
    (#"{"random": {"dropout": {"from": 0, "to": 1, "scale": "log"}}, "runs": 2}"#, "above 0"),
    (
      #"{"random": {"dropout": {"from": 0, "to": 1, "scale": "cubic"}}, "runs": 2}"#,
      "log or linear"
    ),
    (#"{"grid": {"dropout": [0]}, "halving": 1}"#, "2 to 100"),
    (
      #"{"random": {"epochs": {"from": 1, "to": 9223372036854775807}}, "runs": 2}"#,
      "expected a number"
    ),
    (#"{"random": {"dropout": {"from": 5e-324, "to": 1, "scale": "log"}}, "runs": 2}"#, "above 0"),
  ])
  func impossiblePlansAreRefused(json: String, sentence: String) {
    #expect {
      try SweepPlan(json: json)
    } throws: {
      ($0 as? RunError)?.code == .invalidSetting && "\($0)".contains(sentence)
    }
  }

  /// Lines that no sweep writes are no reason to trap.
  @Test(arguments: [
    #"{"run":1,"rung":2,"step":1,"failure":null,"measure":null}"#, #"{"run":9,"rung":1}"#, "text",
    #"{"run":1,"rung":1,"step":1,"measure":[{"name":"loss"}]}"#,
  ])
  func damagedResultsAreNamed(line: String) throws {
    _ = try Sweep<LanguageTask>(SweepPlan(json: Self.halved), over: base(), in: folder("sweep"))
    try folder.write(line + "\n", to: "sweep/results.jsonl")
    #expect {
      try Sweep<LanguageTask>(SweepPlan(json: Self.halved), over: base(), in: folder("sweep"))
    } throws: {
      ($0 as? RunError)?.code == .otherSetting && "\($0)".contains("results.jsonl', line 1: ")
    }
  }

  /// An impossible model drops out, and the others go on.
  @Test func impossibleModelDropsOut() throws {
    let plan = try SweepPlan(json: #"{"grid": {"embeddingDropout": [0.5, 0]}}"#)
    var sweep = try Sweep<LanguageTask>(plan, over: base(), in: folder("sweep"))
    #expect(try sweep.run())
    #expect(sweep.runs[0].failure?.contains("needs an embedding") == true)
    #expect(sweep.runs[1].measure != nil && sweep.ranking[0].number == 2)
  }

  @Test(arguments: [
    #"{"grid": {"output": ["a", "b"]}}"#,
    #"{"settings": {"tensorboard": "board"}, "grid": {"dropout": [0]}}"#,
  ])
  func placesAreTheSweepsOwn(json: String) throws {
    #expect {
      try Sweep<LanguageTask>(SweepPlan(json: json), over: base(), in: folder("sweep"))
    } throws: {
      "\($0)".contains("leave ")
    }
  }

  @Test(arguments: [#"{"hidden": [1]}"#, #"{"dropout": [0, 2]}"#, #"{"layers": ["many"]}"#])
  func impossibleRunsAreRefusedBeforeAnyIsTrained(grid: String) throws {
    let plan = try SweepPlan(json: #"{"grid": \#(grid)}"#)
    #expect {
      try Sweep<LanguageTask>(plan, over: base(), in: folder("sweep"))
    } throws: {
      ($0 as? RunError)?.code == .invalidSetting && "\($0)".contains(" of the sweep")
    }
    #expect(try folder.names == ["fox.txt"])
  }
}
