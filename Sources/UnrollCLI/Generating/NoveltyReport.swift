import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollText

/// Compares written texts with a known one.
struct NoveltyReport {
  private let index: CopyIndex
  private let model: LanguageModel
  private var tokens: [Int: [Token]] = [:]

  init(_ index: CopyIndex, _ model: LanguageModel) {
    self.index = index
    self.model = model
  }

  mutating func add(_ piece: TextPiece) {
    guard let token = piece.token, model.tokenizer.vocabulary.entry(for: token) != nil else {
      return
    }
    tokens[piece.row, default: []].append(token)
  }

  mutating func add(_ text: ScoredText, number: Int) {
    tokens[number] = text.tokens.filter { model.tokenizer.vocabulary.entry(for: $0) != nil }
  }

  /// One line for each text.
  var lines: [String] {
    tokens.sorted { $0.key < $1.key }.map { number, tokens in
      let novelty = Novelty(of: tokens, comparedWith: index)
      let unit = model.tokenizer.tokenName
      let shares = novelty.newShares.map {
        "\(decimalText(100 * $0.share, 1)) % of its sequences of \($0.length)"
      }
      return (self.tokens.count == 1 ? "novelty: " : "novelty of text \(number + 1): ")
        + "the longest copy has \(groupedText(novelty.longestCopy)) \(unit)"
        + (novelty.longestCopy == 0 ? "" : ", \(copy(novelty, tokens).quotedForMessage)")
        + (shares.isEmpty ? "" : "; new are \(shares.joined(separator: ", "))")
    }
  }

  /// Lines of JSON, one for each text.
  var json: [JSON] {
    tokens.sorted { $0.key < $1.key }.map { number, tokens in
      let novelty = Novelty(of: tokens, comparedWith: index)
      return [
        "number": JSON(number), "longestCopy": JSON(novelty.longestCopy),
        "longestCopyText": .string(copy(novelty, tokens)),
        "newShares": .array(
          novelty.newShares.map { ["length": JSON($0.length), "share": JSON($0.share)] }),
      ]
    }
  }

  private func copy(_ novelty: Novelty, _ tokens: [Token]) -> String {
    model.tokenizer.decode(tokens[novelty.longestCopyStart...].prefix(novelty.longestCopy))
  }
}
