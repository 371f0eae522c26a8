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

/// Tokens with their log-probabilities, in the forms that clients read.
struct ListedTokens {
  private struct Entry {
    let listed: ListedToken
    let offset: Int
    let tokenizer: Tokenizer
  }

  private var entries: [Entry] = []

  /// Whether there is none.
  var isEmpty: Bool { entries.isEmpty }

  /// Adds a token that begins behind so many scalars of prompt and text.
  mutating func append(_ listed: ListedToken, offset: Int, of tokenizer: Tokenizer) {
    entries.append(Entry(listed: listed, offset: offset, tokenizer: tokenizer))
  }

  /// The numbers of the tokens.
  var ids: JSON { .array(entries.map { JSON($0.listed.token) }) }

  /// The four arrays of a completion.
  var arrays: JSON {
    let likeliest = entries.map { entry -> JSON in
      guard let own = entry.listed.logProbability else { return .null }
      var object = JSON.Object()
      for other in entry.listed.likeliest {
        let name = entry.tokenizer.name(of: other.token)
        if object[name] == nil { object[name] = other.logProbability.inJSON }
      }
      object[entry.tokenizer.name(of: entry.listed.token)] = own.inJSON
      return .object(object)
    }
    return [
      "tokens": .array(entries.map { .string($0.tokenizer.name(of: $0.listed.token)) }),
      "token_logprobs": .array(entries.map { $0.listed.logProbability?.inJSON ?? .null }),
      "top_logprobs": .array(likeliest),
      "text_offset": .array(entries.map { JSON($0.offset) }),
    ]
  }

  /// The objects of a chat.
  var content: JSON {
    let objects = entries.map { entry -> JSON in
      func object(_ token: Token, _ value: Float?) -> JSON.Object {
        var object = JSON.Object()
        object["token"] = .string(entry.tokenizer.name(of: token))
        object["logprob"] = value?.inJSON ?? .null
        object["bytes"] = .array(entry.tokenizer.bytes(of: token).map { JSON($0) })
        return object
      }
      var own = object(entry.listed.token, entry.listed.logProbability)
      own["top_logprobs"] = .array(
        entry.listed.likeliest.map { .object(object($0.token, $0.logProbability)) })
      return .object(own)
    }
    return ["content": .array(objects), "refusal": .null]
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
