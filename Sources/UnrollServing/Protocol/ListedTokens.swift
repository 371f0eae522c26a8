import UnrollFormats
import UnrollModels
import UnrollText

/// A token with its log-probability in the model's own distribution, as `logprobs` lists it.
struct ListedToken: Sendable {
  let token: Token
  /// In nats; `nil` for a first token, which nothing predicts.
  let logProbability: Float?
  let likeliest: [LikelyToken]
}

/// Tokens as the four arrays of `logprobs`.
struct ListedTokens {
  private var tokens: [JSON] = []
  private var logProbabilities: [JSON] = []
  private var likeliest: [JSON] = []
  private var offsets: [JSON] = []

  /// Whether there is none.
  var isEmpty: Bool { tokens.isEmpty }

  /// Adds a token that begins behind so many scalars of prompt and text.
  mutating func append(_ listed: ListedToken, offset: Int, of tokenizer: Tokenizer) {
    tokens.append(.string(tokenizer.name(of: listed.token)))
    offsets.append(JSON(offset))
    guard let own = listed.logProbability else {
      logProbabilities.append(.null)
      likeliest.append(.null)
      return
    }
    logProbabilities.append(own.inJSON)
    var object = JSON.Object()
    for other in listed.likeliest where object[tokenizer.name(of: other.token)] == nil {
      object[tokenizer.name(of: other.token)] = other.logProbability.inJSON
    }
    object[tokenizer.name(of: listed.token)] = own.inJSON
    likeliest.append(.object(object))
  }

  var json: JSON {
    [
      "tokens": .array(tokens), "token_logprobs": .array(logProbabilities),
      "top_logprobs": .array(likeliest), "text_offset": .array(offsets),
    ]
  }
}

extension Float {
  /// A log-probability: what is lower than OpenAI's lowest, −9999, is that, since JSON has no infinity.
  fileprivate var inJSON: JSON { JSON(self > -9999 ? self : -9999) }
}

extension Tokenizer {
  /// The text of a token; `bytes:\xe2\x80` where it is none alone.
  func name(of token: Token) -> String {
    let bytes = bytes(of: token)
    let text = String(decoding: bytes, as: UTF8.self)
    guard !text.utf8.elementsEqual(bytes) else { return text }
    return "bytes:"
      + bytes.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The bytes that a token decodes to.
  func bytes(of token: Token) -> [UInt8] {
    var bytes: [UInt8] = []
    appendBytes(of: token, to: &bytes)
    return bytes
  }
}
