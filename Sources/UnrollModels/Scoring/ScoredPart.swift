public import UnrollText

/// A line or a document of a text that was scored.
public struct ScoredPart: Sendable, Hashable {
  /// The number of its document, from 1.
  public let document: Int
  /// Its number, from 1: of the line in its document, or of the document in the text.
  public let number: Int
  /// Its tokens' places in the text.
  public let places: Range<Int>
  /// What was predicted of it.
  public let predicted: PredictedText
  /// The sum of the log-probabilities of its predicted tokens, in nats.
  public let logProbability: Double
  /// The place of the token that the model found least likely; `nil` if none was predicted.
  public let mostSurprising: Int?

  /// The information of its predicted tokens together, in bits.
  public var bits: Double { -logProbability / natsPerBit }

  /// The information for each predicted character, in bits; `nil` if no character was predicted.
  public var bitsPerCharacter: Double? {
    predicted.characterCount == 0
      ? nil : bits / Double(predicted.characterCount)
  }
}

/// What a text is cut into for scores.
public enum ScoredUnit: String, Sendable, CaseIterable {
  /// What ends with a line feed. A token belongs to the line in which it begins.
  case line
  /// A whole document; all of a stream.
  case document
}

extension TextScores {
  /// The scores of all lines or documents, in order; their sums are those of the text.
  ///
  /// - Throws: `FileError` if the tokens are in a file that cannot be read, `TextError` if they have been damaged.
  public func parts(by unit: ScoredUnit) throws -> [ScoredPart] {
    let cut = documents.enumerated().flatMap { index, places in
      (unit == .document ? [(index + 1, places)] : lines(of: places)).map {
        (document: index, number: $0.0, places: $0.1)
      }
    }
    // The token before a part is what its first one is predicted from.
    let counted = cut.map { part in
      let isFirst = part.places.lowerBound == documents[part.document].lowerBound
      return part.places.lowerBound - (isFirst ? 0 : 1)..<part.places.upperBound
    }
    let predicted = try PredictedText.counts(of: counted, in: tokens, by: tokenizer)
    return zip(cut, predicted).map { part, predicted in
      var (sum, least, place) = (0.0, Float.infinity, Int?.none)
      for index in part.places {
        guard let logProbability = self[index].logProbability else { continue }
        sum += Double(logProbability)
        if !(logProbability >= least) { (least, place) = (logProbability, index) }
      }
      return ScoredPart(
        document: part.document + 1, number: part.number, places: part.places, predicted: predicted,
        logProbability: sum,
        mostSurprising: place)
    }
  }

  /// The text of a line or document, without the line end.
  public func text(of part: ScoredPart) -> String {
    let text = text(of: part.places)
    return text.last?.isNewline == true ? String(text.dropLast()) : text
  }

  private func lines(of document: Range<Int>) -> [(Int, Range<Int>)] {
    var lines: [(Int, Range<Int>)] = []
    var (number, start, bytes) = (1, document.lowerBound, [UInt8]())
    for place in document {
      bytes.removeAll(keepingCapacity: true)
      tokenizer.appendBytes(of: self[place].token, to: &bytes)
      let ends = bytes.count { $0 == UInt8(ascii: "\n") }
      if ends > 0 {
        lines.append((number, start..<place + 1))
        number += ends
        start = place + 1
      }
    }
    if start < document.upperBound { lines.append((number, start..<document.upperBound)) }
    return lines
  }
}
