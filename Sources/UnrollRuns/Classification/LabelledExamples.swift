internal import UnrollFormats
internal import UnrollModels
internal import UnrollText

/// The examples of a run as tokens and classes, in parts that have nothing in common.
struct LabelledExamples: Sendable {
  let tokenizer: Tokenizer
  let classes: [String]
  let training: [LabelledExample]
  let validation: [LabelledExample]
  let test: [LabelledExample]
  let files: [String]
  let identity: DataIdentity

  /// Reads the examples; learns tokens and classes from them unless a model brings these.
  init(
    _ settings: RunSettings<ClassificationSettings>, known: Classifier?,
    languageModel: LanguageModel?, _ note: (RunNote) -> Void
  ) throws {
    let (task, heldOut) = (settings.task, settings.heldOut)
    func texts(_ path: String) throws -> LabelledTexts {
      let read = try LabelledTexts(reading: path, layout: task.layout, columns: task.columns)
      read.sentencesOfLeftOut.forEach { note(RunNote(warning: "\($0)")) }
      return read
    }
    let data = try texts(task.data)
    let separate = try heldOut.validation.map(texts)
    let classes =
      known?.classes
      ?? Set(data.texts.map(\.label)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    guard classes.count >= 2 else {
      throw TextError(
        .tooSmall,
        data.texts.isEmpty
          ? "'\(task.data)' has no labelled text: give some"
          : "'\(task.data)' has the label \(data.texts[0].label.quotedForMessage) only, and there is nothing to tell apart: give texts with two labels at least"
      )
    }
    let labels = try data.numbers(ofLabelsAmong: classes)
    let parts = try Split(
      validationFraction: heldOut.validationFraction(of: data.texts.count),
      testFraction: heldOut.testFraction
    ).parts(ofClasses: labels, seed: settings.seed)
    let tokenizer =
      try known?.tokenizer ?? languageModel?.tokenizer.following(task.tokens.unknown)
      ?? Tokenizer(
        learning: task.tokens.tokenizer, from: parts.training.map { data.texts[$0].text })
    (self.tokenizer, self.classes) = (tokenizer, classes)
    var unread = 0
    func examples(_ texts: LabelledTexts) throws -> [LabelledExample] {
      try texts.examples(tokenizer: tokenizer, classes: classes)
    }
    func read(_ examples: some Sequence<LabelledExample>) -> [LabelledExample] {
      examples.filter {
        if $0.tokens.isEmpty { unread += 1 }
        return !$0.tokens.isEmpty
      }
    }
    let all = try examples(data)
    training = read(parts.training.map { all[$0] })
    test = read(parts.test.map { all[$0] })
    validation = read(try separate.map(examples) ?? parts.validation.map { all[$0] })
    files = (data.files + (separate?.files ?? [])).map(\.path)
    identity = DataIdentity([
      .init("examples", data.digest), .init("validation examples", separate?.digest),
      .init("tokenizer", DataIdentity.digest(of: [tokenizer.description.json.text()])),
    ])
    if unread > 0 {
      note(
        RunNote(
          warning:
            "\(countText(unread, "text")) of which the tokens know nothing \(unread == 1 ? "is" : "are") left out"
        ))
    }
    try checkParts(settings, note)
  }

  /// Says what the parts lack.
  private func checkParts(
    _ settings: RunSettings<ClassificationSettings>, _ note: (RunNote) -> Void
  ) throws {
    guard !training.isEmpty else {
      throw TextError(
        .tooSmall, "'\(settings.task.data)' leaves no example to learn from: give more")
    }
    try settings.noteEmptyParts(
      of: "examples", count: training.count, hasValidation: !validation.isEmpty,
      hasTest: !test.isEmpty, note)
    for (part, purpose) in [(validation, "validation"), (test, "testing")] where !part.isEmpty {
      let there = Set(part.map(\.label))
      let missing = classes.indices.filter { !there.contains($0) }.map { classes[$0] }
      guard let first = missing.first else { continue }
      note(
        RunNote(
          warning:
            "no example of \(missing.count == 1 ? first.quotedForMessage : "\(missing.count) labels, such as \(first.quotedForMessage),") is kept for \(purpose), since there are too few: its figures say nothing of \(missing.count == 1 ? "it" : "them")"
        ))
    }
  }
}

extension LabelledTexts {
  /// What identifies labels and texts.
  fileprivate var digest: String {
    DataIdentity.digest(of: texts.lazy.flatMap { [$0.label, $0.text] })
  }

  /// What was left out and why, a sentence each.
  package var sentencesOfLeftOut: [String] {
    let files = skipped.map { "left out: \($0.reason)" }
    guard let first = emptyPlaces.first else { return files }
    return files + [
      emptyPlaces.count == 1
        ? "\(first) has a label and no text, and is left out"
        : "\(groupedText(emptyPlaces.count)) texts are empty and left out, the first in \(first)"
    ]
  }
}
