internal import UnrollTensor
internal import UnrollText

/// Looks for the likeliest texts: of all that go on from the best so far, the best are kept, step by step.
///
/// The score of a text is the sum of its tokens' log-probabilities over a power of their number, as in Hugging Face's
/// `generate`. Bias, penalties and bans apply to the log-probabilities, as there, and nothing makes them add up to one again.
/// A text is finished by the end of its document, a stop text, its constraint or the length. The search ends when no text
/// that goes on can become better than those that are finished.
public struct BeamSearch: Sendable {
  /// How many texts are kept, 1 or more. With 1, always the likeliest token is taken.
  public var width: Int
  /// The power of the number of tokens: 0 favours short texts, 1 is the mean, above 1 favours long ones.
  public var lengthPenalty: Double

  /// Creates a search.
  public init(width: Int, lengthPenalty: Double = 1) {
    self.width = width
    self.lengthPenalty = lengthPenalty
  }

  /// The best texts, at most as many as the width, the best first.
  ///
  /// - Throws: `ModelError` if a setting is out of range or does not fit: of the sampling, only bias, penalties and bans do;
  ///   `TextError` for a prompt that cannot be read; `CancellationError` if the task that it runs in is cancelled.
  public func texts(
    of model: LanguageModel, _ request: GenerationRequest, while goesOn: () -> Bool = { true }
  ) throws -> [ScoredText] {
    try validate(request)
    var reader = Generation(model)
    let row = try reader.add(request)
    if request.length == 0 { return [ScoredText()] }
    while reader.readPrompt() { try Task.checkCancellation() }
    if case .failed(let error) = reader.ending(of: row) { throw error }
    var request = request
    request.state = reader.state(of: row)
    request.prompt = .text("")
    var live = Beams(model, try TextInProgress(row: row, request, of: model), request.state)
    var finished: [Beam] = []
    while goesOn() {
      try Task.checkCancellation()
      live.step(width: width, sampling: request.sampling, finished: &finished)
      finished = best(finished)
      guard let first = live.beams.first else { break }
      if finished.count == width, let worst = finished.last,
        score(worst) >= bound(first, request)
      {
        break
      }
    }
    let found = best(finished.isEmpty ? live.beams : finished)
    guard !found.isEmpty else {
      throw ModelError(
        .invalidSampling, "No text can be written: bans or penalties leave no token; ban less")
    }
    return found.map(\.text)
  }

  private func validate(_ request: GenerationRequest) throws {
    try require(width > 0, "The width of the search is 1 or more, not \(width)")
    try require(
      lengthPenalty.isFinite, "The length penalty is a finite number, not \(lengthPenalty)")
    let sampling = request.sampling
    try require(
      sampling.topK == nil && sampling.topP == nil && sampling.minP == nil
        && sampling.typicalP == nil && (sampling.temperature == 1 || sampling.temperature == 0),
      "A beam search draws nothing: leave out temperature, top-k, top-p, min-p and typical")
  }

  private func score(_ beam: Beam) -> Double {
    normalised(beam.total, count: beam.text.tokens.count, by: lengthPenalty)
  }

  /// The best score that the best text which goes on can reach.
  private func bound(_ beam: Beam, _ request: GenerationRequest) -> Double {
    // A token adds nothing above 0, unless something is added to it.
    let sampling = request.sampling
    guard beam.total <= 0, sampling.bias.values.allSatisfy({ $0 <= 0 }),
      sampling.presencePenalty >= 0, sampling.frequencyPenalty >= 0
    else { return .infinity }
    let count = beam.text.tokens.count
    return max(
      normalised(beam.total, count: count, by: lengthPenalty),
      normalised(beam.total, count: request.length, by: lengthPenalty))
  }

  /// The best ones, in order; of equals, those that were there before.
  private func best(_ beams: [Beam]) -> [Beam] {
    Array(
      beams.enumerated().sorted {
        let (left, right) = (score($0.element), score($1.element))
        return left == right ? $0.offset < $1.offset : left > right
      }.prefix(width).map(\.element))
  }
}

/// A text of the search.
private struct Beam: Sendable {
  var text = ScoredText()
  var progress: TextInProgress
  /// What it is ranked by: its log-probabilities with bias and penalties.
  var total = 0.0
}

/// The texts that go on, the best first.
private struct Beams {
  private(set) var beams: [Beam]
  private var states: RowStates

  init(_ model: LanguageModel, _ text: TextInProgress, _ state: TextState?) {
    beams = [Beam(progress: text)]
    states = RowStates(model)
    states.append(state?.state ?? model.initialState(batchSize: 1), logits: state?.logits)
  }

  /// Goes on with each text by the likeliest tokens, and keeps the best texts; those that end go to the finished ones.
  mutating func step(width: Int, sampling: Sampling, finished: inout [Beam]) {
    let places = beams.indices.filter { !beams[$0].progress.pending.isEmpty }
    let tokens = places.map { beams[$0].progress.pending.takeOne() }
    states.read(tokens, rows: places)
    var candidates: [(total: Double, beam: Int, token: Token)] = []
    let size = states.logits.shape[1]
    let logits = states.logits
    var processed = logSoftmax(logits)
    processed.withUnsafeMutableElements { all in
      for (index, beam) in beams.enumerated() {
        let row = UnsafeMutableBufferPointer(rebasing: all[index * size..<(index + 1) * size])
        sampling.process(row, recent: beam.progress.recent.tokens[...])
        beam.progress.restrict(row)
        for (token, score) in row.enumerated() where score > -.infinity {
          candidates.append((beam.total + Double(score), index, Token(token)))
        }
      }
    }
    candidates.sort { ($1.total, $0.beam, $0.token) < ($0.total, $1.beam, $1.token) }
    var kept: [Beam] = []
    var parents: [Int] = []
    logits.withUnsafeElements { all in
      // As many ends as texts may stand before those that go on.
      for candidate in candidates.prefix(2 * width) where kept.count < width {
        var beam = beams[candidate.beam]
        beam.total = candidate.total
        beam.text.append(
          beam.progress.take(
            candidate.token, from: states.model.row(candidate.beam, of: all)))
        if beam.text.ending == nil {
          kept.append(beam)
          parents.append(candidate.beam)
        } else {
          finished.append(beam)
        }
      }
    }
    beams = kept
    states.select(parents)
  }
}
