import Testing
import Unroll
import UnrollRuns
import UnrollTestSupport

/// Runs that train taggers, on sentences made by a rule: dates, sums of money and names among other words.
struct TaggingTaskTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let names = ["Anna", "Bob", "Carla", "Dmitri", "Eve", "Fatima", "Grace", "Hugo"]
  private static let months = ["March", "April", "May", "June", "July"]

  /// A sentence by its number; each pair is a word and its tag.
  private static func sentence(_ number: Int) -> [(word: String, tag: String)] {
    var state = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func draw(_ count: Int) -> Int {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % count
    }
    func name() -> [(String, String)] {
      let first = [(names[draw(8)], "B-NAME")]
      return draw(2) == 0 ? first : first + [(names[draw(8)] + "son", "I-NAME")]
    }
    func date() -> [(String, String)] {
      [("\(draw(28) + 1)", "B-DATE"), (months[draw(5)], "I-DATE")]
        + (draw(2) == 0 ? [] : [("\(1900 + draw(120))", "I-DATE")])
    }
    func money() -> [(String, String)] {
      [("\(draw(900) + 1)", "B-MONEY"), (["dollars", "pounds", "yen"][draw(3)], "I-MONEY")]
    }
    func plain(_ words: String) -> [(String, String)] {
      words.split(separator: " ").map { (String($0), "O") }
    }
    switch draw(4) {
    case 0: return name() + plain("paid") + money() + plain("on") + date() + plain(".")
    case 1: return plain("on") + date() + plain("they met") + name() + plain(".")
    case 2: return plain("it costs") + money() + plain(", said") + name() + plain(".")
    default: return plain("nobody saw \(draw(90)) birds in the yard .")
    }
  }

  private static func file(_ numbers: Range<Int>) -> String {
    numbers.map { number in
      sentence(number).map { "\($0.word)\t\($0.tag)\n" }.joined() + "\n"
    }.joined()
  }

  private func settings(_ count: Int = 600) throws -> RunSettings<TaggingSettings> {
    var settings = RunSettings(
      TaggingSettings(data: try folder.write(Array(Self.file(0..<count).utf8), to: "bio.tsv")),
      output: folder("bio.safetensors"))
    settings.sizes.hiddenSize = 24
    settings.model.embeddingSize = 16
    settings.task.characterSize = 8
    settings.task.characterHiddenSize = 12
    settings.model.dropout = 0.1
    settings.sizes.epochs = 8
    settings.optimizer.learningRate = 0.01
    settings.outputs.metrics = folder("metrics.jsonl")
    return settings
  }

  @Test func datesSumsAndNamesAreFound() throws {
    var run = try TrainingRun<TaggingTask>(settings())
    let result = try run.train()
    #expect(result.validation?.deciding.name == "spanF1")
    let path = try folder.write(Array(Self.file(10_000..<10_500).utf8), to: "test.tsv")
    let score = try result.model.score(on: TaggedSentences(reading: path))
    #expect(score.spanF1 ?? 0 >= 0.99, "\(score.spanF1 ?? 0)")
    #expect(score.accuracy >= 0.99)
  }

  @Test func interruptedRunGoesOnToTheSameBytes() throws {
    var settings = try settings(80)
    settings.sizes.epochs = 3
    var whole = try TrainingRun<TaggingTask>(settings)
    _ = try whole.train()
    let (bytes, metrics) = (
      try folder.bytes(of: "bio.safetensors"), try folder.metrics(of: "metrics.jsonl")
    )
    settings.outputs.checkpoint = folder("run")
    do {
      var run = try TrainingRun<TaggingTask>(settings)
      #expect(try run.train(until: { $0 >= 7 }).ending == .interrupted)
    }
    var rest = try TrainingRun<TaggingTask>(goingOnIn: folder("run"))
    _ = try rest.train()
    #expect(try folder.bytes(of: "bio.safetensors") == bytes)
    #expect(try folder.metrics(of: "metrics.jsonl") == metrics)
  }

  @Test(arguments: [
    ("", "'bio.tsv' has no sentence"), ("a\tX\nb\tX\n", "has the tag \"X\" only"),
    ("a\tX\nb\n", "line 2 of 'bio.tsv' has one column"),
  ])
  func dataThatLeaveNothingToLearnAreRefused(_ text: String, _ sentence: String) throws {
    let settings = try settings()
    try folder.write(Array(text.utf8), to: "bio.tsv")
    let error = #expect(throws: TextError.self) { try TrainingRun<TaggingTask>(settings) }
    let message = error.map { $0.message.replacing(folder(""), with: "") } ?? ""
    #expect(message.contains(sentence), "\(message)")
  }

  @Test func tagThatIsOnlyInValidationIsNamed() throws {
    var settings = try settings(80)
    settings.heldOut.validation = try folder.write(Array("a\tQ\n".utf8), to: "v.tsv")
    let error = #expect(throws: TextError.self) { try TrainingRun<TaggingTask>(settings) }
    #expect(error?.message.contains("has the tag \"Q\" at \"a\"") == true)
  }
}
