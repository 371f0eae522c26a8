import UnrollFormats

/// What `POST /v1/chat/completions` asks for, as a completion: the texts of all messages, with a line end between them, are gone on from.
struct ChatRequest {
  /// The tokens that are written where a request does not say.
  private static let usualTokens = 256

  /// The body of the completion.
  let body: JSON.Field

  /// Reads a request.
  ///
  /// - Throws: `ServingError` or `JSONError` for what is wrong with it.
  init(_ chat: JSON.Field) throws {
    var completion = JSON.Object()
    for member in try chat.object().members where !Self.ownFields.contains(member.key) {
      completion[member.key] = member.value
    }
    for name in ["tools", "functions", "response_format", "audio"] {
      guard try chat[name].ifPresent == nil else {
        throw ServingError(
          400, "this model only goes on with texts: leave \(name) out", parameter: name)
      }
    }
    let messages = try chat["messages"].array()
    guard !messages.isEmpty else {
      throw ServingError(400, "messages has one message at least", parameter: "messages")
    }
    completion["prompt"] = .string(try messages.map(Self.text).joined(separator: "\n"))
    let limit = try chat["max_completion_tokens"].ifPresent ?? chat["max_tokens"].ifPresent
    completion["max_tokens"] = limit?.value ?? JSON(Self.usualTokens)
    let isListed = try chat["logprobs"].ifPresent?.boolean() ?? false
    let count = try chat.wholeNumber("top_logprobs", in: 0...20)
    guard isListed || count == nil else {
      throw ServingError(
        400, "top_logprobs belongs to logprobs: set logprobs to true", parameter: "top_logprobs")
    }
    if isListed { completion["logprobs"] = JSON(count ?? 0) }
    body = JSON.object(completion).field(named: "body")
  }

  /// What a chat has in another form than a completion, or a completion alone.
  private static let ownFields: Set<String> = [
    "messages", "max_completion_tokens", "max_tokens", "logprobs", "top_logprobs", "prompt", "echo",
    "best_of", "suffix",
  ]

  /// The text of a message: its content, or the texts of its parts.
  private static func text(_ message: JSON.Field) throws -> String {
    let content = try message["content"]
    if case .string(let text) = content.value { return text }
    return try content.array().map { part in
      guard try part["type"].string() == "text" else {
        throw ServingError(
          400, "this model reads texts only: leave other parts out", parameter: "messages")
      }
      return try part["text"].string()
    }.joined()
  }
}
