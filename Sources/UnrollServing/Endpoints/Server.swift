internal import Synchronization
import UnrollFormats
public import UnrollModels
import UnrollNN
import UnrollRuns
import UnrollTensor
import UnrollText

/// Answers requests of HTTP about some models, in OpenAI's protocol and with endpoints of its own. It knows no socket.
///
/// ```swift
/// let server = Server([try ServedModel(contentsOf: "shakespeare.safetensors")])
/// let response = await server.respond(to: ServerRequest(method: "GET", path: "/v1/models"))
/// ```
public final class Server: Sendable {
  private let models: [ServedModel]
  private let engines: [String: WritingEngine]
  private let worker: WorkThread
  private let limits: ServingLimits
  private let apiKey: [UInt8]?
  private let hosts: Set<String>?
  private let origins: Set<String>
  private let answersChats: Bool
  private let counters = Mutex(Counters())
  private let now: @Sendable () -> Int
  private let isDraining = Mutex(false)

  /// Serves models.
  ///
  /// - Parameters:
  ///   - models: the models, which have different names.
  ///   - apiKey: what clients have to show; none is needed when absent.
  ///   - hosts: the names by which the server may be called, without a port, so that no page of a foreign name that points here can
  ///     ask for anything; any when absent.
  ///   - origins: the foreign pages that may ask, as `https://example.org`; `*` stands for all.
  ///   - answersChats: whether a chat is answered, by going on from the texts of its messages; OpenAI refuses chats with models that
  ///     only complete.
  ///   - limits: what is taken on at most.
  ///   - now: the seconds since 1970.
  public init(
    _ models: [ServedModel], apiKey: String? = nil, hosts: Set<String>? = nil,
    origins: Set<String> = [], answersChats: Bool = false,
    limits: ServingLimits = ServingLimits(),
    now: @escaping @Sendable () -> Int = { 0 }
  ) {
    self.models = models
    self.limits = limits
    self.apiKey = apiKey.map { Self.digest(of: $0) }
    self.now = now
    self.hosts = hosts
    self.origins = origins
    worker = WorkThread(limits)
    self.answersChats = answersChats
    var engines: [String: WritingEngine] = [:]
    for model in models {
      if case .language(let language, _) = model.content {
        engines[model.name] = WritingEngine(language, limits)
      }
    }
    self.engines = engines
  }

  deinit {
    for engine in engines.values { engine.close() }
    worker.close()
  }

  /// Takes nothing more on; what was taken on is finished.
  public func drain() {
    isDraining.withLock { $0 = true }
    for engine in engines.values { engine.close() }
  }

  /// The bytes of the greatest text that is read at once.
  var textLimit: Int { limits.textBytes }

  /// The text or the tokens that a body goes on from, one only.
  func prompt(_ body: JSON.Field, of model: LanguageModel) throws -> [Token] {
    let prompts = try CompletionRequest.prompts(body, of: model, limits)
    guard prompts.count == 1 else {
      throw ServingError(400, "one text at a time, not \(prompts.count)", parameter: "prompt")
    }
    return prompts[0].tokens
  }

  /// The greatest body that is read.
  public var bodyLimit: Int { limits.bodyBytes }

  /// The answer to a body that is greater than that, or does not come in time.
  public var tooLarge: ServerResponse {
    ServerResponse(
      ServingError(
        413, "a request has at most \(limits.bodyBytes) bytes, and they come within half a minute",
        code: "request_too_large"))
  }

  /// Answers a request.
  ///
  /// - Parameters:
  ///   - request: the request.
  ///   - id: what tells it from others, for `x-request-id`.
  public func respond(
    to request: ServerRequest, id: String = Server.randomID()
  ) async -> ServerResponse {
    var response: ServerResponse
    do {
      response = try await answer(request, id: id)
    } catch is CancellationError {
      response = ServerResponse(ServingError(499, "the client is gone", type: "server_error"))
    } catch {
      var error = ServingError(error)
      if error.status == 500 { error.message += ", request id \(id)" }
      response = ServerResponse(error)
    }
    response.headers.append(.init("x-request-id", id))
    response.headers.append(.init("x-content-type-options", "nosniff"))
    response.headers += crossOriginHeaders(for: request)
    counters.withLock { $0.responses[response.status, default: 0] += 1 }
    return response
  }

