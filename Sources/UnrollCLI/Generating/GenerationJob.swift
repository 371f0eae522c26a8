import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollText

/// What `generate` was asked for, with the model at hand.
struct GenerationJob {
  let model: LanguageModel
  let request: GenerationRequest
  /// The part of the prompt that is shown.
  let shown: String
  let choice: TextChoiceOptions
  var novelty: NoveltyReport?
  let saveState: String?

  private var isUninterrupted: Bool { Interruption.signalNumber == nil }

  func run() throws {
    if let width = choice.beams {
      let search = BeamSearch(width: width, lengthPenalty: choice.lengthPenalty ?? 1)
      let texts = try search.texts(of: model, request) { isUninterrupted }
      return try show(texts.prefix(choice.count))
    }
    if let bestOf = choice.bestOf {
      var texts: [ScoredText] = []
      for number in 0..<choice.count where isUninterrupted {
        var request = request
        request.number = UInt64(number * bestOf)
        texts.append(try model.generate(request, bestOf: bestOf) { isUninterrupted })
      }
      return try show(texts[...])
    }
    try writeStream()
  }

  /// Shows texts as they are written.
  private func writeStream() throws {
    var stream = try TextStream(
      model, request, count: choice.count, keepsStates: saveState != nil)
    let isJSON = choice.json
    var novelty = novelty
    var printer = TextPrinter(shown: shown, count: choice.count)
    if !isJSON { try printer.begin() }
    var failure: ModelError?
    while let piece = stream.next(while: { isUninterrupted }) {
      novelty?.add(piece)
      if case .failed(let error) = piece.ending { failure = failure ?? error }
      if isJSON {
        try Console.text(piece.json(model.tokenizer).text() + "\n", isJSON: true)
      } else {
        try printer.show(piece.text, of: piece.row, isLast: piece.ending != nil)
      }
    }
    if !isJSON { try printer.end() }
    if let saveState, let state = stream.state() { try state.write(to: saveState, of: model) }
    try show(novelty)
    if let failure { throw failure }
  }

  /// Shows texts that are there as a whole.
  private func show(_ texts: ArraySlice<ScoredText>) throws {
    var novelty = novelty
    var printer = TextPrinter(shown: shown, count: texts.count)
    if !choice.json { try printer.begin() }
    for (number, text) in texts.enumerated() {
      novelty?.add(text, number: number)
      if choice.json {
        try Console.text(text.json(number).text() + "\n", isJSON: true)
      } else {
        try printer.show(text.text, of: number, isLast: true)
      }
    }
    if !choice.json { try printer.end() }
    try show(novelty)
  }

  private func show(_ novelty: NoveltyReport?) throws {
    guard let novelty else { return }
    if choice.json {
      for line in novelty.json { try Console.text(line.text() + "\n", isJSON: true) }
    } else {
      for line in novelty.lines { Console.message(line) }
    }
  }
}

extension TextPiece {
  /// A line of `--json`.
  func json(_ tokenizer: Tokenizer) -> JSON {
    var members: [JSON.Object.Member] = [.init(key: "number", value: JSON(row))]
    if let token {
      members += [
        .init(key: "token", value: JSON(token)),
        .init(
          key: "spelling", value: .string(tokenizer.spelling(of: token, isQuoted: false))),
        .init(key: "logProbability", value: JSON(logProbability)),
      ]
    }
    members.append(.init(key: "text", value: .string(text)))
    if !likeliest.isEmpty {
      let tokens: [JSON] = likeliest.map {
        [
          "token": JSON($0.token),
          "spelling": .string(tokenizer.spelling(of: $0.token, isQuoted: false)),
          "logProbability": JSON($0.logProbability),
        ]
      }
      members.append(.init(key: "likeliest", value: .array(tokens)))
    }
    if let ending { members.append(.init(key: "ending", value: .string(ending.name))) }
    return .object(.init(members))
  }
}

extension ScoredText {
  /// A line of `--json`.
  func json(_ number: Int) -> JSON {
    [
      "number": JSON(number), "text": .string(text), "tokens": .array(tokens.map { JSON($0) }),
      "logProbability": JSON(logProbability), "meanLogProbability": JSON(meanLogProbability),
      "ending": .string(ending?.name ?? "interrupted"),
    ]
  }
}

extension TextEnding {
  /// What `--json` calls it.
  var name: String {
    switch self {
    case .length: "length"
    case .stopText: "stop"
    case .endOfDocument: "end"
    case .complete: "complete"
    case .failed: "failed"
    }
  }
}
