import Foundation
import Testing
import Unroll
import UnrollServing
import UnrollTestSupport

/// Routes, keys, load, and the endpoints beside the completions.
struct ServerTests {
  // MARK: Routes

  @Test(arguments: [
    ("GET", "/nothing", 404, "unknown_url"), ("GET", "/v1/completions", 405, "method_not_allowed"),
    ("POST", "/v1/models", 405, "method_not_allowed"),
    ("GET", "/v1/models/none", 404, "model_not_found"),
    ("POST", "/v1/chat/completions", 404, ""),
  ])
  func whatIsNotThereIsSaid(
    _ method: String, _ path: String, _ status: Int, _ code: String
  ) async throws {
    let served = try Served()
    let answer = try await served.send(
      path, path.contains("chat") ? ["messages": [Any]()] : nil, method: method)
    #expect(answer.status == status && answer.json.error["code"] as? String ?? "" == code)
    #expect(answer.response.headers.contains { $0.name == "x-request-id" && $0.value == "1" })
    if status == 405 { #expect(answer.response.headers.contains { $0.name == "allow" }) }
  }

  @Test func modelsAreListed() async throws {
    let served = try Served()
    let list = try await served.send("/v1/models").json
    let model = try #require((list["data"] as? [[String: Any]])?.first)
    #expect(list["object"] as? String == "list")
    #expect(model["id"] as? String == "fox" && model["created"] as? Int == 7)
    #expect(model["object"] as? String == "model" && model["owned_by"] as? String == "unroll")
    #expect(try await served.send("/v1/models/fox").json.sorted == model.sorted)
    let other = try await served.send("/v1/completions", ["model": "none", "prompt": "the "])
    #expect(other.status == 404 && other.json.error["param"] as? String == "model")
  }

  @Test func whatIsDescribedIsThere() async throws {
    let served = try Served()
    let document = try await served.send("/openapi.json").json
    let paths = try #require(document["paths"] as? [String: [String: Any]])
    #expect(document["openapi"] as? String == "3.1.0" && paths.count == 16)
    for (path, methods) in paths {
      for method in methods.keys {
        let answer = try await served.send(path, method == "post" ? [:] : nil)
        let code = answer.json.error["code"] as? String
        #expect(code != "unknown_url" && code != "method_not_allowed", "\(path)")
      }
    }
  }

  @Test func keyIsAskedFor() async throws {
    let served = try Served(apiKey: "secret")
    #expect(try await served.send("/health").status == 200)
    for given in [nil, "Bearer secre", "Bearer secrets", "secret", "Bearer "] {
      let headers = given.map { ["authorization": $0] } ?? [:]
      let answer = try await served.send("/v1/models", headers: headers)
      #expect(answer.status == 401 && answer.json.error["code"] as? String == "invalid_api_key")
    }
    let headers = ["authorization": "Bearer secret"]
    #expect(try await served.send("/v1/models", headers: headers).status == 200)
  }

  // MARK: Load

  @Test func whatIsTooMuchIsRefusedAndTheRestAnswered() async throws {
    var limits = ServingLimits()
    (limits.rows, limits.queuedRows) = (4, 6)
    let served = try Served(limits: limits, hiddenSize: 256)
    let tasks = (0..<40).map { number in
      Task {
        let answer = try await served.send(
          "/v1/completions",
          ["prompt": "the ", "max_tokens": 300, "seed": number, "logit_bias": ["1": -100]])
        return (
          status: answer.status, code: answer.json.error["code"] as? String,
          headers: answer.response.headers
        )
      }
    }
    var statuses: [Int: Int] = [:]
    for task in tasks {
      let answer = try await task.value
      statuses[answer.status, default: 0] += 1
      guard answer.status == 503 else { continue }
      #expect(answer.code == "overloaded")
      #expect(answer.headers.contains { $0.name == "retry-after" })
    }
    #expect(statuses[200, default: 0] + statuses[503, default: 0] == 40)
    #expect(statuses[200, default: 0] >= 6, "\(statuses)")
    let after = try await served.send("/v1/completions", ["prompt": "the "])
    #expect(after.status == 200)
  }

  @Test(arguments: [false, true])
  func requestThatIsGivenUpFreesItsRows(_ streams: Bool) async throws {
    var limits = ServingLimits()
    limits.tokens = 1 << 30
    let served = try Served(limits: limits, hiddenSize: 1024)
    let body: [String: any Sendable] = [
      "prompt": "the ", "n": 8, "max_tokens": 1 << 30, "stream": streams, "logit_bias": ["1": -100],
    ]
    if streams {
      let answer = try await served.send("/v1/completions", body)
      guard case .parts(let parts) = answer.response.body else {
        Issue.record("no stream")
        return
      }
      #expect(await parts.next() != nil)
      parts.cancel()
    } else {
      let task = Task { try await served.send("/v1/completions", body).status }
      try await wait { try await running(served) == 8 }
      task.cancel()
      #expect(try await task.value == 499)
    }
    try await wait { try await running(served) == 0 }
  }

  private func running(_ served: Served) async throws -> Int {
    let text = try await served.send("/metrics").response.text
    let line = text.split(separator: "\n").first { $0.hasPrefix("unroll_rows_running{") }
    return line.flatMap { Int($0.split(separator: " ").last ?? "") } ?? -1
  }

  @Test func whatWasTakenOnIsFinishedAtTheEnd() async throws {
    let served = try Served(hiddenSize: 128)
    let body: [String: Any] = [
      "prompt": "the ", "n": 10, "max_tokens": 400, "logit_bias": ["1": -100], "stream": true,
    ]
    guard case .parts(let parts) = try await served.send("/v1/completions", body).response.body
    else {
      Issue.record("no stream")
      return
    }
    var text = String(decoding: await parts.next() ?? [], as: UTF8.self)
    served.server.drain()
    #expect(try await served.send("/ready").status == 503)
    let refused = try await served.send("/v1/completions", ["prompt": "the "])
    #expect(refused.status == 503 && refused.json.error["code"] as? String == "shutting_down")
    while let part = await parts.next() { text += String(decoding: part, as: UTF8.self) }
    #expect(text.hasSuffix("data: [DONE]\n\n"))
    #expect(text.components(separatedBy: "\"finish_reason\":\"length\"").count == 11)
  }

  /// Waits until something holds; long, since other tests may have all threads.
  private func wait(until isTrue: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(300)
    while try await !isTrue() {
      guard ContinuousClock.now < end else {
        Issue.record("waited in vain")
        return
      }
      try await Task.sleep(for: .milliseconds(1))
    }
  }

  @Test func requestThatTakesTooLongEnds() async throws {
    var limits = ServingLimits()
    limits.seconds = 0.05
    let served = try Served(limits: limits, hiddenSize: 512)
    let body: [String: Any] = ["prompt": "the ", "max_tokens": 10_000, "logit_bias": ["1": -100]]
    let answer = try await served.send("/v1/completions", body)
    #expect(answer.status == 503 && answer.json.error["code"] as? String == "timeout")
    // A stream says it in its last event, and has no end mark.
    let (_, _, response) = try await served.send(
      "/v1/completions", body.merging(["stream": true]) { $1 })
    guard case .parts(let parts) = response.body else {
      Issue.record("no stream")
      return
    }
    var text = ""
    while let part = await parts.next() { text += String(decoding: part, as: UTF8.self) }
    #expect(text.contains(#""error":{"message":"the request took longer"#))
    #expect(!text.contains("[DONE]"))
  }

  @Test func metricsAreInPrometheusForm() async throws {
    let served = try Served()
    _ = try await served.send(
      "/v1/completions", ["prompt": "the ", "max_tokens": 5, "logit_bias": ["1": -100]])
    _ = try await served.send("/nothing")
    let text = try await served.send("/metrics").response.text
    #expect(
      text.contains("# TYPE unroll_tokens_total counter\nunroll_tokens_total{model=\"fox\"} 5\n"))
    #expect(text.contains("unroll_responses_total{status=\"200\"} 1\n"))
    #expect(text.contains("unroll_responses_total{status=\"404\"} 1\n"))
  }