  /// Whether a request asks for an answer in parts.
  public func streams(_ request: ServerRequest) -> Bool {
    let flag = try? body(request)["stream"].ifPresent?.boolean()
    return flag == true
  }

  /// 24 random digits of base 16.
  public static func randomID() -> String {
    let digits =
      String(UInt64.random(in: .min ... .max), radix: 16)
      + String(UInt32.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 24 - digits.count) + digits
  }

  // MARK: Routes

  private typealias Handler = (ServerRequest, _ id: String) async throws -> ServerResponse

  private func answer(_ request: ServerRequest, id: String) async throws -> ServerResponse {
    // A browser asks before it sends another page's request, without a key.
    if request.method == "OPTIONS", allows(request.headers["origin"]) {
      return ServerResponse.allowed
    }
    let routes = routes(of: request.path)
    guard !routes.isEmpty else {
      throw ServingError(
        404, "there is nothing at \(request.path.prefix(100)): see /v1/models", code: "unknown_url")
    }
    guard let handler = routes[request.method] else {
      throw ServingError(
        405, "\(request.path.prefix(100)) takes \(routes.keys.sorted().joined(separator: ", "))",
        code: "method_not_allowed",
        headers: [.init("allow", routes.keys.sorted().joined(separator: ", "))])
    }
    try checkOrigin(request)
    // Pages have no secret, and ask for the key.
    if !["/health", "/", "/learn"].contains(request.path) { try checkKey(request) }
    return try await handler(request, id)
  }

  private func routes(of path: String) -> [String: Handler] {
    switch path {
    case "/": return ["GET": { request, _ in Page.write.response(to: request) }]
    case "/learn": return ["GET": { request, _ in Page.learn.response(to: request) }]
    case "/health": return ["GET": { _, _ in ServerResponse(["status": "ok"]) }]
    case "/ready": return ["GET": { [self] _, _ in try ready() }]
    case "/metrics":
      return [
        "GET": { [self] _, _ in ServerResponse(text: metrics, type: "text/plain; version=0.0.4") }
      ]
    case "/openapi.json": return ["GET": { _, _ in ServerResponse(OpenAPI.document) }]
    case "/v1/models": return ["GET": { [self] _, _ in list }]
    case "/v1/completions":
      return ["POST": { [self] in try await complete(body($0), as: .completion, id: $1) }]
    case "/v1/chat/completions": return ["POST": { [self] in try await chat(body($0), id: $1) }]
    case "/v1/embeddings": return ["POST": { [self] request, _ in try await embed(request) }]
    case "/v1/classify": return ["POST": { [self] request, _ in try await classify(request) }]
    case "/v1/tag": return ["POST": { [self] request, _ in try await tag(request) }]
    case "/v1/translate": return ["POST": { [self] request, _ in try await translate(request) }]
    case "/unroll/inspect": return ["POST": { [self] request, _ in try await inspect(request) }]
    case "/unroll/lesson": return ["POST": { [self] request, _ in try await teach(request) }]
    case "/tokenize": return ["POST": { [self] request, _ in try tokenize(request) }]
    case "/detokenize": return ["POST": { [self] request, _ in try detokenize(request) }]
    case "/tokenizer_info": return ["GET": { [self] _, _ in try tokenizerInfo() }]
    default:
      guard path.hasPrefix("/v1/models/") else { return [:] }
      let name = String(path.dropFirst("/v1/models/".count))
      return ["GET": { [self] _, _ in ServerResponse(try model(named: name).json) }]
    }
  }

  /// A page of another place may not use the server of whoever looks at it.
  private func checkOrigin(_ request: ServerRequest) throws {
    let host = request.headers["host"] ?? ""
    if let hosts, !hosts.contains(host.withoutPort) {
      throw ServingError(
        403,
        "the server is not called \(String(host.prefix(100)).quotedForMessage): --allow-host allows it",
        code: "host_not_allowed")
    }
    guard let origin = request.headers["origin"] else { return }
    guard origin == "http://\(host)" || origin == "https://\(host)" || allows(origin) else {
      throw ServingError(
        403,
        "pages of \(String(origin.prefix(100)).quotedForMessage) may not ask this server: --cors allows it",
        code: "origin_not_allowed")
    }
  }

