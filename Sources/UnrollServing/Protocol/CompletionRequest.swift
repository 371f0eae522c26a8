import UnrollFormats
import UnrollModels
import UnrollText

/// What `POST /v1/completions` asks for, in OpenAI's fields and `top_k`, `min_p`, `typical_p`, `repetition_penalty`, `unknown`, `return_token_ids`
/// beside them.
///
/// `null` is as good as absent, unknown fields are passed over, and a whole number may be written as 16.0.
struct CompletionRequest: Sendable {
  /// What is gone on from.
  struct Prompt: Sendable {
    let tokens: [Token]
    /// The text of the tokens.
    let text: String
  }

  var prompts: [Prompt]
  var tokenLimit: Int
  var count: Int
  /// How many texts are written for each prompt; the best `count` of them are the answer.
  var candidateCount: Int
  var sampling: Sampling
  var seed: UInt64
  var stop: [String]
  /// How many of the likeliest tokens are listed; `nil` if no log-probabilities are wanted.
  var logProbabilities: Int?
  var echoes: Bool
  var streams: Bool
  var includesUsage: Bool
  /// Whether the numbers of tokens are listed, as vLLM does.
  var returnsTokenIDs: Bool

  /// Reads a request.
  ///
  /// - Throws: `ServingError`, `JSONError`, `TextError` or `ModelError` for what is wrong with it.
  init(
    _ body: JSON.Field, for model: LanguageModel, _ limits: ServingLimits, randomSeed: UInt64
  ) throws {
    try Self.refuseWhatIsMissing(body)
    prompts = try Self.prompts(body, of: model, limits)
    tokenLimit = try body.wholeNumber("max_tokens", in: 0...limits.tokens) ?? limits.usualTokens
    count = try body.wholeNumber("n", in: 1...128) ?? 1
    candidateCount = try body.wholeNumber("best_of", in: 1...20) ?? count
    guard candidateCount >= count else {
      throw ServingError(
        400, "best_of must not be less than n: \(candidateCount) is", parameter: "best_of")
    }
    streams = try body["stream"].ifPresent?.boolean() ?? false
    guard !streams || candidateCount == count else {
      throw ServingError(
        400, "best_of needs all texts before it can choose: leave stream out", parameter: "best_of")
    }
    let options = try body["stream_options"].ifPresent
    guard streams || options == nil else {
      throw ServingError(
        400, "stream_options belongs to stream: set stream to true or leave it out",
        parameter: "stream_options")
    }
    includesUsage = try options?["include_usage"].ifPresent?.boolean() ?? false
    seed =
      try body.wholeNumber("seed", in: .min ... .max).map { UInt64(bitPattern: Int64($0)) }
      ?? randomSeed
    stop = try Self.stop(body["stop"])
    logProbabilities = try Self.logProbabilities(body["logprobs"])
    returnsTokenIDs = try body["return_token_ids"].ifPresent?.boolean() ?? false
    echoes = try body["echo"].ifPresent?.boolean() ?? false
    sampling = try Self.sampling(body)
    do {
      try sampling.validate(for: model.tokenizer.vocabulary)
    } catch let error as ModelError {
      throw ServingError(400, error.message)
    }
    guard prompts.count * candidateCount <= limits.rows else {
      throw ServingError(
        400,
        "a request is for \(limits.rows) texts at most, and this one for \(prompts.count * candidateCount): send several requests",
        parameter: "n")
    }
  }

  /// The requests of the texts, those of the first prompt first.
  var requests: [GenerationRequest] {
    prompts.flatMap { prompt in
      (0..<candidateCount).map { number in
        var request = GenerationRequest(
          length: tokenLimit, sampling: sampling, seed: seed, number: UInt64(number), stop: stop,
          likeliestCount: logProbabilities ?? 0)
        request.prompt = .tokens(Tokens(prompt.tokens))
        return request
      }
    }
  }

  // MARK: Fields

  private static func refuseWhatIsMissing(_ body: JSON.Field) throws {
    if let suffix = try body["suffix"].ifPresent?.string(), !suffix.isEmpty {
      throw ServingError(
        400, "this model cannot insert: leave suffix out", parameter: "suffix")
    }
  }

  private static func unknown(_ body: JSON.Field) throws -> UnknownPolicy? {
    guard let name = try body["unknown"].ifPresent?.string() else { return nil }
    guard let policy = UnknownPolicy(rawValue: name) else {
      throw ServingError(
        400, "unknown is one of error, skip and token", parameter: "unknown")
    }
    return policy
  }

