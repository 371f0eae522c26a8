import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns

/// A line of the report.
protocol ScoreLineText {
  /// What stands above the columns.
  var heading: String { get }
  var json: JSON { get }
  func text(isMarked: Bool) -> String
}

/// The scores of a line or document.
struct ScoreLine: ScoreLineText {
  private let part: ScoredPart
  private let pair: ScoreComparison.Pair?
  private let label: String
  private let file: String?
  private let text: String
  private let marked: String
  private let surprise: TokenWords?

  init(
    _ scores: TextScores, _ part: ScoredPart, _ pair: ScoreComparison.Pair?, _ label: String,
    _ file: String?
  ) {
    self.part = part
    self.pair = pair
    self.label = label
    self.file = file
    text = scores.text(of: part)
    guard let place = part.mostSurprising else {
      (surprise, marked) = (nil, text)
      return
    }
    let words = TokenWords(scores[place], scores.tokenizer)
    surprise = words
    let (before, after) = (part.places.lowerBound..<place, place + 1..<part.places.upperBound)
    let rest = scores.text(of: after)
    marked =
      scores.text(of: before) + "⟦\(words.marked)⟧"
      + (rest.last?.isNewline == true ? String(rest.dropLast()) : rest)
  }

  /// What makes a part worse than another: how many bits it has beyond a mean for each character, or, by two models, how many
  /// more the second needs.
  func excess(over mean: Double) -> Double {
    pair?.bits ?? part.bits - mean * Double(part.predicted.characterCount)
  }

  var heading: String {
    (pair == nil ? "bits/char" : "bits/char    other     more") + "  "
      + (file == nil ? label : "place").aligned(to: 6) + "  text"
  }

  func text(isMarked: Bool) -> String {
    var columns = number(part.bitsPerCharacter)
    if let pair {
      columns +=
        number(pair.second.bitsPerCharacter)
        + number(pair.bits / Double(part.predicted.characterCount))
    }
    columns += "  " + place("\(part.number)").aligned(to: 6) + "  "
    guard isMarked, let surprise else { return columns + Self.excerpt(text) }
    return columns + Self.excerpt(marked) + "\n"
      + String(repeating: " ", count: columns.count) + surprise.sentence
  }

  private func place(_ number: String) -> String { file.map { "\($0):\(number)" } ?? number }

  private func number(_ value: Double?) -> String {
    (value.map { decimalText($0, 4) } ?? "").aligned(to: 9)
  }

  /// The first line of a text, as a document may have many.
  private static func excerpt(_ text: String) -> String {
    guard let end = text.firstIndex(where: \.isNewline) else { return text }
    return text[..<end] + " …"
  }

  var json: JSON {
    var members: [JSON.Object.Member] = file.map { [.init(key: "file", value: .string($0))] } ?? []
    members += [
      .init(key: label, value: JSON(part.number)), .init(key: "text", value: .string(text)),
    ]
    members += Self.members(of: part)
    if let surprise {
      members.append(.init(key: "mostSurprising", value: .object(surprise.object)))
    }
    if let pair {
      members.append(.init(key: "other", value: .object(.init(Self.members(of: pair.second)))))
      members.append(.init(key: "bits", value: JSON(pair.bits)))
    }
    return .object(.init(members))
  }

  private static func members(of part: ScoredPart) -> [JSON.Object.Member] {
    [
      .init(key: "tokens", value: JSON(part.predicted.tokenCount)),
      .init(key: "characters", value: JSON(part.predicted.characterCount)),
      .init(key: "bytes", value: JSON(part.predicted.byteCount)),
      .init(key: "logProbability", value: JSON(part.logProbability)),
      .init(key: "bitsPerCharacter", value: part.bitsPerCharacter.map { JSON($0) } ?? .null),
    ]
  }
}

/// The score of one token.
struct TokenLine: ScoreLineText {
  private let label: String
  private let number: Int
  private let file: String?
  private let words: TokenWords

  init(
    _ scores: TextScores, _ place: Int, of part: ScoredPart, _ label: String, in file: String?
  ) {
    self.label = label
    self.file = file
    number = label == "line" ? part.number : part.document
    words = TokenWords(scores[place], scores.tokenizer)
  }

  var heading: String {
    "    bits    rank" + (file == nil ? label : "place").aligned(to: 10) + "  token"
  }

  func text(isMarked: Bool) -> String {
    let place = file.map { "\($0):\(number)" } ?? "\(number)"
    let columns =
      words.bits.aligned(to: 8) + words.rank.aligned(to: 8) + place.aligned(to: 10) + "  "
      + words.quoted
    return words.likelier.isEmpty ? columns : columns.padded(to: 36) + "  " + words.likelier
  }

  var json: JSON {
    var members: [JSON.Object.Member] = file.map { [.init(key: "file", value: .string($0))] } ?? []
    members.append(.init(key: label, value: JSON(number)))
    return .object(.init(members + words.object.members))
  }
}
