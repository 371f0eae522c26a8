internal import UnrollModels
internal import UnrollText

/// What a model in training writes.
struct LanguageSample {
  let texts: LanguageTexts
  let model: LanguageModel
  let seed: UInt64

  /// Text that goes on from the beginning of the training text, or some documents; `nil` if there is nothing to show.
  func text(length: Int, while goesOn: () -> Bool) throws -> String? {
    if texts.training.documents != nil {
      let texts = try write("", count: 10, length: length, while: goesOn)
        .texts.map { Self.shown($0, length) }
      let separator = texts.contains { $0.contains(where: \.isNewline) } ? "\n\n" : "\n"
      return texts.joined(separator: separator)
    }
    guard let prompt = try openingPrompt else { return nil }
    let text = try write(prompt, temperature: 0.8, length: length, while: goesOn).texts[0]
    return Self.shown(prompt + text, length)
  }

  /// How many of some documents are also in the training text, in one sentence; `nil` if this is one stream, or the documents
  /// are too long to write some of them for this.
  func novelty(while goesOn: () -> Bool) throws -> String? {
    guard let known = texts.training.documents else { return nil }
    let median = known.median
    guard median.count <= 500, model.tokenizer.decode(median).utf8.count <= 5_000 else {
      return nil
    }
    let count = min(1000, 20_000 / max(1, median.count))
    let written = try write("", count: count, length: 4 * median.count, while: goesOn)
    guard written.areWhole else { return nil }
    let share = Double(try known.number(of: written.texts, by: model.tokenizer)) / Double(count)
    return
      "\(decimalText(100 * share, 1)) % of \(groupedText(count)) documents that it writes are in the training text"
  }

  /// So many bytes are written at most: a token may be a word of any length.
  private static let mostBytes = 1 << 22

  /// Writes some texts, and says whether they are all there.
  private func write(
    _ prompt: String, temperature: Float = 1, count: Int = 1, length: Int, while goesOn: () -> Bool
  ) throws -> (texts: [String], areWhole: Bool) {
    let request = GenerationRequest(
      prompt: prompt, length: length, sampling: Sampling(temperature: temperature), seed: seed)
    var stream = try TextStream(model, request, count: count)
    var texts = [String](repeating: "", count: count)
    var (room, isStopped) = (Self.mostBytes, false)
    while room > 0,
      let piece = stream.next(while: {
        isStopped = !goesOn()
        return !isStopped
      })
    {
      texts[piece.row] += piece.text
      room -= piece.text.utf8.count
      try piece.throwFailure()
    }
    return (texts, room > 0 && !isStopped)
  }

  /// What a person sees of a text that was to have some number of tokens.
  private static func shown(_ text: String, _ length: Int) -> String {
    let most = 16 * (length + 1)
    return text.utf8.count > most ? text.prefix(most) + "…" : text
  }

  /// The first tokens of the training text that a prompt can say: bytes only where they make a whole character.
  private var openingPrompt: String? {
    get throws {
      guard case .stream(let tokens) = texts.training else { return nil }
      let row = try tokens[0..<min(100, tokens.count)].array()
      for start in row.indices {
        for count in 1...4 {
          let tokens = row[start...].prefix(count)
          let text = model.tokenizer.decode(tokens)
          if !text.isEmpty, (try? model.tokenizer.encode(text)) == Array(tokens) { return text }
        }
      }
      return nil
    }
  }
}

extension Documents {
  /// A document that half of the first thousand do not exceed in length.
  fileprivate var median: [Token] {
    let documents = (0..<min(count, 1000)).sorted { self[$0].count < self[$1].count }
    return (try? self[documents[documents.count / 2]].array()) ?? []
  }
}
