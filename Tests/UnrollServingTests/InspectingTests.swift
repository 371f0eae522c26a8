import Foundation
import Testing
import Unroll
import UnrollServing
import UnrollTestSupport

/// What could follow, states and influences; lessons.
struct InspectingTests {
  private let path = "/unroll/inspect"

  // MARK: Next tokens

  @Test(arguments: [TokenizerKind.characters, .bytes, .bpe])
  func nextTokensAreThoseOfACompletion(_ kind: TokenizerKind) async throws {
    let served = try Served(kind)
    let vocabulary = served.model.tokenizer.vocabulary.count
    let answer = try await served.send(path, ["of": "next", "prompt": "the q", "top": 1000]).json
    let next = try #require(answer["next"] as? [[String: Any]])
    #expect(next.count == min(1000, vocabulary))
    let logs = next.compactMap { $0["logprob"] as? Double }
    #expect(logs == logs.sorted(by: >) && abs(logs.reduce(0) { $0 + exp($1) } - 1) < 1e-4)
    let entropy = try #require(answer["entropy"] as? Double)
    #expect(abs(entropy + logs.reduce(0) { $0 + exp($1) * $1 } / log(2)) < 1e-4)
    let drawn = next.compactMap { $0["probability"] as? Double }
    #expect(abs(drawn.reduce(0, +) - 1) < 1e-4)
    let choices = try await served.choices(
      [
        "prompt": "the q", "max_tokens": 1, "temperature": 0, "logprobs": 1,
        "return_token_ids": true,
      ])
    let likeliest = try #require(next[0]["id"] as? Int)
    #expect(choices[0]["token_ids"] as? [Int] == [likeliest])
    let ids = try #require(answer["token_ids"] as? [Int])
    #expect(choices[0]["prompt_token_ids"] as? [Int] == ids)
    // The same behind tokens as behind their text.
    let again = try await served.send(path, ["of": "next", "prompt": ids, "top": 1000]).json
    #expect(again.sorted == answer.sorted)
  }

  /// The limit on prompts is none on the tokens of one.
  @Test func oneLongPromptOfTokensIsOnePrompt() async throws {
    let served = try Served()
    let text = String(repeating: "the quick brown ", count: 40)
    let ids = try await served.send("/tokenize", ["prompt": text]).json["tokens"] as? [Int] ?? []
    #expect(ids.count == text.count)
    let body: [String: Any] = ["max_tokens": 5, "temperature": 0]
    let (behindTokens, behindText) = (
      try await served.choices(body.merging(["prompt": ids]) { $1 }),
      try await served.choices(body.merging(["prompt": text]) { $1 })
    )
    #expect(behindTokens[0].sorted == behindText[0].sorted)
  }

  @Test func drawnProbabilitiesFollowTheSettings() async throws {
    let served = try Served()
    func probabilities(_ settings: [String: Any]) async throws -> [Double] {
      let body = settings.merging(["of": "next", "prompt": "the ", "top": 1000]) { $1 }
      let next = try await served.send(path, body).json["next"] as? [[String: Any]] ?? []
      return next.compactMap { $0["probability"] as? Double }
    }
    #expect(try await probabilities(["temperature": 0]).prefix(2) == [1, 0])
    let two = try await probabilities(["top_k": 2])
    #expect(two[1] > 0 && two[2...].allSatisfy { $0 == 0 } && abs(two[0] + two[1] - 1) < 1e-5)
    let (flat, sharp) = (
      try await probabilities(["temperature": 2]), try await probabilities(["temperature": 0.5])
    )
    #expect(flat[0] < sharp[0])
  }

  // MARK: States

  @Test func statesAreThoseOfTheInspection() async throws {
    let served = try Served()
    let text = "the quick brown"
    let answer = try await served.send(path, ["of": "states", "prompt": text]).json
    let data = try #require(answer["data"] as? String)
    let bytes = try #require(Data(base64Encoded: data))
    // Without the token that stands before a document, which the page knows nothing of.
    let ids = try #require(answer["token_ids"] as? [Int])
    #expect(answer["units"] as? Int == 12 && answer["state"] as? String == "hidden")
    #expect(ids.count == 15 && bytes.count == 15 * 12)
    let inspection = try served.model.inspection(of: text)
    #expect(inspection.tokens.count == 16)
    let expected = inspection.values.elements.dropFirst(12).map { Int8(($0 * 127).rounded()) }
    #expect(bytes.map { Int8(bitPattern: $0) } == expected)
    let bits = try #require(answer["bits"] as? [Double])
    #expect(isNear(bits, (1...15).compactMap { inspection.bits(of: $0) }))
    #expect(answer["tracking"] is [[String: Any]])
  }

  // MARK: Influence

  @Test func influencesAreThoseOfTheModel() async throws {
    let served = try Served()
    let answer = try await served.send(path, ["of": "influence", "prompt": "the q", "target": 4])
      .json
    let numbers = try #require(answer["token_ids"] as? [Int])
    let ids = numbers.map { Token($0) }
    let influence = try served.model.influence(on: 4, in: ids)
    #expect(isNear(answer["left_out"], influence.omissions))
    #expect(isNear(answer["gradient_times_input"], influence.gradients))
    #expect(answer["first"] as? Int == 0 && answer["target"] as? Int == 4)
  }

