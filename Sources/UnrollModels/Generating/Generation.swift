internal import UnrollNN
internal import UnrollTensor
public import UnrollText

/// Texts in the making, as a value: what a model has read and written so far, for one text or several at once.
///
/// A copy is a branch: both go on from the same state. Each text comes out as it would alone, to the bit.
public struct Generation: Sendable {
  /// The model that writes.
  public let model: LanguageModel
  /// The recurrent state of all texts after all tokens but the unread ones.
  private var state: RecurrentState
  /// The token that was chosen last for each text; reading it waits until another one is asked for.
  private var unread: [Token] = []
  /// The last tokens of each text, at least as far as the repetition penalty looks back.
  private var recent: [[Token]]
  /// The logits of each text's next token, `[1, N, V]`.
  private var logits: Tensor
  private var random: [RandomStream]

  /// Starts texts with the same prompt.
  ///
  /// Where the model's vocabulary has an entry for the beginning of a document, or its end, the prompt is the beginning of a
  /// document and may be empty.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - prompt: what the texts go on from.
  ///   - unknown: what to do with text that the vocabulary lacks; what the tokenizer does if not given.
  ///   - seed: the same seed gives the same texts.
  ///   - numbers: which texts of that seed.
  /// - Throws: `TextError` if there is no prompt or it has something that the model's vocabulary lacks.
  public init(
    _ model: LanguageModel, prompt: String, unknown: UnknownPolicy? = nil, seed: UInt64,
    numbers: Range<Int>
  ) throws {
    let vocabulary = model.tokenizer.vocabulary
    let beginning = vocabulary.token(for: .beginning) ?? vocabulary.token(for: .end)
    var tokens = beginning.map { [$0] } ?? []
    tokens += try model.tokenizer.encode(prompt, from: "the prompt", unknown: unknown)
    guard !tokens.isEmpty else {
      throw TextError(.tooSmall, "the prompt is empty; give some text to go on from")
    }
    self.model = model
    random = numbers.map { RandomStream(seed: seed, purpose: .sampling, number: UInt64($0)) }
    recent = Array(repeating: tokens.suffix(Sampling.repetitionWindow), count: numbers.count)
    state = model.initialState(batchSize: 1)
    logits = Tensor(zeros: [1, 1, vocabulary.count])
    read(tokens, rowCount: 1)
    state = state.repeated(numbers.count)
    logits = concatenate(Array(repeating: logits, count: numbers.count), axis: 1)
  }

  /// Chooses the next token of each text. Of the reserved entries of the vocabulary only the end comes up, and the unknown one
  /// where `sampling` allows it.
  public mutating func next(_ sampling: Sampling) -> [Token] {
    let vocabulary = model.tokenizer.vocabulary
    let size = vocabulary.count
    let forbidden = vocabulary.reserved
      .filter { $0 != .end && !($0 == .unknown && sampling.allowsUnknown) }
      .compactMap { vocabulary.token(for: $0) }
    if !unread.isEmpty { read(unread, rowCount: unread.count) }
    let window = Sampling.repetitionWindow
    let tokens = logits.withUnsafeMutableElements { elements in
      random.indices.map { row in
        let rowLogits = UnsafeMutableBufferPointer(
          rebasing: elements[row * size..<(row + 1) * size])
        for token in forbidden { rowLogits[Int(token)] = -.infinity }
        return sampling.choose(
          from: rowLogits, recent: recent[row].suffix(window), using: &random[row])
      }
    }
    for (row, token) in tokens.enumerated() {
      recent[row].append(token)
      if recent[row].count == 2 * window { recent[row].removeFirst(window) }
    }
    unread = tokens
    return tokens
  }

  /// Reads the tokens `[T, N]` of N texts, in pieces that bound the memory.
  private mutating func read(_ tokens: [Token], rowCount: Int) {
    let steps = tokens.count / rowCount
    for start in stride(from: 0, to: steps, by: 256) {
      let count = min(256, steps - start)
      let piece = Array(tokens[start * rowCount..<(start + count) * rowCount])
      let all = model.logits(after: Indices(piece, shape: [count, rowCount]), state: &state)
      logits = count == 1 ? all : all.sliced(count - 1..<count, axis: 0)
    }
  }
}

extension RecurrentState {
  /// The state of one row, for `count` rows.
  fileprivate func repeated(_ count: Int) -> RecurrentState {
    func rows(_ tensor: Tensor) -> Tensor {
      concatenate(Array(repeating: tensor, count: count), axis: 0)
    }
    return RecurrentState(hidden: hidden.map(rows), cell: cell.map(rows))
  }
}
