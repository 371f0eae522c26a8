import Unroll
import UnrollModels
import UnrollText

/// A text that a person and a model write by turns: the model goes on behind each line that is read.
struct Conversation {
  private let model: LanguageModel
  private let request: GenerationRequest
  private let shown: String
  private let isJSON: Bool
  private let saveState: String?
  private var generation: Generation
  private var row: Int?

  init(
    _ model: LanguageModel, _ request: GenerationRequest, shown: String, isJSON: Bool,
    saveState: String?
  ) {
    self.model = model
    self.request = request
    self.shown = shown
    self.isJSON = isJSON
    self.saveState = saveState
    generation = Generation(model)
  }

  mutating func run() throws {
    if case .text("") = request.prompt, request.state == nil {
      // The first line is the prompt.
    } else {
      row = try generation.add(request)
      if !isJSON { try Console.text(shown) }
      try write()
    }
    while Interruption.signalNumber == nil, let line = nextLine() {
      do {
        try PromptOptions.naming { try read(line) }
      } catch let error as TextError {
        // The person can say it in other words.
        Console.message("error: \(error)")
        continue
      }
      try write()
    }
    if let saveState, let row { try generation.state(of: row).write(to: saveState, of: model) }
  }

  private func nextLine() -> String? {
    if Console.isInteractive { Console.show("> ") }
    return readLine()
  }

  private mutating func read(_ line: String) throws {
    if let row {
      return try generation.read(
        line, row: row, unknown: request.unknown, length: request.length)
    }
    var first = request
    first.prompt = .text(line)
    row = try generation.add(first)
  }

  /// Writes until the text ends.
  private mutating func write() throws {
    var failure: ModelError?
    while generation.isWriting, Interruption.signalNumber == nil {
      for piece in generation.advance() {
        if case .failed(let error) = piece.ending { failure = error }
        if isJSON {
          try Console.text(piece.json(model.tokenizer).text() + "\n", isJSON: true)
        } else {
          try Console.text(piece.text)
        }
      }
    }
    if !isJSON { try Console.text("\n") }
    if let failure { throw failure }
  }
}
