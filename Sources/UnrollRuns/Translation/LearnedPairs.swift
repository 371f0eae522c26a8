internal import UnrollFormats
internal import UnrollModels
internal import UnrollText

/// The pairs of a run, in parts that have no text in common, on neither side.
struct LearnedPairs: Sendable {
  let sourceTokenizer: Tokenizer
  let targetTokenizer: Tokenizer
  let training: [Translator.TokenPair]
  let validation: [TextPair]
  let test: [TextPair]
  /// The most tokens of a target, and of a text on either side.
  let longestTarget: Int
  let longest: Int
  let files: [String]
  let identity: DataIdentity

  /// Reads the pairs; learns tokens from them unless a model brings these.
  init(
    _ settings: RunSettings<TranslationSettings>, known: Translator?, _ note: (RunNote) -> Void
  ) throws {
    let (task, heldOut) = (settings.task, settings.heldOut)
    func read(_ path: String) throws -> TextPairs {
      let read = try TextPairs(reading: path, columns: task.columns)
      if let sentence = read.sentenceOfLeftOut { note(RunNote(warning: "\(sentence)")) }
      return read
    }
    let data = try read(task.data)
    let separate = try heldOut.validation.map(read)
    let parts = try Split(
      validationFraction: heldOut.validationFraction(of: data.pairs.count),
      testFraction: heldOut.testFraction
    ).parts(ofGroups: data.pairs.linkedGroups, seed: settings.seed)
    let pairs = parts.training.map { data.pairs[$0] }
    guard !pairs.isEmpty else {
      throw TextError(.tooSmall, "'\(task.data)' has no pair of texts to learn from: give some")
    }
    let source =
      try known?.sourceTokenizer
      ?? Tokenizer(learning: task.sourceTokenizer, from: pairs.lazy.map(\.source))
    let target =
      try known?.targetTokenizer
      ?? Tokenizer(learning: task.targetTokenizer, from: pairs.lazy.map(\.target))
    (sourceTokenizer, targetTokenizer) = (source, target)
    let sources = try source.encode(pairs.lazy.map(\.source)) { pairs[$0].place }
    let targets = try target.encode(pairs.lazy.map(\.target)) { pairs[$0].place }
    training = zip(sources, targets).filter { !$0.isEmpty && !$1.isEmpty }
    guard !training.isEmpty else {
      throw TextError(
        .tooSmall, "the tokens know nothing of the pairs of '\(task.data)': keep rarer ones too")
    }
    longestTarget = known?.longestTarget ?? training.reduce(1) { max($0, $1.target.count) }
    longest = training.reduce(1) { max($0, $1.source.count, $1.target.count) }
    validation = separate?.pairs ?? parts.validation.map { data.pairs[$0] }
    test = parts.test.map { data.pairs[$0] }
    files = ([data.file] + (separate.map { [$0.file] } ?? [])).map(\.path)
    identity = DataIdentity([
      .init("pairs", data.digest), .init("validation pairs", separate?.digest),
      .init(
        "tokenizers",
        DataIdentity.digest(of: [source.description.json.text(), target.description.json.text()])),
    ])
    try settings.noteEmptyParts(
      of: "pairs", count: pairs.count, hasValidation: !validation.isEmpty, hasTest: !test.isEmpty,
      note)
  }

  func part(_ part: HeldOutPart) -> [TextPair] {
    switch part {
    case .validation: validation
    case .test: test
    }
  }
}

extension TextPairs {
  fileprivate var digest: String {
    DataIdentity.digest(of: pairs.lazy.flatMap { [$0.source, $0.target] })
  }

  /// What was left out and why; `nil` if nothing was.
  package var sentenceOfLeftOut: String? {
    guard let first = emptyPlaces.first else { return nil }
    return emptyPlaces.count == 1
      ? "\(first) has an empty text, and is left out"
      : "\(groupedText(emptyPlaces.count)) pairs with an empty text are left out, the first in \(first)"
  }
}
