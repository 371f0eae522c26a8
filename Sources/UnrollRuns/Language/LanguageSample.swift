internal import UnrollModels
internal import UnrollText

/// What a model in training writes.
struct LanguageSample {
  let texts: LanguageTexts
  let model: LanguageModel
  let seed: UInt64

  /// Text that goes on from the beginning of the training text, or some documents; `nil` if there is nothing to show.
  func text(length: Int) throws -> String? {
    if texts.training.documents != nil {
      let texts = try documents(count: 10, length: length)
      let separator = texts.contains { $0.contains(where: \.isNewline) } ? "\n\n" : "\n"
      return texts.joined(separator: separator)
    }
    guard let prompt = try openingPrompt else { return nil }
    return try prompt
      + model.generate(
        prompt: prompt, length: length, sampling: Sampling(temperature: 0.8), seed: seed)
  }

  /// How many of some documents are also in the training text, in one sentence; `nil` if this is one stream, or the documents
  /// are too long to write some of them for this.
  func novelty() throws -> String? {
    guard let known = texts.training.documents else { return nil }
    let median = known.medianLength
    guard median <= 500 else { return nil }
    let count = min(1000, 20_000 / max(1, median))
    let texts = try documents(count: count, length: 4 * median)
    let share = Double(try known.number(of: texts, by: model.tokenizer)) / Double(count)
    return
      "\(decimalText(100 * share, 1)) % of \(groupedText(count)) documents that it writes are in the training text"
  }

  private func documents(count: Int, length: Int) throws -> [String] {
    try model.generate(count: count, prompt: "", length: length, seed: seed)
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
  /// The length in tokens that half of the documents do not exceed, of the first thousand.
  fileprivate var medianLength: Int {
    let lengths = (0..<min(count, 1000)).map { self[$0].count }.sorted()
    return lengths[lengths.count / 2]
  }
}
