import Foundation
import Unroll
import UnrollServing

/// A server of small models, and requests to it.
struct Served {
  let server: Server
  let model: LanguageModel

  init(
    _ kind: TokenizerKind = .characters, documents: Bool = true, apiKey: String? = nil,
    limits: ServingLimits = ServingLimits(), hiddenSize: Int = 12, answersChats: Bool = false,
    origins: Set<String> = []
  ) throws {
    let text = String(repeating: "the quick brown fox, über alles – 日本語 jumps.\n", count: 8)
    let tokenizer = try Tokenizer(
      learning: .init(
        kind: kind, vocabularySize: kind == .bpe ? 300 : nil,
        reserved: documents ? [.beginning, .end] : []), from: text)
    model = try LanguageModel(
      .init(cell: .gru, layerCount: 1, hiddenSize: hiddenSize, embeddingSize: 6),
      tokenizer: tokenizer,
      seed: 1)
    server = Server(
      [ServedModel(model, name: "fox", created: 7)], apiKey: apiKey, origins: origins,
      answersChats: answersChats,
      limits: limits)
  }

  /// The answer to a request.
  func send(
    _ path: String, _ body: [String: Any]? = nil, method: String? = nil,
    headers: [String: String] = [:]
  ) async throws -> (status: Int, json: [String: Any], response: ServerResponse) {
    let bytes = try body.map { Array(try JSONSerialization.data(withJSONObject: $0)) } ?? []
    let response = await server.respond(
      to: ServerRequest(
        method: method ?? (body == nil ? "GET" : "POST"), path: path, headers: headers, body: bytes),
      id: "1")
    guard case .bytes(let bytes) = response.body else { return (response.status, [:], response) }
    let json = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    return (response.status, json ?? [:], response)
  }

  /// The events of a streamed answer, without the last.
  func stream(_ body: [String: Any]) async throws -> [[String: Any]] {
    let (_, _, response) = try await send(
      "/v1/completions", body.merging(["stream": true]) { $1 })
    guard case .parts(let parts) = response.body else { return [] }
    var bytes: [UInt8] = []
    while let part = await parts.next() { bytes += part }
    let events = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n\n")
      .filter { !$0.isEmpty }
    guard events.last == "data: [DONE]" else { return [] }
    return try events.dropLast().map { event in
      let json = try JSONSerialization.jsonObject(with: Data(event.dropFirst(6).utf8))
      return json as? [String: Any] ?? [:]
    }
  }

  /// The choices of an answer that is sent whole.
  func choices(_ body: [String: Any]) async throws -> [[String: Any]] {
    try await send("/v1/completions", body).json["choices"] as? [[String: Any]] ?? []
  }
}

extension ServerResponse {
  var text: String {
    guard case .bytes(let bytes) = body else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension [String: Any] {
  /// As JSON in one order, to be compared.
  var sorted: String {
    let data = try? JSONSerialization.data(withJSONObject: self, options: [.sortedKeys])
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  var error: [String: Any] { self["error"] as? [String: Any] ?? [:] }
}
