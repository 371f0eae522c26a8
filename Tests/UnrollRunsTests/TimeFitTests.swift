import Testing
import Unroll
import UnrollTestSupport

/// Runs whose time is limited and whose epochs are open.
@Suite struct TimeFitTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func settings(limit: String?) throws -> RunSettings<LanguageSettings> {
    var settings = try folder.foxSettings()
    settings.outputs.checkpoint = nil
    settings.sizes.epochs = nil
    settings.ending.timeLimit = limit.flatMap { TimeSpan($0) }
    return settings
  }

  private func prepared(
    _ settings: RunSettings<LanguageSettings>
  ) throws -> (run: TrainingRun<LanguageTask>, notes: [String]) {
    var notes: [String] = []
    let run = try TrainingRun<LanguageTask>(settings) { event in
      if case .note(let note) = event { notes.append(note.sentence.text()) }
    }
    return (run, notes)
  }

  /// 100 epochs of 18 steps would be taken.
  @Test func scheduleIsThatOfTheStepsThatThereIsTimeFor() throws {
    let (limited, notes) = try prepared(settings(limit: "0.02"))
    let steps = try #require(limited.settings.settings.ending.steps)
    #expect((1..<1800).contains(steps))
    let note = try #require(notes.first { $0.contains("timeLimit is enough for") })
    #expect(note.hasSuffix("steps \(steps) in its place gives the same model"))
    // Asked for by their number, they are the same run.
    var asked = try settings(limit: nil)
    asked.ending.steps = steps
    var (same, _) = try prepared(asked)
    #expect(same.settings.sizes == limited.settings.sizes)
    #expect(same.settings.settings.ending.steps == steps)
    #expect(try same.train().step <= steps)
  }

  @Test func runsThatHaveTimeOrAreGivenTheirLengthAreLeftAlone() throws {
    let (enough, notes) = try prepared(settings(limit: "10h"))
    #expect(enough.settings.settings.ending.steps == nil)
    #expect(!notes.contains { $0.contains("enough") })
    var given = try settings(limit: "0.02")
    given.sizes.epochs = 50
    #expect(try prepared(given).run.settings.settings.ending.steps == nil)
    given.sizes.epochs = nil
    given.ending.steps = 7
    #expect(try prepared(given).run.settings.settings.ending.steps == 7)
  }
}
