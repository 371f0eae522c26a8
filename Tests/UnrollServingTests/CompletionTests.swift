import Foundation
import Testing
import Unroll
import UnrollServing

/// `POST /v1/completions`.
struct CompletionTests {
  private static let requests: [[String: any Sendable]] = [
    [:], ["stop": "o"], ["stop": ["the", "ck", "x, ü"]], ["n": 3, "seed": 5],
    ["logprobs": 2], ["logprobs": 0, "n": 2, "stop": "e"], ["echo": true],
    ["echo": true, "logprobs": 3, "stop": "n"], ["max_tokens": 0, "echo": true, "logprobs": 1],
    ["max_tokens": 0], ["temperature": 0], ["top_p": 0, "logprobs": 1],
    ["top_k": 3, "min_p": 0.01],
    ["prompt": ["the ", "quick"], "n": 2, "logprobs": 1],
    ["presence_penalty": 2, "frequency_penalty": -1],
    ["logit_bias": ["5": -100, "6": 3.5]], ["max_tokens": 200, "logprobs": 5, "stop": "本"],
  ]

  private static func body(_ request: [String: any Sendable]) -> [String: Any] {
    ["prompt": "the ", "seed": 3, "max_tokens": 40].merging(request) { $1 }
  }

  /// What is streamed of each choice, put together, is what is sent whole.
  @Test(
    arguments: [TokenizerKind.characters, .bytes, .words, .bpe], Array(0..<requests.count))
  func streamsEqualWholeAnswers(_ kind: TokenizerKind, _ number: Int) async throws {
    let served = try Served(kind)
    let body = Self.body(Self.requests[number])
    let whole = try await served.choices(body)
    #expect(!whole.isEmpty)
    let events = try await served.stream(body)
    for (index, choice) in whole.enumerated() {
      let parts = events.compactMap { ($0["choices"] as? [[String: Any]])?.first }
        .filter { $0["index"] as? Int == index }
      #expect(parts.map { $0["text"] as? String ?? "" }.joined() == choice["text"] as? String)
      #expect(parts.last?["finish_reason"] as? String == choice["finish_reason"] as? String)
      #expect(parts.last?["text"] as? String == "")
      #expect(parts.dropLast().allSatisfy { $0["finish_reason"] is NSNull })
      guard let listed = choice["logprobs"] as? [String: Any] else { continue }
      for (name, array) in listed {
        let streamed = parts.flatMap { part in
          (part["logprobs"] as? [String: Any])?[name] as? [Any] ?? []
        }
        #expect(["a": streamed].sorted == ["a": array].sorted)
      }
    }
  }

  /// The text is that which the library writes by the same seed.
  @Test func textIsThatOfTheLibrary() async throws {
    let served = try Served()
    let choices = try await served.choices(["prompt": "the ", "seed": 9, "n": 4, "max_tokens": 50])
    for number in 0..<4 {
      var request = GenerationRequest(prompt: "the ", length: 50, seed: 9, number: UInt64(number))
      request.prompt = .tokens(Tokens(try served.model.tokenizer.encode("the ")))
      let text = try TextStream(served.model, request).map(\.text).joined()
      #expect(choices[number]["text"] as? String == text)
    }
  }