  @Test(
    arguments: [
      (["of": "all", "prompt": "the"], "of"), (["prompt": "the"], "of"),
      (["of": "states", "prompt": ""], "prompt"), (["of": "influence", "prompt": "t"], "prompt"),
      (["of": "influence", "prompt": "the", "target": 3], "target"),
      (["of": "influence", "prompt": "the", "target": 0], "target"),
      (["of": "states", "prompt": "the", "layer": 2], "layer"),
      (["of": "states", "prompt": "the", "state": "both"], "state"),
      (["of": "next", "prompt": ["the", "a"]], "prompt"),
      (["of": "next", "prompt": "€"], "prompt"),
      (["of": "next", "prompt": "the", "top": 0], "top"),
      (["of": "next", "prompt": "the", "temperature": -1], "temperature"),
    ] as [([String: any Sendable], String)])
  func whatCannotBeShownIsRefused(_ body: [String: any Sendable], _ field: String) async throws {
    let answer = try await Served().send(path, body)
    #expect(answer.status == 400 && answer.json.error["param"] as? String == field)
  }

  @Test func cellStatesNeedAnLSTM() async throws {
    let answer = try await Served().send(path, ["of": "states", "prompt": "the", "state": "cell"])
    #expect(answer.status == 400)
    #expect((answer.json.error["message"] as? String)?.contains("Only an LSTM") == true)
  }

  // MARK: Lessons

  private func lesson(_ body: [String: Any]) async throws -> [[String: Any]] {
    let response = try await Served().send("/unroll/lesson", body).response
    guard case .parts(let parts) = response.body else { return [] }
    var text = ""
    while let part = await parts.next() { text += String(decoding: part, as: UTF8.self) }
    let events = text.components(separatedBy: "\n\n").dropLast()
    #expect(events.last == "data: [DONE]")
    return try events.dropLast().map {
      try JSONSerialization.jsonObject(with: Data($0.dropFirst(6).utf8)) as? [String: Any] ?? [:]
    }
  }

  @Test(arguments: ["rnn", "lstm", "gru"])
  func lessonIsTheTutorial(_ cell: String) async throws {
    let events = try await lesson(["cell": cell])
    let cells: [String: RecurrentCell] = ["rnn": .rnnTanh, "lstm": .lstm, "gru": .gru]
    let kind = try #require(cells[cell])
    var tutorial = try Tutorial(cell: kind)
    var losses: [Double] = []
    while !tutorial.isDone { losses.append(try tutorial.step().loss) }
    #expect(events.count == 52 && events[0]["epochs"] as? Int == 100)
    let shown = events[1...50].compactMap { $0["loss"] as? Double }
    #expect(isNear(shown, stride(from: 1, to: 100, by: 2).map { losses[$0] }))
    let completion = try tutorial.completion(of: "good")
    #expect(events[51]["completion"] as? String == completion)
    let unrolled = try #require(events[51]["unrolled"] as? [[String: Any]])
    #expect(unrolled.count == 15)
    let hidden = unrolled.compactMap { $0["hidden"] as? [Double] }
    #expect(hidden.allSatisfy { $0.count == 12 && $0.allSatisfy { abs($0) <= 1 } })
    // What a step finds likeliest is the next character of what was written.
    let names = try #require(events[0]["vocabulary"] as? [String])
    for (place, character) in completion.enumerated().dropFirst(4) {
      let next = (unrolled[place - 1]["next"] as? [[String: Any]])?.first?["token"] as? Int
      #expect(next.map { names[$0] } == String(character))
    }
  }

  @Test func lessonOfOnesOwn() async throws {
    let events = try await lesson([
      "sentences": ["abc", "ba"], "prompt": "a", "epochs": 3, "hidden_size": 4, "seed": 9,
    ])
    #expect(events.count == 5 && events[0]["sentences"] as? [String] == ["abc", "ba "])
    #expect((events[4]["completion"] as? String)?.count == 3)
  }

  @Test(
    arguments: [
      (["sentences": ["a"], "prompt": "a"], ""), (["sentences": [String]()], "sentences"),
      (["prompt": "x"], "prompt"), (["prompt": ""], "prompt"), (["cell": "transformer"], "cell"),
      (["epochs": 0], "epochs"), (["hidden_size": 65], "hidden_size"),
      (["sentences": [String(repeating: "a", count: 201)]], "sentences"),
      (["sentences": [String](repeating: "ab", count: 17)], "sentences"),
    ] as [([String: any Sendable], String)])
  func lessonsHaveLimits(_ body: [String: any Sendable], _ field: String) async throws {
    let answer = try await Served().send("/unroll/lesson", body)
    #expect(answer.status == 400 && answer.json.error["param"] as? String ?? "" == field)
  }

  /// Whether numbers of JSON are these, but for what reading them rounds.
  private func isNear(_ json: Any?, _ expected: [Double]) -> Bool {
    guard let numbers = json as? [Double], numbers.count == expected.count else { return false }
    return zip(numbers, expected).allSatisfy { abs($0 - $1) <= 1e-12 }
  }
}
