import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollText

/// Prints the scores of texts: each part as it comes, or the worst at the end.
struct ScoreReport {
  let per: ScoreUnitChoice
  /// What a document is; `nil` where each file is one text.
  let documents: DocumentUnit?
  let worst: Int?
  let isJSON: Bool
  /// Whether lines say of which file they are.
  let namesFiles: Bool
  private var kept: [ScoreLine] = []
  private var pairs: [ScoreComparison.Pair] = []
  private var partCount = 0
  private var total = (nats: 0.0, characters: 0, tokens: 0, bytes: 0)
  private var hasHeading = false

  init(per: ScoreUnitChoice, documents: DocumentUnit?, worst: Int?, isJSON: Bool, namesFiles: Bool)
  {
    self.per = per
    self.documents = documents
    self.worst = worst
    self.isJSON = isJSON
    self.namesFiles = namesFiles
  }

  /// Takes the scores of a file, by one model or by two.
  mutating func add(_ scores: TextScores, _ other: TextScores?, of file: String) throws {
    // Where each line is a document, that is its number.
    let unit: ScoredUnit = per == .document || documents == .lines ? .document : .line
    let label = documents != nil && unit == .document ? "document" : unit.rawValue
    let parts = try scores.parts(by: unit)
    for part in parts {
      total.nats += part.logProbability
      total.characters += part.predicted.characterCount
      total.tokens += part.predicted.tokenCount
      total.bytes += part.predicted.byteCount
    }
    partCount += parts.count
    let name = namesFiles ? file : nil
    if per == .token {
      for part in parts {
        for place in part.places { try show(TokenLine(scores, place, of: part, label, in: name)) }
      }
      return
    }
    if let other {
      let comparison = ScoreComparison(parts, try other.parts(by: unit))
      pairs += comparison.pairs
      for pair in comparison.pairs { try take(ScoreLine(scores, pair.first, pair, label, name)) }
    } else {
      for part in parts where part.predicted.tokenCount > 0 {
        try take(ScoreLine(scores, part, nil, label, name))
      }
    }
  }

  private mutating func take(_ line: ScoreLine) throws {
    guard worst != nil else { return try show(line) }
    kept.append(line)
  }

  private mutating func show(_ line: some ScoreLineText) throws {
    if isJSON { return try Console.text(line.json.text() + "\n", isJSON: true) }
    if !hasHeading { try Console.data(line.heading + "\n") }
    hasHeading = true
    try Console.text(line.text(isMarked: worst != nil) + "\n")
  }

  /// Prints what was kept, and the totals.
  mutating func end(comparing models: (first: String, second: String)?) throws {
    let bits = -total.nats / natsPerBit
    let mean = total.characters == 0 ? Double.nan : bits / Double(total.characters)
    if let worst {
      let ranked = kept.enumerated().map { (excess: $1.excess(over: mean), place: $0) }
        .sorted { ($1.excess, $0.place) < ($0.excess, $1.place) }
      for line in ranked.prefix(worst) { try show(kept[line.place]) }
    }
    guard let models else {
      if isJSON {
        let object: JSON = [
          "total": [
            "tokens": JSON(total.tokens), "characters": JSON(total.characters),
            "bytes": JSON(total.bytes), "logProbability": JSON(total.nats),
            "bitsPerCharacter": mean.isFinite ? JSON(mean) : .null,
          ]
        ]
        return try Console.data(object.text() + "\n")
      }
      return Console.message(
        "all \(countText(total.characters, "character")): \(decimalText(mean, 4)) bits each, \(decimalText(bits, 1)) in all"
      )
    }
    try compare(models)
  }

  private func compare(_ models: (first: String, second: String)) throws {
    let comparison = ScoreComparison(pairs)
    let interval = try comparison.interval()
    guard let difference = comparison.difference else {
      throw Failure(
        status: 65,
        description:
          "there is nothing that both models predict: give more text, or one that both know")
    }
    if isJSON {
      let object: JSON = [
        "comparison": [
          "difference": JSON(difference), "parts": JSON(pairs.count),
          "partsLeftOut": JSON(partCount - pairs.count),
          "lower": interval.map { JSON($0.lowerBound) } ?? .null,
          "upper": interval.map { JSON($0.upperBound) } ?? .null,
        ]
      ]
      return try Console.data(object.text() + "\n")
    }
    let better = difference < 0 ? models.second : models.first
    var sentence =
      "\(better) needs \(decimalText(abs(difference), 4)) bits less for each character"
    if let interval {
      let (low, high) = (
        min(abs(interval.lowerBound), abs(interval.upperBound)),
        max(abs(interval.lowerBound), abs(interval.upperBound))
      )
      sentence +=
        interval.contains(0)
        ? ", but that may be chance: in 95 % of resamples, the difference is \(decimalText(interval.lowerBound, 4)) to \(decimalText(interval.upperBound, 4))"
        : " (\(decimalText(low, 4)) to \(decimalText(high, 4)) in 95 % of resamples)"
    }
    try Console.data(sentence + ", over \(countText(pairs.count, "part"))\n")
    if partCount > pairs.count {
      Console.message(
        "note: \(countText(partCount - pairs.count, "part")) left out, of which the two models do not predict the same bytes"
      )
    }
  }
}
