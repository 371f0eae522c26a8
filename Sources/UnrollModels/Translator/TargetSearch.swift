internal import UnrollNN
internal import UnrollTensor
internal import UnrollText

/// A target that a search has found.
struct FoundTarget: Hashable, Sendable {
  /// The tokens, without the end.
  var tokens: [Token] = []
  /// The sum of the log-probabilities of the tokens and the end.
  var total = 0.0
  /// Whether it has an end.
  var isComplete = false
  /// For each token, the weights of what was read; empty without attention.
  var weights: [[Float]] = []
}

/// Looks for the likeliest targets of several sources at once, by beams: of all beginnings that go on from the best ones, the best
/// are kept, step by step.
///
/// A target that ends is finished if it is among the best of its step; the search for a source is over when as many are finished
/// as the beam is wide. The best is that with the greatest sum of log-probabilities over a power of its length.
struct TargetSearch {
  private let model: Translator
  private let options: TranslationOptions
  private var width: Int { options.beamWidth }

  init(_ model: Translator, _ options: TranslationOptions) {
    self.model = model
    self.options = options
  }

  /// A source that is translated.
  private struct Search {
    /// Its number.
    let source: Int
    /// What goes on; all sources have as many, and those that do not count have a total of −∞.
    var beams = [FoundTarget()]
    var finished: [FoundTarget] = []
  }

  /// The best target of each source, none of them empty.
  func targets(of sources: [[Token]]) -> [FoundTarget] {
    var mode = Mode.evaluation
    let (indices, lengths) = Indices.padded(sources)
    var (memory, state) = model.read(indices, lengths: lengths, mode: &mode)
    var searches = sources.indices.map { Search(source: $0) }
    var results = [FoundTarget](repeating: FoundTarget(), count: sources.count)
    let limit = options.lengthLimit ?? 2 * model.longestTarget
    for step in 0...limit {
      let parents = advance(
        &searches, by: &state, over: memory, sourceLengths: lengths, isLast: step == limit)
      let going = searches.indices.filter { place in
        let search = searches[place]
        let isOver =
          search.finished.count >= width || search.beams.allSatisfy { $0.total == -.infinity }
        if isOver { results[search.source] = best(search) }
        return !isOver
      }
      if going.isEmpty { break }
      state = state.mapped { $0.rows(going.flatMap { parents[$0] }) }
      if going.count < searches.count {
        searches = going.map { searches[$0] }
        memory = memory?.rows(going)
      }
    }
    return results
  }

  /// Goes on with each beginning by the likeliest tokens, and keeps the best ones.
  ///
  /// - Parameter isLast: whether nothing may go on: what does not end is cut off.
  /// - Returns: for each source, the rows of the states that the kept beginnings go on from.
  private func advance(
    _ searches: inout [Search], by state: inout RecurrentState, over memory: Attention.Memory?,
    sourceLengths: [Int32], isLast: Bool
  ) -> [[Int]] {
    let perSource = searches.first?.beams.count ?? 0
    let rows = searches.count * perSource
    let inputs = Indices(
      searches.flatMap { $0.beams.map { $0.tokens.last ?? model.beginning } }, shape: [1, rows])
    var mode = Mode.evaluation
    let written = model.decoder.rnn(model.decoder.input(of: inputs), state: state, mode: &mode)
    state = written.state
    let queries = written.output.reshaped([searches.count, perSource, written.output.shape[2]])
    let (logits, weights) = model.logits(of: queries, over: memory, mode: &mode)
    let size = model.targetTokenizer.vocabulary.count
    let steps = weights?.shape[2] ?? 0
    var parents: [[Int]] = []
    logSoftmax(logits).withUnsafeElements { all in
      for place in searches.indices {
        let first = place * perSource
        let length = Int(sourceLengths[searches[place].source])
        var candidates: [Candidate] = []
        for (beam, target) in searches[place].beams.enumerated() where target.total > -.infinity {
          let row = UnsafeBufferPointer(
            rebasing: all[(first + beam) * size..<(first + beam + 1) * size])
          candidates += likeliest(in: row).map {
            Candidate(total: target.total + Double(row[$0]), beam: beam, token: Token($0))
          }
        }
        candidates.sort { ($1.total, $0.beam, $0.token) < ($0.total, $1.beam, $1.token) }
        let looked = weights.map { weights in
          weights.withUnsafeElements { weights in
            (0..<perSource).map {
              Array(weights[(first + $0) * steps..<(first + $0) * steps + length])
            }
          }
        }
        parents.append(
          keep(candidates, in: &searches[place], looked, isLast: isLast).map { first + $0 })
      }
    }
    return parents
  }

  private struct Candidate {
    let total: Double
    let beam: Int
    let token: Token
  }

  /// Keeps the best of what goes on; what ends and is among the best is finished.
  ///
  /// - Returns: the beams that the kept ones go on from.
  private func keep(
    _ candidates: [Candidate], in search: inout Search, _ looked: [[Float]]?, isLast: Bool
  ) -> [Int] {
    var kept: [FoundTarget] = []
    var parents: [Int] = []
    for (rank, candidate) in candidates.enumerated() where kept.count < width {
      var target = search.beams[candidate.beam]
      target.total = candidate.total
      if candidate.token == model.end {
        guard rank < width else { continue }
        target.isComplete = true
        search.finished.append(target)
      } else {
        target.tokens.append(candidate.token)
        if let looked { target.weights.append(looked[candidate.beam]) }
        kept.append(target)
        parents.append(candidate.beam)
      }
    }
    if isLast {
      // What stands before the last token is what the limit allows.
      search.finished += search.beams.filter { $0.total > -.infinity }
      kept = []
    }
    while kept.count < width {
      kept.append(FoundTarget(total: -.infinity))
      parents.append(0)
    }
    search.beams = kept
    return parents
  }

  /// The likeliest tokens of a row that can matter, the first of equals before the others.
  private func likeliest(in row: UnsafeBufferPointer<Float>) -> [Int] {
    // The end may be one of them.
    let count = min(width + 1, row.count)
    var best: [Int] = []
    best.reserveCapacity(count + 1)
    for (token, value) in row.enumerated() {
      if best.count == count, value <= row[best[count - 1]] { continue }
      let place = best.firstIndex { value > row[$0] } ?? best.count
      best.insert(token, at: place)
      if best.count > count { best.removeLast() }
    }
    return best
  }

  /// The best target that is finished, the first of equals.
  private func best(_ search: Search) -> FoundTarget {
    var best = FoundTarget(total: -.infinity)
    for target in search.finished where score(target) > score(best) { best = target }
    return best
  }

  private func score(_ target: FoundTarget) -> Double {
    normalised(
      target.total, count: target.tokens.count + (target.isComplete ? 1 : 0),
      by: options.lengthPenalty)
  }
}