  private func allows(_ origin: String?) -> Bool {
    origin.map { origins.contains($0) || origins.contains("*") } ?? false
  }

  /// What lets an allowed page of another place read an answer (the CORS protocol of the Fetch standard).
  private func crossOriginHeaders(for request: ServerRequest) -> [ServerResponse.Header] {
    guard !origins.isEmpty else { return [] }
    guard let origin = request.headers["origin"], allows(origin) else {
      return [.init("vary", "origin")]
    }
    var headers: [ServerResponse.Header] = [
      .init("vary", "origin"), .init("access-control-allow-origin", origin),
      .init("access-control-expose-headers", "x-request-id, retry-after"),
    ]
    if request.method == "OPTIONS" {
      let asked = request.headers["access-control-request-headers"] ?? ""
      let isPlain = asked.utf8.allSatisfy { (0x20...0x7E).contains($0) }
      headers += [
        .init("access-control-allow-methods", "GET, POST"),
        .init("access-control-allow-headers", isPlain ? asked : ""),
        .init("access-control-max-age", "3600"),
      ]
    }
    return headers
  }

  /// Both digests are of one length, and all of it is compared.
  private func checkKey(_ request: ServerRequest) throws {
    guard let apiKey else { return }
    let given = request.headers["authorization"] ?? ""
    let key = given.lowercased().hasPrefix("bearer ") ? given.dropFirst(7) : ""
    let difference = zip(apiKey, Self.digest(of: String(key))).reduce(0) {
      $0 | ($1.0 ^ $1.1)
    }
    guard difference == 0 else {
      throw ServingError(
        401, "the API key is missing or wrong: send it as Authorization: Bearer KEY",
        code: "invalid_api_key", headers: [.init("www-authenticate", "Bearer")])
    }
  }

  private static func digest(of key: String) -> [UInt8] {
    var digest = SHA256()
    digest.update(key)
    return digest.digest
  }

  // MARK: What requests share

  /// The body as JSON.
  func body(_ request: ServerRequest) throws -> JSON.Field {
    guard request.body.count <= limits.bodyBytes else {
      throw ServingError(
        413, "a request has at most \(limits.bodyBytes) bytes", code: "request_too_large")
    }
    let field = try request.body.withUnsafeBytes { try JSON(parsing: $0) }.field(named: "body")
    _ = try field.object()
    return field
  }

  /// The model that a body names; the only one where it names none.
  func model(of body: JSON.Field) throws -> ServedModel {
    if let name = try body["model"].ifPresent?.string(), !name.isEmpty {
      return try model(named: name)
    }
    guard models.count == 1 else {
      throw ServingError(
        400, "model names one of \(models.map(\.name).joined(separator: ", "))", parameter: "model")
    }
    return models[0]
  }

  private func model(named name: String) throws -> ServedModel {
    guard let model = models.first(where: { $0.name == name }) else {
      throw ServingError(
        404,
        "there is no model \(String(name.prefix(100)).quotedForMessage): there are \(models.map(\.name).joined(separator: ", "))",
        parameter: "model", code: "model_not_found")
    }
    return model
  }

  /// Does what keeps a processor busy, away from the tasks that answer requests.
  func working<Result: Sendable>(
    _ work: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    try await worker.run(work)
  }

  func language(of body: JSON.Field) throws -> (model: LanguageModel, served: ServedModel) {
    let served = try model(of: body)
    guard case .language(let model, _) = served.content else {
      throw served.wrongKind("writes texts")
    }
    return (model, served)
  }

  // MARK: Endpoints

  private func ready() throws -> ServerResponse {
    if isDraining.withLock({ $0 }) { throw ServingError.shuttingDown }
    return ServerResponse(["status": "ok"])
  }

  private var list: ServerResponse {
    ServerResponse(["object": "list", "data": .array(models.map(\.json))])
  }

