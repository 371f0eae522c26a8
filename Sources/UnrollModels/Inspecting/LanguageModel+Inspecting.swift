internal import UnrollNN
internal import UnrollTensor
package import UnrollText

extension LanguageModel {
  /// Reads a text and looks at units, gates and guesses after each token. Where the vocabulary has an entry for the beginning of
  /// a document, or its end, that is read first.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - unitValue: which number of the units is looked at; `cell` for an LSTM and `hidden` for others when absent.
  ///   - likeliestCount: how many of the likeliest tokens each place lists.
  /// - Throws: `TextError` if the text has something that the vocabulary lacks, `ModelError` for a negative count or cell states
  ///   of a cell that has none.
  public func inspection(
    of text: String, unitValue: UnitValue? = nil, likeliestCount: Int = 5
  ) throws -> TextInspection {
    let tokens = try documentStart + tokenizer.encode(text, from: "the text")
    guard
      let inspection = try inspection(
        of: tokens, documents: [tokens.indices], unitValue: unitValue,
        likeliestCount: likeliestCount, onProgress: { _ in }, shouldStop: { false })
    else { fatalError("An inspection that nobody stopped has no result") }
    return inspection
  }

  package func inspection(
    of tokens: [Token], documents: [Range<Int>], unitValue: UnitValue?, likeliestCount: Int,
    onProgress: (_ share: Double) -> Void, shouldStop: () -> Bool
  ) throws -> TextInspection? {
    try require(
      likeliestCount >= 0, "The number of likeliest tokens is 0 or more, not \(likeliestCount)")
    try require(
      unitValue != .cell || configuration.cell == .lstm,
      "Only an LSTM has cell states, and the model has \(configuration.cell): look at the hidden states"
    )
    let value = unitValue ?? (configuration.cell == .lstm ? .cell : .hidden)
    let size = tokenizer.vocabulary.count
    let count = min(likeliestCount, size)
    var values: [Tensor] = []
    var saturation = SaturationCounter()
    var logProbabilities = [Float](repeating: .nan, count: tokens.count)
    var likeliest: [LikelyToken] = []
    likeliest.reserveCapacity(tokens.count * count)
    for document in documents {
      var state = initialState(batchSize: 1)
      for start in stride(from: document.lowerBound, to: document.upperBound, by: 256) {
        guard !shouldStop() else { return nil }
        let places = start..<min(start + 256, document.upperBound)
        let before = state
        let read = Indices(Array(tokens[places]), shape: [places.count, 1])
        let history = states(after: read, state: &state)
        saturation.add(
          self, history, gates: rnn.gates(over: input(of: read), from: before, history))
        let layers = value == .cell ? history.cell.map { tanh($0) } : history.hidden
        values.append(concatenate(layers, axis: 2).reshaped([places.count, -1]))
        logSoftmax(logits(of: history.hidden[configuration.layerCount - 1])).withUnsafeElements {
          all in
          for (step, place) in places.enumerated() {
            let row = UnsafeBufferPointer(rebasing: all[step * size..<(step + 1) * size])
            likeliest += count == 0 ? [] : [LikelyToken](of: row, count: count)
            guard place + 1 < document.upperBound else { continue }
            logProbabilities[place + 1] = row[Int(tokens[place + 1])]
          }
        }
        onProgress(Double(places.upperBound) / Double(tokens.count))
      }
    }
    let width = configuration.layerCount * configuration.hiddenSize
    let all = values.isEmpty ? Tensor(zeros: [0, width]) : concatenate(values, axis: 0)
    return TextInspection(
      configuration: configuration, tokenizer: tokenizer, tokens: tokens, documents: documents,
      unitValue: value,
      values: all, saturation: saturation.shares, deviations: Self.deviations(ofColumns: all),
      logProbabilities: logProbabilities, likeliest: likeliest,
      likeliestCount: count)
  }
}

extension LanguageModel {
  /// The standard deviation of each column of a matrix; 0 for one that is always the same, but for rounding.
  private static func deviations(ofColumns matrix: Tensor) -> [Float] {
    let (rows, width) = (matrix.shape[0], matrix.shape[1])
    return matrix.withUnsafeElements { elements in
      func mean(_ number: (_ place: Int, _ column: Int) -> Double) -> [Double] {
        var sums = [Double](repeating: 0, count: width)
        for row in 0..<rows {
          for column in 0..<width { sums[column] += number(row * width + column, column) }
        }
        return sums.map { $0 / Double(max(1, rows)) }
      }
      let means = mean { place, _ in Double(elements[place]) }
      let variances = mean { place, column in
        let difference = Double(elements[place]) - means[column]
        return difference * difference
      }
      return zip(variances, means).map { variance, mean in
        let deviation = variance.squareRoot()
        return deviation > 1e-6 * abs(mean) ? Float(deviation) : 0
      }
    }
  }
}

extension HeldOutText {
  /// Reads the beginning of the text with a model and looks at units, gates and guesses after each token.
  ///
  /// Memory grows with the tokens times the units.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - limit: how many tokens are read at most, 1 or more.
  ///   - unitValue: which number of the units is looked at; `cell` for an LSTM and `hidden` for others when absent.
  ///   - likeliestCount: how many of the likeliest tokens each place lists.
  ///   - onProgress: is told the share that has been read, from 0 to 1.
  ///   - shouldStop: is asked before each part whether to give up.
  /// - Returns: `nil` if `shouldStop` said so.
  /// - Throws: `ModelError` for an impossible number or cell states of a cell that has none, `FileError` if the text cannot be
  ///   read, `TextError` if it has been damaged.
  public func inspection(
    of model: LanguageModel, limit: Int = 10_000, unitValue: UnitValue? = nil,
    likeliestCount: Int = 5,
    onProgress: (_ share: Double) -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> TextInspection? {
    try require(limit > 0, "The number of tokens to inspect is 1 or more, not \(limit)")
    let all: Tokens
    var ranges: [Range<Int>]
    switch content {
    case .stream(let tokens): (all, ranges) = (tokens, [0..<tokens.count])
    case .documents(let documents):
      all = documents.tokens
      ranges = (0..<documents.count).map { documents.range(of: $0) }
    }
    ranges = ranges.map { $0.clamped(to: 0..<min(limit, all.count)) }.filter { !$0.isEmpty }
    var inspection = try model.inspection(
      of: all[0..<min(limit, all.count)].array(), documents: ranges, unitValue: unitValue,
      likeliestCount: likeliestCount, onProgress: onProgress, shouldStop: shouldStop)
    inspection?.isWhole = all.count <= limit
    return inspection
  }
}