  // MARK: Tokens and embeddings

  @Test func tokensGoThereAndBack() async throws {
    let served = try Served(.words)
    let there = try await served.send("/tokenize", ["prompt": "the quick fox"])
    let tokens = try #require(there.json["tokens"] as? [Int])
    #expect(there.json["count"] as? Int == tokens.count && tokens.count == 5)
    #expect(
      try await served.send("/detokenize", ["tokens": tokens]).json["prompt"] as? String
        == "the quick fox")
    #expect(try await served.send("/tokenize", ["prompt": "xyz"]).status == 400)
    #expect(try await served.send("/detokenize", ["tokens": [-1]]).status == 400)
    let info = try await served.send("/tokenizer_info").json
    #expect(info["vocab_size"] as? Int == served.model.tokenizer.vocabulary.count)
    #expect(info["eos_token"] as? String == "<end>" && info["pad_token"] is NSNull)
  }

  @Test func embeddingsAreUnitVectorsInBothForms() async throws {
    let served = try Served()
    let plain = try await served.send("/v1/embeddings", ["input": ["the quick", "fox"]]).json
    let coded = try await served.send(
      "/v1/embeddings", ["input": ["the quick", "fox"], "encoding_format": "base64"]
    ).json
    let (vectors, texts) = (
      (plain["data"] as? [[String: Any]] ?? []).compactMap { $0["embedding"] as? [Double] },
      (coded["data"] as? [[String: Any]] ?? []).compactMap { $0["embedding"] as? String }
    )
    #expect(vectors.count == 2 && texts.count == 2)
    for (vector, text) in zip(vectors, texts) {
      #expect(vector.count == 12)
      #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
      let bytes = try #require(Data(base64Encoded: text))
      let floats = stride(from: 0, to: bytes.count, by: 4).map { start in
        Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
      }
      #expect(floats == vector.map(Float.init))
    }
    #expect((plain["usage"] as? [String: Int])?["prompt_tokens"] == 12)
    for (body, parameter) in [
      (["input": ""] as [String: Any], "input"), (["input": "fox", "dimensions": 3], "dimensions"),
      (["input": "fox", "encoding_format": "hex"], "encoding_format"), (["input": "€"], "input"),
    ] {
      let answer = try await served.send("/v1/embeddings", body)
      #expect(answer.status == 400 && answer.json.error["param"] as? String == parameter)
    }
  }

  // MARK: Other kinds

  @Test func classifiersTaggersAndTranslatorsAnswer() async throws {
    let folder = try TemporaryFolder()
    let letters = try Tokenizer(learning: .init(unknown: .skip), from: "abc")
    let classifier = try Classifier(
      .init(reader: .init(cell: .gru, hiddenSize: 4)), tokenizer: letters, classes: ["x", "y"],
      seed: 1)
    let tagger = try Tagger(
      .init(cell: .gru, hiddenSize: 4, wordSize: 3, characterSize: 3, characterHiddenSize: 2),
      tokenizer: Tokenizer(learning: .init(unknown: .token), from: "abc"), words: ["a"],
      tags: ["N", "V"], seed: 1)
    let translator = try Translator(
      .init(encoder: .init(cell: .gru, hiddenSize: 4)), sourceTokenizer: letters,
      targetTokenizer: Tokenizer(learning: .init(reserved: [.beginning, .end]), from: "xyz"),
      longestTarget: 4, seed: 1)
    try classifier.write(to: folder("c.safetensors"))
    try tagger.write(to: folder("t.safetensors"))
    try translator.write(to: folder("r.safetensors"))
    let served = try Served()
    let server = Server(
      try ["c", "t", "r"].map { try ServedModel(contentsOf: folder("\($0).safetensors")) })
    func answer(_ path: String, _ body: [String: Any]) async throws -> [String: Any] {
      let response = await server.respond(
        to: ServerRequest(
          method: "POST", path: path, body: Array(try JSONSerialization.data(withJSONObject: body)))
      )
      return try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any]
        ?? [:]
    }
    let classes = try await answer("/v1/classify", ["model": "c", "input": ["ab", "?"], "top": 2])
    let labels = (classes["data"] as? [[String: Any]])?.map {
      $0["labels"] as? [[String: Any]] ?? []
    }
    let said = try #require(try classifier.classify("ab"))
    #expect(labels?[0].map { $0["label"] as? String } == said.ranked.map { classifier.classes[$0] })
    #expect(labels?[1].isEmpty == true)
    let tags = try await answer("/v1/tag", ["model": "t", "input": "a b  c"])
    #expect(
      (tags["data"] as? [[String: Any]])?.first?["tags"] as? [String]
        == (try tagger.tag(["a", "b", "c"])))
    let texts = try await answer("/v1/translate", ["model": "r", "input": "ab", "beam": 2])
    var options = TranslationOptions()
    options.beamWidth = 2
    #expect(
      (texts["data"] as? [[String: Any]])?.first?["translation"] as? String
        == (try translator.translate("ab", options)?.text))
    let wrong = try await answer("/v1/completions", ["model": "c", "prompt": "a"])
    #expect((wrong.error["message"] as? String)?.contains("is for /v1/classify") == true)
    let unnamed = try await answer("/v1/classify", ["input": "a"])
    #expect((unnamed.error["message"] as? String)?.contains("model names one of c, t, r") == true)
    let other = try await served.send("/v1/classify", ["input": "a"])
    #expect(other.status == 400)
    // All of a text is read at once: a long one would take memory by its length, for translators many times over.
    for (path, model) in [("/v1/classify", "c"), ("/v1/tag", "t"), ("/v1/translate", "r")] {
      let long = try await answer(
        path, ["model": model, "input": ["a", String(repeating: "ab ", count: 6000)]])
      #expect((long.error["message"] as? String)?.contains("at most 16384 bytes") == true)
      #expect(long.error["param"] as? String == "input")
    }
  }

  /// A stream that waits for its turn says that it is there; what it says is no event.
  @Test func streamsThatWaitSayThatTheyAreThere() async throws {
    var limits = ServingLimits()
    // The first text goes on until it is given up, however long that takes.
    (limits.rows, limits.pingSeconds, limits.tokens) = (1, 0.005, 1 << 40)
    let served = try Served(documents: false, limits: limits)
    let first = try await served.send(
      "/v1/completions", ["prompt": "the ", "max_tokens": 1 << 40, "stream": true]
    ).response
    let second = try await served.send(
      "/v1/completions", ["prompt": "the ", "max_tokens": 3, "stream": true, "seed": 1]
    ).response
    guard case .parts(let running) = first.body, case .parts(let waiting) = second.body else {
      Issue.record("The answers do not come in parts")
      return
    }
    #expect(try #require(await waiting.next()) == Array(": ping\n\n".utf8))
    running.cancel()
    var text = ""
    while let part = await waiting.next() { text += String(decoding: part, as: UTF8.self) }
    let events = text.components(separatedBy: "\n\n").filter { !$0.isEmpty && $0 != ": ping" }
    #expect(events.last == "data: [DONE]")
    #expect(events.allSatisfy { $0.hasPrefix("data: ") })
  }
}
