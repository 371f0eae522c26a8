import Foundation
import Testing
import Unroll
import UnrollServing

/// `POST /v1/chat/completions`, where chats are answered.
struct ChatTests {
  private let served: Served

  init() throws { served = try Served(answersChats: true) }

  private static let messages: [[String: any Sendable]] = [
    ["role": "system", "content": "the quick"],
    [
      "role": "user",
      "content": [["type": "text", "text": "brown"], ["type": "text", "text": " fox"]],
    ],
  ]

  private func choice(_ fields: [String: Any]) async throws -> [String: Any] {
    let answer = try await served.send(
      "/v1/chat/completions", ["messages": Self.messages, "seed": 4].merging(fields) { $1 })
    #expect(answer.status == 200, "\(answer.response.text)")
    #expect(answer.json["object"] as? String == "chat.completion")
    return try #require((answer.json["choices"] as? [[String: Any]])?.first)
  }

  /// The answer is what follows the texts of the messages.
  @Test func messagesAreGoneOnFrom() async throws {
    let message = try #require(try await choice(["max_tokens": 30])["message"] as? [String: Any])
    let plain = try await served.choices([
      "prompt": "the quick\nbrown fox", "seed": 4, "max_tokens": 30,
    ])
    #expect(message["content"] as? String == plain.first?["text"] as? String)
    #expect(message["role"] as? String == "assistant" && message["refusal"] is NSNull)
    let newer = try await choice(["max_completion_tokens": 30, "max_tokens": 2])
    #expect(
      (newer["message"] as? [String: Any])?["content"] as? String == message["content"] as? String)
  }

  @Test func streamsEqualWholeAnswers() async throws {
    let whole = try await choice(["max_tokens": 50, "logprobs": true, "top_logprobs": 2])
    let (_, _, response) = try await served.send(
      "/v1/chat/completions",
      [
        "messages": Self.messages, "seed": 4, "max_tokens": 50, "stream": true, "logprobs": true,
        "top_logprobs": 2,
      ])
    guard case .parts(let parts) = response.body else {
      Issue.record("no stream")
      return
    }
    var text = ""
    while let part = await parts.next() { text += String(decoding: part, as: UTF8.self) }
    let events = try text.components(separatedBy: "\n\n").filter { $0.hasPrefix("data: {") }.map {
      try JSONSerialization.jsonObject(with: Data($0.dropFirst(6).utf8)) as? [String: Any] ?? [:]
    }
    #expect(events.allSatisfy { $0["object"] as? String == "chat.completion.chunk" })
    let choices = events.compactMap { ($0["choices"] as? [[String: Any]])?.first }
    let deltas = choices.map { $0["delta"] as? [String: Any] ?? [:] }
    #expect(deltas.first?["role"] as? String == "assistant")
    #expect(
      deltas.compactMap { $0["content"] as? String }.joined()
        == (whole["message"] as? [String: Any])?["content"] as? String)
    #expect(deltas.last?.isEmpty == true)
    #expect(choices.last?["finish_reason"] as? String == whole["finish_reason"] as? String)
    func listed(_ choice: [String: Any]) -> [Any] {
      (choice["logprobs"] as? [String: Any])?["content"] as? [Any] ?? []
    }
    #expect(["a": choices.flatMap(listed)].sorted == ["a": listed(whole)].sorted)
    let first = try #require(listed(whole).first as? [String: Any])
    #expect(Set(first.keys) == ["token", "logprob", "bytes", "top_logprobs"])
    #expect((first["top_logprobs"] as? [Any])?.count == 2)
  }

  @Test(arguments: [
    (#"{}"#, "messages"), (#"{"messages": []}"#, "messages"),
    (#"{"messages": [{"role": "user"}]}"#, "messages[0].content"),
    (#"{"messages": [{"content": [{"type": "image_url"}]}]}"#, "messages"),
    (#"{"messages": [{"content": "the"}], "tools": []}"#, "tools"),
    (#"{"messages": [{"content": "the"}], "top_logprobs": 2}"#, "top_logprobs"),
    (#"{"messages": [{"content": "the"}], "max_tokens": -1}"#, "max_tokens"),
  ])
  func fieldOutOfRangeIsNamed(_ body: String, _ parameter: String) async throws {
    let response = await served.server.respond(
      to: ServerRequest(method: "POST", path: "/v1/chat/completions", body: Array(body.utf8)))
    let json = try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any]
    #expect(
      response.status == 400 && json?.error["param"] as? String == parameter, "\(response.text)")
  }
}
