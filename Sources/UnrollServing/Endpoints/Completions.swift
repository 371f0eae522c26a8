internal import Synchronization
import UnrollFormats
import UnrollModels
import UnrollTensor
import UnrollText

/// Carries `POST /v1/completions` out, and `POST /v1/chat/completions`.
struct Completions: Sendable {
  let engine: WritingEngine
  let worker: WorkThread
  let modelName: String
  let fingerprint: String
  let limits: ServingLimits

  func respond(
    to body: JSON.Field, as form: CompletionAnswer.Form, id: String, now: Int, seed: UInt64
  ) async throws -> ServerResponse {
    let request = try CompletionRequest(
      body, for: engine.model, limits, randomSeed: seed)
    let answer = CompletionAnswer(
      form: form, id: (form == .chat ? "chatcmpl-" : "cmpl-") + id, created: now,
      modelName: modelName, fingerprint: fingerprint, request: request)
    let choices = try await begin(request)
    // Nothing is written for a length of none.
    let ticket = request.tokenLimit > 0 ? try engine.submit(request.requests) : nil
    return try await withTaskCancellationHandler {
      guard request.streams else {
        return try await ServerResponse(whole(choices, request, ticket, answer))
      }
      return ServerResponse(stream(choices, request, ticket, answer))
    } onCancel: {
      ticket.map(engine.cancel)
    }
  }

  /// The choices before anything is written: with the prompt, where it is wanted.
  private func begin(_ request: CompletionRequest) async throws -> [CompletionChoice] {
    let model = engine.model
    let scores = try await scores(request)
    return zip(request.prompts, scores).flatMap { prompt, scores in
      (0..<request.candidateCount).map { _ in
        var choice = CompletionChoice(
          prompt, of: model,
          listsTokens: request.logProbabilities != nil || request.returnsTokenIDs)
        if request.echoes { choice.echo(prompt, scores) }
        if request.tokenLimit == 0 { choice.endWithoutTokens() }
        return choice
      }
    }
  }

  /// What the tokens of the prompts are worth, where that is wanted.
  private func scores(_ request: CompletionRequest) async throws -> [[TokenScore]] {
    guard request.echoes, request.logProbabilities != nil || request.returnsTokenIDs else {
      return request.prompts.map { _ in [] }
    }
    let (model, prompts) = (engine.model, request.prompts)
    let count = request.logProbabilities ?? 0
    return try await worker.run {
      try prompts.map {
        try model.logProbabilities(
          of: $0.tokens, after: model.documentStart, likeliestCount: count)
      }
    }
  }

  private func whole(
    _ begun: [CompletionChoice], _ request: CompletionRequest, _ ticket: WritingEngine.Ticket?,
    _ answer: CompletionAnswer
  ) async throws -> JSON {
    var choices = begun
    if let ticket {
      let (items, end) = await ticket.outbox.take(whole: true)
      try Task.checkCancellation()
      if let error = end?.error { throw error }
      for item in items { choices[item.text].add(item.piece) }
    }
    let tokenCount = choices.reduce(0) { $0 + $1.tokenCount }
    // Of each prompt's candidates the best, in the order of their likelihood where they were chosen.
    let kept = request.prompts.indices.flatMap { prompt -> [CompletionChoice] in
      let first = prompt * request.candidateCount
      let candidates = choices[first..<first + request.candidateCount]
      guard request.candidateCount > request.count else { return Array(candidates) }
      return candidates.enumerated().sorted {
        ($1.element.meanLogProbability, $0.offset) < ($0.element.meanLogProbability, $1.offset)
      }.prefix(request.count).map(\.element)
    }
    return answer.whole(kept, tokenCount: tokenCount)
  }

  private func stream(
    _ begun: [CompletionChoice], _ request: CompletionRequest, _ ticket: WritingEngine.Ticket?,
    _ answer: CompletionAnswer
  ) -> ResponseParts {
    let stream = CompletionStream(
      begun, request, ticket?.outbox, answer, pingInterval: .seconds(limits.pingSeconds))
    return ResponseParts(
      next: { await stream.next() }, cancel: { ticket.map(engine.cancel) })
  }
}

extension Outbox.End {
  /// What a client is told; `nil` where all went well.
  fileprivate var error: ServingError? {
    switch self {
    case .done: nil
    case .timedOut: .timedOut
    case .closed: .shuttingDown
    }
  }
}

/// The events of a streamed answer.
private actor CompletionStream {
  private var choices: [CompletionChoice]
  private let request: CompletionRequest
  private let outbox: Outbox?
  private let answer: CompletionAnswer
  private var hasBegun = false
  /// When the last part with tokens was made.
  private var latest: ContinuousClock.Instant?
  /// Parts come no faster than that, the first ones at once: an event for each token would cost more than the token.
  private static let interval = Duration.milliseconds(20)
  private let pingInterval: Duration
  private var isOver = false
  private var finished: Set<Int> = []

  init(
    _ choices: [CompletionChoice], _ request: CompletionRequest, _ outbox: Outbox?,
    _ answer: CompletionAnswer, pingInterval: Duration
  ) {
    self.pingInterval = pingInterval
    self.choices = choices
    self.request = request
    self.outbox = outbox
    self.answer = answer
  }

  /// The next events, all that there are; `nil` after the last.
  func next() async -> [UInt8]? {
    guard !isOver else { return nil }
    var events = ""
    if !hasBegun {
      hasBegun = true
      for index in choices.indices { events += answer.opening(index) }
      if request.echoes { for index in choices.indices { append(index, to: &events) } }
      guard let outbox else { return finish(&events, error: nil) }
      if !events.isEmpty { return Array(events.utf8) }
      return await written(outbox)
    }
    guard let outbox else { return nil }
    return await written(outbox)
  }

  private func written(_ outbox: Outbox) async -> [UInt8]? {
    if let latest { try? await Task.sleep(until: latest + Self.interval, clock: .continuous) }
    var events = ""
    let (items, end) = await outbox.take(within: pingInterval)
    // A connection on which nothing comes is closed by what stands between.
    if items.isEmpty && end == nil { return Array(": ping\n\n".utf8) }
    latest = .now
    for item in items { choices[item.text].add(item.piece) }
    for index in Set(items.map(\.text)).sorted() { append(index, to: &events) }
    guard let end else { return Array(events.utf8) }
    return finish(&events, error: end.error)
  }

  /// Appends what has come of a choice, and its last event once it is at its end.
  private func append(_ index: Int, to events: inout String) {
    let (text, tokens) = choices[index].take()
    if !text.isEmpty || !tokens.isEmpty {
      events += answer.event(index, text: text, tokens: tokens, finish: nil)
    }
    guard let finish = choices[index].finish, finished.insert(index).inserted else { return }
    events += answer.event(index, text: "", tokens: ListedTokens(), finish: finish)
  }

  private func finish(_ events: inout String, error: ServingError?) -> [UInt8] {
    isOver = true
    if let error {
      events += "data: \(error.json.text())\n\n"
      return Array(events.utf8)
    }
    for index in choices.indices { append(index, to: &events) }
    if request.includesUsage {
      events += answer.usageEvent(tokenCount: choices.reduce(0) { $0 + $1.tokenCount })
    }
    events += "data: [DONE]\n\n"
    return Array(events.utf8)
  }
}
