import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollText

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What is said of a token that was scored.
struct TokenWords {
  private let score: TokenScore
  private let tokenizer: Tokenizer

  init(_ score: TokenScore, _ tokenizer: Tokenizer) {
    self.score = score
    self.tokenizer = tokenizer
  }

  /// Its text as it is.
  var spelling: String { tokenizer.spelling(of: score.token, isQuoted: false) }
  /// With escapes for what cannot be seen, without quotation marks or with them.
  var marked: String { quoted.first == "\"" ? String(quoted.dropFirst().dropLast()) : quoted }
  var quoted: String { tokenizer.spelling(of: score.token) }
  var bits: String { score.bits.map { decimalText($0, 2) } ?? "-" }
  var rank: String { score.rank.map { "\($0)" } ?? "-" }

  /// The likeliest tokens with their probabilities.
  var likelier: String {
    score.likeliest.map {
      "\(tokenizer.spelling(of: $0.token)) \(decimalText(100 * exp(Double($0.logProbability)), 1)) %"
    }.joined(separator: ", ")
  }

  var sentence: String {
    "\(quoted) takes \(bits) bits, rank \(rank) of \(tokenizer.vocabulary.count); likeliest: \(likelier)"
  }

  var object: JSON.Object {
    let likeliest: [JSON] = score.likeliest.map {
      [
        "token": JSON($0.token),
        "spelling": .string(tokenizer.spelling(of: $0.token, isQuoted: false)),
        "logProbability": JSON($0.logProbability),
      ]
    }
    return JSON.Object([
      .init(key: "token", value: JSON(score.token)),
      .init(key: "spelling", value: .string(spelling)),
      .init(key: "logProbability", value: score.logProbability.map { JSON($0) } ?? .null),
      .init(key: "bits", value: score.bits.map { JSON($0) } ?? .null),
      .init(key: "rank", value: score.rank.map { JSON($0) } ?? .null),
      .init(key: "likeliest", value: .array(likeliest)),
    ])
  }
}
