internal import UnrollNN
internal import UnrollTensor
internal import UnrollText

/// How far back a loss still feels what was read: the norm of its gradient with respect to each input, by how many tokens ago
/// that was read.
///
/// A vanishing gradient shows as a curve that falls fast (Bengio, Simard and Frasconi 1994). Norms are of inputs as the first
/// layer reads them, so that they can be compared between lags, and not between models of other embeddings.
public struct GradientByLag: Sendable, Hashable {
  /// The mean norms, in nats for each unit of length of the input; the first is of the token read last.
  public let norms: [Double]
  /// Over how many places of the text each norm is the mean.
  public let placeCounts: [Int]

  /// The first lag from which on all norms are below a share of the greatest one; `nil` if there is none.
  public func lag(below share: Double) -> Int? {
    guard let greatest = norms.max(), let last = norms.lastIndex(where: { $0 >= share * greatest })
    else { return nil }
    return last + 1 < norms.count ? last + 1 : nil
  }
}

extension LanguageModel {
  /// How far back the loss at some places of a text feels what was read: back-propagation from the loss of one token each, from
  /// places that are spread evenly over the text.
  ///
  /// - Parameters:
  ///   - inspection: the text.
  ///   - lagCount: how many lags there are, the last token read included; 1 or more.
  ///   - placeCount: how many places the mean is over, 1 or more.
  ///   - shouldStop: is asked before each part whether to give up.
  /// - Returns: `nil` if no document has two tokens, or `shouldStop` said so.
  /// - Throws: `ModelError` for an impossible number.
  public func gradientByLag(
    over inspection: TextInspection, lagCount: Int = 100, placeCount: Int = 64,
    shouldStop: () -> Bool = { false }
  ) throws -> GradientByLag? {
    try require(lagCount > 0, "The number of lags is 1 or more, not \(lagCount)")
    try require(placeCount > 0, "The number of places is 1 or more, not \(placeCount)")
    let windows = Self.windows(in: inspection.documents, lagCount, placeCount)
    var sums = [Double](repeating: 0, count: lagCount)
    var counts = [Int](repeating: 0, count: lagCount)
    var reader = WindowReader(self, inspection)
    let size = rnn.configuration.inputSize
    let atOnce = max(1, (1 << 22) / (lagCount * size))
    for start in stride(from: 0, to: windows.count, by: atOnce) {
      guard !shouldStop() else { return nil }
      let part = windows[start..<min(start + atOnce, windows.count)].map {
        (places: $0.places, state: reader.state(before: $0))
      }
      let steps = part.map(\.places.count).max() ?? 0
      let gradient = inputGradient(of: part, steps: steps, tokens: inspection.tokens)
      gradient.withUnsafeElements { elements in
        for (row, window) in part.enumerated() {
          for lag in 0..<window.places.count {
            let first = ((window.places.count - 1 - lag) * part.count + row) * size
            let squares = elements[first..<first + size].reduce(0.0) {
              $0 + Double($1) * Double($1)
            }
            sums[lag] += squares.squareRoot()
            counts[lag] += 1
          }
        }
      }
    }
    let known = counts.count { $0 > 0 }
    guard known > 0 else { return nil }
    return GradientByLag(
      norms: (0..<known).map { sums[$0] / Double(counts[$0]) },
      placeCounts: Array(counts.prefix(known)))
  }

  /// A place of a text with what was read before it.
  private struct Window {
    let document: Range<Int>
    /// What is read, the last place the one whose next token the loss is about.
    let places: Range<Int>
  }

  /// Places that are spread evenly over those that have enough before them, or over all if none has.
  private static func windows(
    in documents: [Range<Int>], _ lagCount: Int, _ placeCount: Int
  ) -> [Window] {
    func candidates(least: Int) -> [Window] {
      documents.flatMap { document in
        document.dropLast().dropFirst(least - 1).map { place in
          Window(
            document: document,
            places: max(document.lowerBound, place - lagCount + 1)..<place + 1)
        }
      }
    }
    let long = candidates(least: lagCount)
    let all = long.isEmpty ? candidates(least: 1) : long
    guard all.count > placeCount else { return all }
    return (0..<placeCount).map { all[$0 * all.count / placeCount] }
  }

  /// Reads a text once, and gives the states where windows begin that come in order.
  private struct WindowReader {
    let model: LanguageModel
    let tokens: [Token]
    var document: Range<Int> = 0..<0
    var place = 0
    var state: RecurrentState

    init(_ model: LanguageModel, _ inspection: TextInspection) {
      self.model = model
      tokens = inspection.tokens
      state = model.initialState(batchSize: 1)
    }

    mutating func state(before window: Window) -> RecurrentState {
      if window.document != document {
        document = window.document
        place = document.lowerBound
        state = model.initialState(batchSize: 1)
      }
      while place < window.places.lowerBound {
        let end = min(place + Generation.pieceLength, window.places.lowerBound)
        model.read(Indices(Array(tokens[place..<end]), shape: [end - place, 1]), state: &state)
        place = end
      }
      return state
    }
  }

  /// The gradient of the losses at the ends of windows with respect to all that is read in them, `[T, N, D]`.
  private func inputGradient(
    of windows: [(places: Range<Int>, state: RecurrentState)], steps: Int, tokens: [Token]
  ) -> Tensor {
    var read = [Token](repeating: 0, count: steps * windows.count)
    for (row, window) in windows.enumerated() {
      for (step, place) in window.places.enumerated() {
        read[step * windows.count + row] = tokens[place]
      }
    }
    let targets = Indices(windows.map { tokens[$0.places.upperBound] })
    let state = RecurrentState(
      hidden: rnn.weights.indices.map { layer in
        concatenate(windows.map { $0.state.hidden[layer] }, axis: 0)
      },
      cell: rnn.weights.indices.map { layer in
        concatenate(windows.map { $0.state.cell[layer] }, axis: 0)
      })
    let lengths = windows.map { Int32($0.places.count) }
    let inputs = input(of: Indices(read, shape: [steps, windows.count]))
      .vectors(of: rnn.configuration.inputSize)
    return valueAndGradient(at: inputs) { inputs in
      let final = rnn(.vectors(inputs), state: state, lengths: lengths).state
      return crossEntropy(logits(of: rnn.topHidden(of: final)), targets, reduction: .sum)
    }.gradient
  }
}
