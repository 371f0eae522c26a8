internal import UnrollNN
internal import UnrollTensor
internal import UnrollText

/// What a model has read of several texts: a row of states and logits for each.
struct RowStates: Sendable {
  let model: LanguageModel
  private(set) var state: RecurrentState
  /// The logits of the token after each row's last, `[N, V]`.
  private(set) var logits: Tensor

  /// No text.
  init(_ model: LanguageModel) {
    self.model = model
    state = model.initialState(batchSize: 0)
    logits = Tensor(zeros: [0, model.tokenizer.vocabulary.count])
  }

  var count: Int { logits.shape[0] }

  /// Adds a row behind the others.
  mutating func append(_ other: RecurrentState, logits known: Tensor?) {
    let row = known ?? Tensor(zeros: [logits.shape[1]])
    state = state.combined(with: other) { concatenate([$0, $1], axis: 0) }
    logits = concatenate([logits, row.reshaped([1, logits.shape[1]])], axis: 0)
  }

  /// Makes the rows those that had some numbers, each of which may occur several times or not at all.
  mutating func select(_ rows: [Int]) {
    guard rows != Array(0..<count) else { return }
    state = state.mapped { $0.rows(rows) }
    logits = logits.rows(rows)
  }

  /// The state of one row.
  func state(of row: Int) -> RecurrentState { state.mapped { $0.rows([row]) } }

  /// Reads tokens of one row, and leaves its logits behind.
  mutating func read(_ tokens: [Token], row: Int) {
    var part = count == 1 ? state : state(of: row)
    model.read(Indices(tokens, shape: [tokens.count, 1]), state: &part)
    put(part, at: [row])
  }

  /// Reads a token in each row, and finds the logits of what follows.
  mutating func read(_ tokens: [Token]) {
    if !tokens.isEmpty { logits = model.logits(after: tokens, state: &state) }
  }

  /// Reads a token in each of some rows, in ascending order, and finds the logits of what follows.
  mutating func read(_ tokens: [Token], rows: [Int]) {
    guard rows.count < count else { return read(tokens) }
    guard !rows.isEmpty else { return }
    var part = state.mapped { $0.rows(rows) }
    logits.replaceRows(rows, with: model.logits(after: tokens, state: &part))
    put(part, at: rows)
  }

  private mutating func put(_ part: RecurrentState, at rows: [Int]) {
    guard rows.count < count else { return state = part }
    state = state.combined(with: part) { whole, part in
      var whole = whole
      whole.replaceRows(rows, with: part)
      return whole
    }
  }
}

extension RecurrentState {
  /// The state with each of its tensors changed alike.
  func mapped(_ change: (Tensor) -> Tensor) -> RecurrentState {
    RecurrentState(hidden: hidden.map(change), cell: cell.map(change))
  }

  fileprivate func combined(
    with other: RecurrentState, _ combine: (Tensor, Tensor) -> Tensor
  ) -> RecurrentState {
    RecurrentState(
      hidden: zip(hidden, other.hidden).map(combine), cell: zip(cell, other.cell).map(combine))
  }
}

extension Tensor {
  /// Some rows of a matrix, each of which may occur several times or not at all.
  func rows(_ rows: [Int]) -> Tensor {
    let width = shape[1]
    let result = Tensor(uninitialized: [rows.count, width])
    for (place, row) in rows.enumerated() {
      (result.pointer + place * width).update(from: pointer + row * width, count: width)
    }
    return result
  }

  /// Puts the rows of a matrix in the place of some of this one.
  fileprivate mutating func replaceRows(_ rows: [Int], with part: Tensor) {
    let width = shape[1]
    withUnsafeMutableElements { elements in
      guard let base = elements.baseAddress else { return }
      for (place, row) in rows.enumerated() {
        (base + row * width).update(from: part.pointer + place * width, count: width)
      }
    }
  }
}