  /// The same request has the same answer alone and among 60 others.
  @Test func neighboursChangeNothing() async throws {
    let served = try Served()
    let body = Self.body(["n": 2, "logprobs": 3, "max_tokens": 100])
    let alone = try await served.choices(body)
    let others = (0..<60).map { number in
      Task {
        try await served.choices([
          "prompt": String(repeating: "quick ", count: number % 9 + 1), "seed": number,
          "max_tokens": 20 + number * 3,
        ]).count
      }
    }
    let together = try await served.choices(body)
    for other in others { #expect(try await other.value == 1) }
    #expect(["a": together].sorted == ["a": alone].sorted)
  }

  // MARK: Log-probabilities

  @Test func echoedTokensAreScored() async throws {
    for documents in [true, false] {
      let served = try Served(documents: documents)
      let choice = try #require(
        try await served.choices([
          "prompt": "the quick", "echo": true, "max_tokens": 0, "logprobs": 2,
        ]).first)
      #expect(choice["text"] as? String == "the quick")
      let listed = try #require(choice["logprobs"] as? [String: Any])
      let values = try #require(listed["token_logprobs"] as? [Any])
      #expect(listed["tokens"] as? [String] == "the quick".map(String.init))
      #expect(listed["text_offset"] as? [Int] == Array(0..<9))
      #expect((values.first is NSNull) == !documents)
      let expected = try served.model.logProbabilities(of: "he quick", after: "t")
      for (value, expected) in zip(values.dropFirst(), expected) where !documents {
        #expect(abs((value as? Double ?? 9) - Double(expected.logProbability ?? 9)) < 1e-5)
      }
      let likeliest = try #require(listed["top_logprobs"] as? [Any])
      for object in likeliest.dropFirst() {
        #expect((2...3).contains((object as? [String: Double])?.count ?? 0))
      }
    }
  }

  @Test func likeliestIncludeTheChosen() async throws {
    let served = try Served()
    let choice = try #require(
      try await served.choices(["prompt": "the ", "logprobs": 1, "temperature": 0]).first)
    let listed = try #require(choice["logprobs"] as? [String: Any])
    let (values, likeliest) = (
      listed["token_logprobs"] as? [Double] ?? [],
      listed["top_logprobs"] as? [[String: Double]] ?? []
    )
    #expect(!values.isEmpty && values.count == likeliest.count)
    for (value, object) in zip(values, likeliest) { #expect(object.values.max() == value) }
    #expect((listed["text_offset"] as? [Int])?.first == 4)
  }

  // MARK: Usage

  @Test func usageCountsTokens() async throws {
    let served = try Served()
    let answer = try await served.send(
      "/v1/completions",
      ["prompt": ["the ", "q"], "max_tokens": 7, "n": 2, "logit_bias": ["1": -100]]
    ).json
    let usage = try #require(answer["usage"] as? [String: Int])
    #expect(usage == ["prompt_tokens": 5, "completion_tokens": 28, "total_tokens": 33])
    #expect((answer["choices"] as? [[String: Any]])?.map { $0["index"] as? Int } == [0, 1, 2, 3])
    #expect((answer["id"] as? String)?.hasPrefix("cmpl-") == true)
    #expect(answer["object"] as? String == "text_completion" && answer["model"] as? String == "fox")
    let events = try await served.stream([
      "prompt": "the ", "max_tokens": 7, "stream_options": ["include_usage": true],
    ])
    #expect(events.dropLast().allSatisfy { $0["usage"] is NSNull })
    #expect((events.last?["choices"] as? [Any])?.isEmpty == true)
    #expect((events.last?["usage"] as? [String: Int])?["completion_tokens"] ?? 0 <= 7)
  }

  @Test func bestOfChoosesTheLikeliest() async throws {
    let served = try Served()
    let all = try await served.choices([
      "prompt": "the ", "n": 6, "seed": 4, "logprobs": 0, "logit_bias": ["1": -100],
    ])
    func mean(_ choice: [String: Any]) -> Double {
      let values = (choice["logprobs"] as? [String: Any])?["token_logprobs"] as? [Double] ?? []
      return values.reduce(0, +) / Double(values.count)
    }
    let best = try #require(all.max { mean($0) < mean($1) })
    let chosen = try await served.choices([
      "prompt": "the ", "best_of": 6, "seed": 4, "logprobs": 0, "logit_bias": ["1": -100],
    ])
    #expect(chosen.count == 1 && chosen[0]["text"] as? String == best["text"] as? String)
  }

  // MARK: What is refused

