import UnrollFormats
import UnrollModels
import UnrollText

/// A text of an answer as it grows: what has come, and what of it can be sent.
struct CompletionChoice {
  private let tokenizer: Tokenizer
  private let listsTokens: Bool
  /// The scalars before the next token, those of the prompt included.
  private var scalarCount: Int
  /// The bytes before the next token, and those of the text that was let through.
  private var byteCount = 0
  private var shownByteCount = 0
  /// Tokens of which no byte has been let through, with where they begin.
  private var held: [(listed: ListedToken, bytes: Int, scalars: Int)] = []
  /// What can be sent.
  private(set) var text = ""
  private(set) var tokens = ListedTokens()
  /// `stop` or `length`, once the text is at its end.
  private(set) var finish: String?
  /// The tokens that were written, and the sum of their log-probabilities.
  private(set) var tokenCount = 0
  private(set) var logProbability = 0.0

  init(_ prompt: CompletionRequest.Prompt, of model: LanguageModel, listsTokens: Bool) {
    tokenizer = model.tokenizer
    self.listsTokens = listsTokens
    scalarCount = prompt.text.unicodeScalars.count
  }

  /// The mean log-probability of a token, by which the best of several texts is told.
  var meanLogProbability: Double { logProbability / Double(max(1, tokenCount)) }

  /// Adds the prompt and what its tokens are worth.
  mutating func echo(_ prompt: CompletionRequest.Prompt, _ scores: [TokenScore]) {
    text += prompt.text
    guard listsTokens else { return }
    var scalars = 0
    for score in scores {
      tokens.append(
        ListedToken(
          token: score.token, logProbability: score.logProbability, likeliest: score.likeliest),
        offset: scalars, of: tokenizer)
      scalars += Self.scalarCount(tokenizer.bytes(of: score.token))
    }
  }

  /// Says that no token is wanted.
  mutating func endWithoutTokens() { finish = "length" }

  /// Adds a piece.
  mutating func add(_ piece: TextPiece) {
    if let token = piece.token {
      tokenCount += 1
      logProbability += Double(piece.logProbability)
      let bytes = tokenizer.bytes(of: token)
      // The end of a document is no part of the text.
      if listsTokens, !bytes.isEmpty {
        held.append(
          (
            ListedToken(
              token: token, logProbability: piece.logProbability,
              likeliest: piece.likeliest), byteCount,
            scalarCount
          ))
      }
      byteCount += bytes.count
      scalarCount += Self.scalarCount(bytes)
    }
    text += piece.text
    shownByteCount += piece.text.utf8.count
    switch piece.ending {
    case nil: break
    case .length: finish = "length"
    case .stopText, .endOfDocument, .complete, .failed: finish = "stop"
    }
    // A token is listed when a byte of it is shown.
    while let first = held.first, first.bytes < shownByteCount {
      tokens.append(first.listed, offset: first.scalars, of: tokenizer)
      held.removeFirst()
    }
  }

  /// Takes what can be sent now.
  mutating func take() -> (text: String, tokens: ListedTokens) {
    defer {
      text = ""
      tokens = ListedTokens()
    }
    return (text, tokens)
  }

  /// The scalars that begin among some bytes of UTF-8.
  private static func scalarCount(_ bytes: [UInt8]) -> Int { bytes.count { $0 & 0xC0 != 0x80 } }
}
