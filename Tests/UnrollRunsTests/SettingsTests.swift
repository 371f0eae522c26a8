import Testing
import Unroll

private typealias Settings = RunSettings<LanguageSettings>

@Suite struct SettingsTests {
  private let base = Settings(LanguageSettings(texts: ["/book.txt"]), output: "/out.safetensors")

  @Test func namesAreDistinct() {
    let names = Settings.table.map(\.name)
    #expect(names.count > 40)
    #expect(Set(names).count == names.count)
  }

  @Test func settingsComeBackFromTheirJSON() throws {
    var settings = base
    settings.task.include = ["*.txt", "*.md"]
    settings.task.documents = .lines
    settings.task.tokens.vocabularySize = 300
    settings.model.dropout = 0.1
    settings.model.tieWeights = true
    settings.sizes.hiddenSize = 64
    settings.heldOut.validationFraction = 0.25
    settings.optimizer.learningRate = 1e-30
    settings.ending.timeLimit = TimeSpan("20m")
    settings.outputs.checkpointEvery = CheckpointInterval("90s")
    settings.seed = .max
    var copy = Settings()
    try copy.take(json: settings.json)
    #expect(copy == settings)
  }

  @Test func whatAFileDoesNotNameStays() throws {
    var settings = base
    settings.sizes.layers = 3
    try settings.take(json: #"{"hiddenSize": 40, "tokens": "words", "learningRate": null}"#)
    #expect(settings.sizes.layers == 3 && settings.sizes.hiddenSize == 40)
    #expect(settings.task.tokens.kind == .words && settings.optimizer.learningRate == nil)
  }

  @Test(arguments: [
    (#"{"hiddenSizes": 1}"#, #"the settings has a setting "hiddenSizes" that does not exist"#),
    (#"{"hiddenSize": "many"}"#, "hiddenSize is a whole number, or null, not many"),
    (#"{"hiddenSize": 1.5}"#, "hiddenSize is a whole number, or null, not 1.5"),
    (#"{"cell": "transformer"}"#, "cell is one of rnn, lstm, gru, not transformer"),
    (#"{"seed": -1}"#, "seed is a whole number from 0 to"),
    (#"{"include": [1]}"#, #""include" has a value that no setting has"#),
    ("{", "the settings: "), ("[]", "the settings"),
  ])
  func whatIsNoSettingIsNamed(json: String, sentence: String) {
    var settings = base
    #expect {
      try settings.take(json: json)
    } throws: {
      ($0 as? RunError)?.code == .invalidSetting && "\($0)".contains(sentence)
    }
  }

  @Test func onlyWhatChangesTheResultIsADifference() {
    var other = base
    other.outputs.output = "/elsewhere"
    other.task.texts = ["/moved.txt"]
    other.threads = 3
    #expect(other.differences(from: base).isEmpty)
    other.sizes.hiddenSize = 9
    other.model.tieWeights = true
    #expect(other.differences(from: base).map(\.name) == ["tieWeights", "hiddenSize"])
    #expect(other.differences(from: base)[0].was.description == "not given")
  }

  @Test(arguments: ["90s", "10m", "2h", "15"])
  func spansOfTimeAreRead(text: String) {
    #expect(TimeSpan(text)?.seconds == ["90s": 90, "10m": 600, "2h": 7200, "15": 15][text])
  }

  @Test(arguments: ["", "m", "-1s", "0", "nan", "infs", "1e400"])
  func whatIsNoSpanIsNone(text: String) {
    #expect(TimeSpan(text) == nil)
    #expect(CheckpointInterval(text) == nil)
  }

  @Test func stepsAloneDecideHowLongARunIs() {
    let data = DataSizes(tokenCount: 1000, distinctCount: 10)
    var settings = base
    settings.ending.steps = 5000
    #expect(settings.completed(by: RunSizes(adviceFor: data)).plan(stepsPerEpoch: 15).epochs == 334)
    settings.ending.steps = 5
    #expect(settings.completed(by: RunSizes(adviceFor: data)).plan(stepsPerEpoch: 15).epochs == 1)
    settings.ending.steps = 5000
    settings.sizes.epochs = 3
    #expect(settings.completed(by: RunSizes(adviceFor: data)).plan(stepsPerEpoch: 15).epochs == 3)
  }

  /// What is of another schedule or mean than that asked for would silently do nothing.
  @Test(arguments: [
    (
      #"{"decayFactor": 0.5}"#,
      "decayFactor belongs to the schedules step, exponential, plateau, not to cosine"
    ),
    (#"{"schedule": "step", "decayEvery": 0}"#, "decayEvery is 1 or more, not 0"),
    (#"{"schedule": "one-cycle", "warmupSteps": 5}"#, "one-cycle has a warm-up of its own"),
    (
      #"{"schedule": "linear", "plateauPatience": 1}"#,
      "plateauPatience belongs to the schedules plateau"
    ),
    (#"{"averageDecay": 0.9}"#, "averageDecay belongs to average exponential"),
    (
      #"{"average": "exponential", "averageDecay": 1}"#,
      "averageDecay is at least 0 and below 1, not 1.0"
    ),
    (#"{"average": "when-stalled", "averageInterval": 0}"#, "averageInterval is 1 or more, not 0"),
    (
      #"{"average": "when-stalled", "validationFraction": 0}"#,
      "average when-stalled needs validation"
    ),
    (#"{"shards": 0}"#, "shards is 1 or more, not 0"),
    (#"{"patience": -1}"#, "patience is 0 or more, not -1"),
  ])
  func whatBelongsElsewhereIsRefused(json: String, sentence: String) throws {
    var settings = base
    try settings.take(json: json)
    #expect {
      try settings.validate()
    } throws: {
      ($0 as? RunError)?.code == .invalidSetting && "\($0)".contains(sentence)
    }
  }
}
