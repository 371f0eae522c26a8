import Testing
import Unroll
import UnrollRuns
import UnrollTestSupport

/// Runs that train classifiers, on words made by a rule: a word is of the class of its first letter.
struct ClassificationTaskTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// 30 words for each of three letters.
  private static let rows: [(label: String, text: String)] = "abc".flatMap { first in
    (0..<30).map { number in
      let rest = (0..<(number % 5 + 1)).map { "abc".map(String.init)[(number * 7 + $0 * 5) % 3] }
      return ("begins with \(first)", String(first) + rest.joined())
    }
  }

  private func table(_ rows: [(label: String, text: String)] = rows) -> String {
    rows.map { "\($0.label)\t\($0.text)\n" }.joined()
  }

  private func settings(
    _ table: String, name: String = "words.tsv"
  ) throws -> RunSettings<ClassificationSettings> {
    var settings = RunSettings(
      ClassificationSettings(data: try folder.write(Array(table.utf8), to: name)),
      output: folder("words.safetensors"))
    settings.sizes.hiddenSize = 8
    settings.sizes.batchSize = 8
    settings.sizes.epochs = 20
    settings.model.embeddingSize = 4
    settings.model.dropout = 0.1
    settings.optimizer.learningRate = 0.02
    settings.heldOut.testFraction = 0.1
    settings.outputs.metrics = folder("metrics.jsonl")
    return settings
  }

  private func notes(_ settings: RunSettings<ClassificationSettings>) throws -> [String] {
    var notes: [String] = []
    _ = try TrainingRun<ClassificationTask>(settings) { event in
      if case .note(let note) = event { notes.append(note.sentence.text()) }
    }
    return notes
  }

  private func error(_ settings: RunSettings<ClassificationSettings>) -> String {
    do {
      _ = try TrainingRun<ClassificationTask>(settings)
      return "nothing"
    } catch { return "\(error)".replacing(folder(""), with: "") }
  }

  @Test(arguments: Classifier.Pooling.allCases)
  func ruleIsLearned(_ pooling: Classifier.Pooling) throws {
    var settings = try settings(table())
    settings.task.pooling = pooling
    settings.sizes.epochs = 40
    var run = try TrainingRun<ClassificationTask>(settings)
    let result = try run.train()
    #expect(result.test?.deciding.name == "accuracy")
    #expect(result.test?.deciding.value ?? 0 >= 0.9, "\(String(describing: result.test))")
    let model = try Classifier(contentsOf: folder("words.safetensors"))
    let said = try #require(try model.classify("bac"))
    #expect(model.classes[said.best] == "begins with b")
  }

  @Test func interruptedRunGoesOnToTheSameBytes() throws {
    var settings = try settings(table())
    settings.task.classWeights = .balanced
    var whole = try TrainingRun<ClassificationTask>(settings)
    _ = try whole.train()
    let (bytes, metrics) = (
      try folder.bytes(of: "words.safetensors"), try folder.metrics(of: "metrics.jsonl")
    )
    settings.outputs.checkpoint = folder("run")
    for stop in [1, 17, 60] {
      do {
        var run =
          try stop == 1
          ? TrainingRun<ClassificationTask>(settings)
          : TrainingRun<ClassificationTask>(goingOnIn: folder("run"))
        #expect(try run.train(until: { $0 >= stop }).ending == .interrupted)
      }
    }
    var rest = try TrainingRun<ClassificationTask>(goingOnIn: folder("run"))
    _ = try rest.train()
    #expect(try folder.bytes(of: "words.safetensors") == bytes)
    #expect(try folder.metrics(of: "metrics.jsonl") == metrics)
  }

  @Test func otherExamplesAreNoticed() throws {
    var settings = try settings(table())
    settings.outputs.checkpoint = folder("run")
    do {
      var run = try TrainingRun<ClassificationTask>(settings)
      _ = try run.train(until: { $0 >= 3 })
    }
    try folder.write(Array((table() + "begins with a\tabab\n").utf8), to: "words.tsv")
    let error = #expect(throws: RunError.self) {
      try TrainingRun<ClassificationTask>(goingOnIn: folder("run"))
    }
    #expect(error?.code == .otherData)
  }

  @Test(arguments: ClassificationFigure.allCases)
  func chosenFigureDecides(_ figure: ClassificationFigure) throws {
    var settings = try settings(table())
    settings.task.bestBy = figure
    settings.sizes.epochs = 6
    var run = try TrainingRun<ClassificationTask>(settings)
    let measure = try #require(try run.train().validation)
    #expect(measure.deciding.name == figure.rawValue)
    #expect(Set(measure.figures.map(\.name)) == Set(ClassificationTask.figureNames))
    #expect(measure.deciding.isBetterWhenGreater == (figure != .loss))
  }

  /// Each class then counts as much as any other, and an example 1 in the mean.
  @Test func balancedWeightsFollowFromTheCounts() throws {
    var settings = try settings(
      table(Array(Self.rows[..<30]) + Self.rows[30..<40]))
    settings.task.classWeights = .balanced
    settings.heldOut.validationFraction = 0
    settings.heldOut.testFraction = 0
    settings.sizes.batchSize = 40
    let task = try TrainingRun<ClassificationTask>(settings).task
    let batch = try task.batches(settings.completed(by: task.advice)) { _ in }.data.batch(0)
    #expect(batch.classWeights?.elements == [40.0 / 60, 2])
  }

  @Test func wordsOfALanguageModelAreTuned() throws {
    var language = try folder.foxSettings()
    language.task.texts = [
      try folder.write(Array(Self.rows.map { $0.text + "\n" }.joined().utf8), to: "all.txt")
    ]
    language.model.embeddingSize = 4
    language.sizes.epochs = 1
    language.outputs.checkpoint = nil
    var run = try TrainingRun<LanguageTask>(language)
    let model = try run.train().model
    var settings = ClassificationTask.settings(
      beginningWith: model, at: folder("fox.safetensors"))
    settings.task.data = try folder.write(Array(table().utf8), to: "words.tsv")
    settings.outputs.output = folder("words.safetensors")
    settings.optimizer.learningRate = 1e-30
    settings.sizes.epochs = 1
    var tuning = try TrainingRun<ClassificationTask>(settings)
    let tuned = try tuning.train().model
    let given = Dictionary(uniqueKeysWithValues: model.parameters)
    for (name, weight) in tuned.parameters where name.hasPrefix("rnn") {
      expectEqualBits(weight, try #require(given[name]), name)
    }
    settings.task.isBidirectional = true
    #expect(error(settings).contains("direction"))
  }

  @Test func newRunBeginsWithAClassifier() throws {
    var settings = try settings(table())
    settings.sizes.epochs = 40
    var run = try TrainingRun<ClassificationTask>(settings)
    let model = try run.train().model
    var next = ClassificationTask.settings(beginningWith: model)
    next.task.data = settings.task.data
    next.outputs.output = folder("next.safetensors")
    next.sizes.epochs = 1
    next.optimizer.learningRate = 1e-30
    var second = try TrainingRun<ClassificationTask>(next, from: .weights(model))
    #expect(try second.train().validation?.deciding.value ?? 0 >= 0.9)
    next.task.data = try folder.write(Array("other\ta\nbegins with a\tb\n".utf8), to: "b.tsv")
    let error = #expect(throws: TextError.self) {
      try TrainingRun<ClassificationTask>(next, from: .weights(model))
    }
    #expect(error?.message.contains("has the label \"other\", which is not among") == true)
  }

  // MARK: What is wrong with data

  @Test func labelSeenOnceIsLearnedFromAndTold() throws {
    let notes = try notes(settings(table() + "rare\tcab\n"))
    #expect(
      notes.contains {
        $0.contains("no example of \"rare\" is kept for validation, since there are too few")
      }, "\(notes)")
  }

  @Test func emptyTextsAreToldAndLeftOut() throws {
    let notes = try notes(settings(table() + "begins with a\t\n"))
    #expect(notes.contains { $0.contains("line 91 of") && $0.contains("has a label and no text") })
  }

  @Test(arguments: [
    ("", "'words.tsv' has no labelled text"),
    ("a\tx\na\ty\n", "'words.tsv' has the label \"a\" only"),
    ("a\tx\nb\n", "line 2 of 'words.tsv' has one column"),
  ])
  func dataThatLeaveNothingToLearnAreRefused(_ table: String, _ sentence: String) throws {
    let message = error(try settings(table))
    #expect(message.contains(sentence), "\(message)")
  }

  @Test func tooFewExamplesForValidationAreToldOrRefused() throws {
    var settings = try settings("a\tx\nb\ty\n")
    settings.heldOut.testFraction = 0
    #expect(
      try notes(settings).contains { $0.contains("too few examples to keep some for validation") })
    settings.ending.patience = 2
    #expect(error(settings).contains("patience needs validation, and there is too few examples"))
  }

  @Test func longTextsAreCutForTrainingAndTold() throws {
    var settings = try settings(
      table() + "begins with a\ta" + String(repeating: "b", count: 99) + "\n")
    settings.sizes.sequenceLength = 20
    #expect(
      try notes(settings).contains {
        $0.contains("training reads the first 20 characters of 1 longer text")
      })
  }

  @Test func separateValidationIsReadAndItsLabelsChecked() throws {
    var settings = try settings(table())
    settings.heldOut.validation = try folder.write(Array("begins with a\tabc\n".utf8), to: "v.tsv")
    #expect(
      try notes(settings).contains {
        $0.contains("no example of 2 labels, such as \"begins with b\",")
      })
    settings.heldOut.validation = try folder.write(Array("nothing\tabc\n".utf8), to: "w.tsv")
    #expect(error(settings).contains("line 1 of 'w.tsv' has the label \"nothing\""))
  }
}