  @Test(arguments: [
    (#"{"prompt": "the ", "max_tokens": -1}"#, "max_tokens"),
    (#"{"prompt": "the ", "max_tokens": 1.5}"#, "max_tokens"),
    (#"{"prompt": "the ", "temperature": 2.5}"#, "temperature"),
    (#"{"prompt": "the ", "n": 0}"#, "n"),
    (#"{"prompt": "the ", "n": 128, "best_of": 2}"#, "best_of"),
    (#"{"prompt": [], "n": 1}"#, "prompt"), (#"{"prompt": [1, "a"]}"#, "prompt[1]"),
    (#"{"prompt": [99999]}"#, "prompt[0]"), (#"{"prompt": 7}"#, "prompt"),
    (#"{"prompt": "日€"}"#, "prompt"), (#"{"prompt": "the ", "logprobs": true}"#, "logprobs"),
    (#"{"prompt": "the ", "stop": ["a", "b", "c", "d", "e"]}"#, "stop"),
    (#"{"prompt": "the ", "logit_bias": {"a": 1}}"#, "logit_bias"),
    (#"{"prompt": "the ", "logit_bias": {"1": 101}}"#, "logit_bias.1"),
    (#"{"prompt": "the ", "suffix": "x"}"#, "suffix"),
    (#"{"prompt": "the ", "stream_options": {"include_usage": true}}"#, "stream_options"),
    (#"{"prompt": "the ", "stream": "yes"}"#, "stream"),
    (#"{"prompt": "the ", "unknown": "what"}"#, "unknown"),
    (#"{"prompt": ["a", "b"], "n": 100}"#, "n"),
  ])
  func fieldOutOfRangeIsNamed(_ body: String, _ parameter: String) async throws {
    let served = try Served()
    let response = await served.server.respond(
      to: ServerRequest(method: "POST", path: "/v1/completions", body: Array(body.utf8)))
    let json = try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any]
    let error = json?.error ?? [:]
    #expect(response.status == 400, "\(response.text)")
    #expect(error["param"] as? String == parameter, "\(response.text)")
    #expect(error["type"] as? String == "invalid_request_error")
  }

  @Test(arguments: [
    "", "{", "[1]", #"{"a": 1, "a": 2}"#, String(repeating: "[", count: 500), "\u{0}",
  ])
  func bodyThatIsNoObjectIsRefused(_ body: String) async throws {
    let served = try Served()
    let response = await served.server.respond(
      to: ServerRequest(method: "POST", path: "/v1/completions", body: Array(body.utf8)))
    #expect(response.status == 400, "\(response.text)")
  }

  @Test func nullIsAsGoodAsAbsent() async throws {
    let served = try Served()
    let names = [
      "max_tokens", "temperature", "top_p", "n", "best_of", "logprobs", "echo", "stop", "stream",
      "stream_options", "presence_penalty", "frequency_penalty", "logit_bias", "suffix", "user",
      "top_k",
      "min_p", "repetition_penalty", "unknown", "model",
    ]
    let nulls = Dictionary(uniqueKeysWithValues: names.map { ($0, NSNull() as Any) })
    let plain = try await served.choices(["prompt": "the ", "seed": 2])
    let null = try await served.choices(nulls.merging(["prompt": "the ", "seed": 2]) { $1 })
    let odd = try await served.choices([
      "prompt": "the ", "seed": 2.0, "max_tokens": 16.0, "no_such_field": [1, 2],
      "logit_bias": [String: Any](),
    ])
    #expect(["a": plain].sorted == ["a": null].sorted && ["a": plain].sorted == ["a": odd].sorted)
    #expect((plain.first?["text"] as? String)?.isEmpty == false)
  }

  @Test func emptyPromptNeedsADocument() async throws {
    #expect(try await Served().choices(["max_tokens": 5]).count == 1)
    let answer = try await Served(documents: false).send("/v1/completions", ["max_tokens": 5])
    #expect(answer.status == 400 && answer.json.error["param"] as? String == "prompt")
  }
}