  private func complete(
    _ body: JSON.Field, as form: CompletionAnswer.Form, id: String
  ) async throws -> ServerResponse {
    let served = try model(of: body)
    guard case .language(_, let fingerprint) = served.content, let engine = engines[served.name]
    else { throw served.wrongKind("writes texts") }
    return try await Completions(
      engine: engine, worker: worker, modelName: served.name,
      fingerprint: "unroll-\(unrollVersion)-\(fingerprint)", limits: limits
    ).respond(
      to: body, as: form, id: id, now: now(), seed: UInt64.random(in: 0...UInt64(Int64.max)))
  }

  private func chat(_ body: JSON.Field, id: String) async throws -> ServerResponse {
    _ = try model(of: body)
    guard answersChats else {
      throw ServingError(
        404,
        "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?",
        parameter: "model")
    }
    return try await complete(ChatRequest(body).body, as: .chat, id: id)
  }

  // MARK: Metrics

  private struct Counters {
    var responses: [Int: Int] = [:]
  }

  /// In Prometheus' text format.
  private var metrics: String {
    var text = ""
    func family(_ name: String, _ type: String, _ help: String, _ samples: [(String, Int)]) {
      text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
      for (labels, value) in samples { text += "\(name)\(labels) \(value)\n" }
    }
    let loads = engines.sorted { $0.key < $1.key }.map { (label($0.key), $0.value.load) }
    family(
      "unroll_responses_total", "counter", "Responses by status.",
      counters.withLock(\.responses).sorted { $0.key < $1.key }.map { ("{status=\"\($0)\"}", $1) })
    family(
      "unroll_rows_running", "gauge", "Texts that are being written.",
      loads.map { ($0, $1.runningRows) })
    family(
      "unroll_rows_waiting", "gauge", "Texts that wait for a row.",
      loads.map { ($0, $1.waitingRows) })
    family(
      "unroll_tokens_total", "counter", "Tokens that were written.", loads.map { ($0, $1.tokens) })
    family(
      "unroll_steps_total", "counter", "Steps of the batch of all rows.",
      loads.map { ($0, $1.steps) })
    return text
  }

  private func label(_ model: String) -> String {
    let escaped = model.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n")
    return "{model=\"\(escaped)\"}"
  }
}

extension String {
  /// `localhost` of `localhost:8080`, `[::1]` of `[::1]:8080`.
  fileprivate var withoutPort: String {
    guard let colon = lastIndex(of: ":"), !self[colon...].contains("]") else { return lowercased() }
    return self[..<colon].lowercased()
  }
}

extension ServedModel {
  /// The error for an endpoint of another kind of model.
  func wrongKind(_ needed: String) -> ServingError {
    let endpoint =
      switch content {
      case .language: "/v1/completions"
      case .classifier: "/v1/classify"
      case .tagger: "/v1/tag"
      case .translator: "/v1/translate"
      }
    return ServingError(
      400,
      "this endpoint needs a model that \(needed), and \(name.quotedForMessage) is for \(endpoint)",
      parameter: "model")
  }

  /// How `/v1/models` lists it.
  var json: JSON {
    let kind: String
    var details: JSON.Object = JSON.Object()
    switch content {
    case .language(let model, _):
      kind = LanguageModel.kind
      details["cell"] = .string(model.configuration.cell.name)
      details["layers"] = JSON(model.configuration.layerCount)
      details["hidden_size"] = JSON(model.configuration.hiddenSize)
      details["vocabulary_size"] = JSON(model.tokenizer.vocabulary.count)
      details["tokens"] = .string(model.tokenizer.kind.rawValue)
      details["parameters"] = JSON(model.parameterCount)
    case .classifier(let model):
      kind = Classifier.kind
      details["classes"] = .array(model.classes.map { .string($0) })
    case .tagger(let model):
      kind = Tagger.kind
      details["tags"] = .array(model.tags.map { .string($0) })
    case .translator: kind = Translator.kind
    }
    details["kind"] = .string(kind)
    return [
      "id": .string(name), "object": "model", "created": JSON(created), "owned_by": "unroll",
      "unroll": .object(details),
    ]
  }
}