  /// What a body goes on from: a text, tokens, or several of them.
  static func prompts(
    _ body: JSON.Field, of model: LanguageModel, _ limits: ServingLimits
  ) throws -> [Prompt] {
    let unknown = try unknown(body)
    let field = try body["prompt"]
    func prompt(_ text: String) throws -> Prompt {
      do {
        return try Prompt(
          model.tokenizer.encode(text, unknown: unknown), of: model, limits)
      } catch let error as TextError {
        throw ServingError(error, parameter: "prompt")
      }
    }
    guard let field = field.ifPresent else { return [try Prompt([], of: model, limits)] }
    if case .string(let text) = field.value { return [try prompt(text)] }
    let items = try field.array()
    let isOne = if case .number = items.first?.value { true } else { false }
    guard isOne || (1...limits.prompts).contains(items.count) else {
      throw ServingError(
        400, "prompt has 1 to \(limits.prompts) texts, not \(items.count)", parameter: "prompt")
    }
    func tokens(_ items: [JSON.Field]) throws -> [Token] {
      try items.map { Token(try $0.integer(in: 0...model.tokenizer.vocabulary.count - 1)) }
    }
    switch items[0].value {
    case .string: return try items.map { try prompt($0.string()) }
    case .array: return try items.map { try Prompt(tokens($0.array()), of: model, limits) }
    default: return [try Prompt(tokens(items), of: model, limits)]
    }
  }

  private static func stop(_ field: JSON.Field) throws -> [String] {
    guard let field = field.ifPresent else { return [] }
    let texts: [String]
    if case .string(let text) = field.value {
      texts = [text]
    } else {
      texts = try field.array().map { try $0.string() }
    }
    let stops = texts.filter { !$0.isEmpty }
    guard stops.count <= 4, stops.allSatisfy({ $0.utf8.count <= 256 }) else {
      throw ServingError(
        400, "stop has at most 4 texts of at most 256 bytes", parameter: "stop")
    }
    return stops
  }

  private static func logProbabilities(_ field: JSON.Field) throws -> Int? {
    guard let field = field.ifPresent else { return nil }
    if case .boolean = field.value {
      throw ServingError(
        400, "logprobs is the number of likeliest tokens to list, 0 to 20, not true or false",
        parameter: "logprobs")
    }
    return try field.wholeNumber(in: 0...20)
  }

  /// How a body wants tokens to be chosen.
  static func sampling(_ body: JSON.Field) throws -> Sampling {
    func number(_ name: String, in range: ClosedRange<Double>) throws -> Float? {
      guard let field = try body[name].ifPresent else { return nil }
      return Float(try field.double(in: range))
    }
    var sampling = Sampling()
    sampling.temperature = try number("temperature", in: 0...2) ?? 1
    if let topP = try number("top_p", in: 0...1), topP < 1 {
      // None of the probability is the single likeliest token.
      if topP > 0 { sampling.topP = topP } else { sampling.topK = 1 }
    }
    if let topK = try body.wholeNumber("top_k", in: -1...1 << 30), topK > 0 { sampling.topK = topK }
    sampling.minP = try number("min_p", in: 0...1)
    sampling.typicalP = try number("typical_p", in: 0.001...1)
    sampling.presencePenalty = try number("presence_penalty", in: -2...2) ?? 0
    sampling.frequencyPenalty = try number("frequency_penalty", in: -2...2) ?? 0
    sampling.repetitionPenalty = try number("repetition_penalty", in: 0.01...100) ?? 1
    guard let bias = try body["logit_bias"].ifPresent else { return sampling }
    let members = try bias.object().members
    guard members.count <= 1024 else {
      throw ServingError(
        400, "logit_bias has at most 1024 tokens, not \(members.count)", parameter: "logit_bias")
    }
    for member in members {
      guard let token = Token(member.key) else {
        throw ServingError(
          400,
          "logit_bias has the numbers of tokens as keys, not \(member.key.prefix(20).debugDescription)",
          parameter: "logit_bias")
      }
      let amount = Float(try bias[member.key].double(in: -100...100))
      if amount == -100 {
        sampling.bannedTokens.insert(token)
      } else {
        sampling.bias[token] = amount
      }
    }
    return sampling
  }
}

extension CompletionRequest.Prompt {
  fileprivate init(_ tokens: [Token], of model: LanguageModel, _ limits: ServingLimits) throws {
    let vocabulary = model.tokenizer.vocabulary
    let begins = vocabulary.token(for: .beginning) != nil || vocabulary.token(for: .end) != nil
    guard !tokens.isEmpty || begins else {
      throw ServingError(
        400, "this model needs a prompt: give one with a character at least", parameter: "prompt")
    }
    guard tokens.count <= limits.promptTokens else {
      throw ServingError(
        400, "a prompt has at most \(limits.promptTokens) tokens, and this one \(tokens.count)",
        parameter: "prompt", code: "context_length_exceeded")
    }
    self.init(tokens: tokens, text: model.tokenizer.decode(tokens))
  }
}

extension JSON.Field {
  /// A whole number that may be written with a fraction of zero.
  func wholeNumber(in range: ClosedRange<Int>) throws -> Int {
    if case .number(let number) = value, number.integer == nil, let double = number.double,
      double.rounded() == double, abs(double) < 0x1p53
    {
      return try JSON(Int(double)).field(named: path).integer(in: range)
    }
    return try integer(in: range)
  }

  /// The whole number of a member; `nil` if there is none.
  func wholeNumber(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
    try self[name].ifPresent?.wholeNumber(in: range)
  }
}
