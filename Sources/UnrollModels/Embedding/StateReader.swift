internal import UnrollNN
internal import UnrollTensor
internal import UnrollText

/// Reads texts with a model and pools the states of one layer over parts of them.
struct StateReader: Sendable {
  /// The steps of a window.
  private static let windowLength = 128
  /// The most texts that are read at once.
  private static let mostRows = 64

  private let model: LanguageModel
  /// From 0.
  private let layer: Int

  var tokenizer: Tokenizer { model.tokenizer }
  /// H.
  var width: Int { model.configuration.hiddenSize }

  init(_ model: LanguageModel, layer: Int?) throws {
    let count = model.configuration.layerCount
    try require(
      layer.map { (1...count).contains($0) } ?? true,
      "the model has the layers 1 ... \(count), not \(layer ?? 0)")
    self.model = model
    self.layer = (layer ?? count) - 1
  }

  /// Reads texts, and fills in the vectors of their parts; false if `shouldStop` said so.
  func pool(_ rows: inout [Row], _ pooling: StatePooling, shouldStop: () -> Bool) throws -> Bool {
    let start = model.documentStart
    for row in rows.indices { rows[row].begin(behind: start, width: width) }
    let longestFirst = rows.indices.sorted {
      (rows[$1].inputs.count, $0) < (rows[$0].inputs.count, $1)
    }
    for first in stride(from: 0, to: rows.count, by: Self.mostRows) {
      let group = longestFirst[first..<min(first + Self.mostRows, rows.count)]
      guard try pool(group, of: &rows, pooling, shouldStop: shouldStop) else { return false }
    }
    return true
  }

  /// Reads the texts of some numbers, the longest of which come first, side by side.
  private func pool(
    _ group: ArraySlice<Int>, of rows: inout [Row], _ pooling: StatePooling, shouldStop: () -> Bool
  ) throws -> Bool {
    var (start, open) = (0, Array(group))
    var state = model.initialState(batchSize: open.count)
    while true {
      // Texts that have ended are the last ones.
      let count = open.count { rows[$0].inputs.count > start }
      guard count > 0 else { return true }
      if shouldStop() { return false }
      try Task.checkCancellation()
      if count < open.count {
        open.removeLast(open.count - count)
        state = state.mapped { $0.sliced(0..<count, axis: 0) }
      }
      let lengths = open.map { min(Self.windowLength, rows[$0].inputs.count - start) }
      let steps = lengths[0]
      var inputs = [Token](repeating: 0, count: steps * count)
      for (column, row) in open.enumerated() {
        for step in 0..<lengths[column] {
          inputs[step * count + column] = rows[row].inputs[start + step]
        }
      }
      let states = model.states(
        after: Indices(inputs, shape: [steps, count]), state: &state,
        lengths: lengths.map(Int32.init)
      ).hidden
      states[layer].withUnsafeElements { elements in
        for (column, row) in open.enumerated() {
          rows[row].take(pooling, start..<start + lengths[column]) { place in
            let offset = ((place - start) * count + column) * width
            return UnsafeBufferPointer(rebasing: elements[offset..<offset + width])
          }
        }
      }
      start += steps
    }
  }
}

extension StateReader {
  /// A text and its parts.
  struct Row {
    /// Of the text; afterwards, with what stands before it.
    fileprivate private(set) var inputs: [Token]
    /// The tokens of each part, in order; several may share a token.
    private var parts: [Range<Int>]
    /// The parts in the order in which they are read.
    private let order: [Int]
    private var vectors: [Float] = []
    private var width = 0
    /// How many of the parts in order have been read to their end.
    private var doneCount = 0

    /// - Parameters:
    ///   - tokens: the text as it is read.
    ///   - parts: the places of each part's tokens, in ascending or descending order.
    init(_ tokens: [Token], parts: [Range<Int>]) {
      inputs = tokens
      self.parts = parts
      let isDescending = (parts.last?.lowerBound ?? 0) < (parts.first?.lowerBound ?? 0)
      order = isDescending ? parts.indices.reversed() : Array(parts.indices)
    }

    /// The vector of a part: of zeros for one that stands before the first token.
    func vector(of part: Int) -> ArraySlice<Float> {
      vectors[part * width..<(part + 1) * width]
    }

    /// Puts tokens before the text. A part without tokens gets the state before it.
    fileprivate mutating func begin(behind start: [Token], width: Int) {
      inputs = start + inputs
      parts = parts.map { part in
        part.isEmpty
          ? max(0, start.count - 1)..<start.count
          : part.lowerBound + start.count..<part.upperBound + start.count
      }
      self.width = width
      vectors = [Float](repeating: 0, count: parts.count * width)
    }

    /// Takes the states after some of the tokens.
    fileprivate mutating func take(
      _ pooling: StatePooling, _ window: Range<Int>,
      _ state: (_ place: Int) -> UnsafeBufferPointer<Float>
    ) {
      while doneCount < order.count, parts[order[doneCount]].upperBound <= window.lowerBound {
        doneCount += 1
      }
      for part in order[doneCount...] {
        let places = parts[part]
        guard places.lowerBound < window.upperBound else { break }
        let offset = part * width
        for place in places.clamped(to: window) {
          let (isFirst, isLast) = (place == places.lowerBound, place + 1 == places.upperBound)
          guard pooling != .last || isLast else { continue }
          for (unit, value) in state(place).enumerated() {
            let sum = vectors[offset + unit]
            vectors[offset + unit] =
              switch pooling {
              case .last: value
              case .mean: sum + value
              case .max: isFirst ? value : Swift.max(sum, value)
              }
            if pooling == .mean, isLast { vectors[offset + unit] /= Float(places.count) }
          }
        }
      }
    }
  }
}
