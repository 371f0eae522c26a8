import UnrollFormats

/// An answer in OpenAI's form: of a completion, or of a chat.
struct CompletionAnswer: Sendable {
  /// Which of the two.
  enum Form: Sendable {
    case completion
    case chat
  }

  let form: Form
  let id: String
  let created: Int
  let modelName: String
  let fingerprint: String
  let request: CompletionRequest

  /// The whole answer.
  func whole(_ choices: [CompletionChoice], tokenCount: Int) -> JSON {
    var answer = object(
      form == .chat ? "chat.completion" : "text_completion",
      choices.enumerated().map { index, choice in
        var choice = choice
        let finish = choice.finish ?? "length"
        let (text, tokens) = choice.take()
        let message: JSON = ["role": "assistant", "content": .string(text), "refusal": .null]
        return self.choice(
          index, form == .chat ? ("message", message) : ("text", .string(text)), tokens, finish,
          isFirst: true)
      })
    answer["usage"] = usage(tokenCount: tokenCount)
    return .object(answer)
  }

  /// What is sent before the first text of a choice; nothing of a completion, unless the numbers of its prompt are wanted.
  func opening(_ index: Int) -> String {
    guard form == .chat || request.returnsTokenIDs else { return "" }
    let content: (String, JSON) =
      form == .chat ? ("delta", ["role": "assistant", "content": ""]) : ("text", "")
    return event([choice(index, content, ListedTokens(), nil, isFirst: true)])
  }

  /// A part of a choice.
  func event(_ index: Int, text: String, tokens: ListedTokens, finish: String?) -> String {
    let delta: JSON = finish == nil ? ["content": .string(text)] : [:]
    return event([
      choice(index, form == .chat ? ("delta", delta) : ("text", .string(text)), tokens, finish)
    ])
  }

  /// What comes last, where it is asked for.
  func usageEvent(tokenCount: Int) -> String {
    event([], usage: usage(tokenCount: tokenCount))
  }

  // MARK: Parts

  private func object(_ kind: String, _ choices: [JSON]) -> JSON.Object {
    var object = JSON.Object()
    object["id"] = .string(id)
    object["object"] = .string(kind)
    object["created"] = JSON(created)
    object["model"] = .string(modelName)
    object["system_fingerprint"] = .string(fingerprint)
    object["seed"] = JSON(Int64(bitPattern: request.seed))
    object["choices"] = .array(choices)
    return object
  }

  private func choice(
    _ index: Int, _ content: (key: String, value: JSON), _ tokens: ListedTokens, _ finish: String?,
    isFirst: Bool = false
  ) -> JSON {
    var object = JSON.Object()
    object["index"] = JSON(index)
    object[content.key] = content.value
    object["logprobs"] =
      request.logProbabilities == nil ? .null : form == .chat ? tokens.content : tokens.arrays
    object["finish_reason"] = finish.map { .string($0) } ?? .null
    if request.returnsTokenIDs {
      object["token_ids"] = tokens.ids
      if isFirst {
        let prompt = request.prompts[index / request.count]
        object["prompt_token_ids"] = .array(prompt.tokens.map { JSON($0) })
      }
    }
    return .object(object)
  }

  private func usage(tokenCount: Int) -> JSON {
    let read = request.prompts.reduce(0) { $0 + $1.tokens.count }
    return [
      "prompt_tokens": JSON(read), "completion_tokens": JSON(tokenCount),
      "total_tokens": JSON(read + tokenCount),
    ]
  }

  private func event(_ choices: [JSON], usage: JSON = .null) -> String {
    var event = object(form == .chat ? "chat.completion.chunk" : "text_completion", choices)
    if request.includesUsage { event["usage"] = usage }
    return "data: \(JSON.object(event).text())\n\n"
  }
}
