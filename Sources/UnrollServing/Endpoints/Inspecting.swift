import UnrollFormats
import UnrollModels
import UnrollTensor
import UnrollText

/// `POST /unroll/inspect`: what a model makes of a text.
extension Server {
  /// The tokens of a text whose units or influences are looked at, at most.
  private static let mostTokens = 4096
  /// The tokens times the units of a layer, at most.
  private static let mostNumbers = 4_000_000

  /// `{"prompt": text or tokens, "of": "next" | "states" | "influence", …}`.
  func inspect(_ request: ServerRequest) async throws -> ServerResponse {
    let body = try body(request)
    let model = try language(of: body).model
    let tokens = try prompt(body, of: model)
    let part = try body["of"].string()
    let about: JSON.Object
    switch part {
    case "next": about = try await next(after: tokens, body, model)
    case "states": about = try await states(over: tokens, body, model)
    case "influence": about = try await influence(in: tokens, body, model)
    default:
      throw ServingError(400, "of is one of next, states and influence", parameter: "of")
    }
    var object = JSON.Object()
    object["of"] = .string(part)
    object["token_ids"] = .array(tokens.map { JSON($0) })
    object["tokens"] = .array(tokens.map { .string(model.tokenizer.name(of: $0)) })
    for member in about.members { object[member.key] = member.value }
    return ServerResponse(.object(object))
  }

  /// `"top": n` and the fields of sampling: the likeliest tokens in the model's own distribution, each with the probability that it is
  /// drawn with.
  private func next(
    after tokens: [Token], _ body: JSON.Field, _ model: LanguageModel
  ) async throws -> JSON.Object {
    let count = try body.wholeNumber("top", in: 1...1000) ?? 20
    let sampling = try CompletionRequest.sampling(body)
    try sampling.validate(for: model.tokenizer.vocabulary)
    return try await working {
      var generation = Generation(model)
      var request = GenerationRequest(length: 1)
      request.prompt = .tokens(Tokens(tokens))
      _ = try generation.add(request)
      let logits = generation.logits.reshaped([-1])
      let own = logSoftmax(logits).elements
      let drawn = try sampling.probabilities(from: logits, recent: model.documentStart + tokens)
        .elements
      let ranked = own.indices.sorted { (own[$1], $0) < (own[$0], $1) }
      let nats = zip(softmax(logits).elements, own).reduce(0.0) {
        $0 - ($1.0 > 0 ? Double($1.0) * Double($1.1) : 0)
      }
      var object = JSON.Object()
      object["entropy"] = JSON(nats / natsPerBit)
      object["next"] = .array(
        ranked.prefix(count).map { token in
          [
            "id": JSON(token), "token": .string(model.tokenizer.name(of: Token(token))),
            "logprob": JSON(max(own[token], -9999)), "probability": JSON(drawn[token]),
          ]
        })
      return object
    }
  }

  /// `"layer": n, "state": "hidden" | "cell"`: h or tanh(c) of the units after each token, as bytes of `value × 127`, and the units that go
  /// best with properties of the text.
  private func states(
    over tokens: [Token], _ body: JSON.Field, _ model: LanguageModel
  ) async throws -> JSON.Object {
    let configuration = model.configuration
    let layer =
      try body.wholeNumber("layer", in: 1...configuration.layerCount) ?? configuration.layerCount
    let name = try body["state"].ifPresent?.string()
    let value = try name.map { name in
      guard let value = UnitValue(rawValue: name) else {
        throw ServingError(400, "state is hidden or cell", parameter: "state")
      }
      return value
    }
    let units = configuration.hiddenSize
    guard (1...Self.mostTokens).contains(tokens.count), tokens.count * units <= Self.mostNumbers
    else {
      throw ServingError(
        400,
        "states are of 1 to \(min(Self.mostTokens, Self.mostNumbers / units)) tokens, and this text has \(tokens.count)",
        parameter: "prompt")
    }
    return try await working {
      let start = model.documentStart.count
      let all = model.documentStart + tokens
      let found = try model.inspection(
        of: all, documents: [all.indices], unitValue: value, likeliestCount: 0,
        onProgress: { _ in }, shouldStop: { false })
      guard let found else { throw CancellationError() }
      let values = found.values.sliced(start..<all.count, axis: 0)
        .sliced((layer - 1) * units..<layer * units, axis: 1).elements
      let bytes = values.map { UInt8(bitPattern: Int8(($0 * 127).rounded())) }
      var object = JSON.Object()
      object["layer"] = JSON(layer)
      object["state"] = .string(found.unitValue.rawValue)
      object["units"] = JSON(units)
      object["bits"] = .array(
        all.indices.dropFirst(start).map { found.bits(of: $0).map { JSON($0) } ?? .null })
      object["encoding"] = "int8"
      object["data"] = .string(base64(bytes))
      object["tracking"] = .array(try Self.tracking(found, layer: layer))
      return object
    }
  }

  private static func tracking(_ found: TextInspection, layer: Int) throws -> [JSON] {
    let properties = found.properties
    return try TextProperty.allCases.compactMap { property in
      let tracking = try found.tracking(of: properties[property], shifts: 50, seed: 0)
      let best = tracking?.units.first { $0.unit.layer == layer }
      return best.map {
        [
          "property": .string("\(property)"), "unit": JSON($0.unit.index),
          "correlation": JSON($0.correlation), "p": JSON($0.p),
        ]
      }
    }
  }

  /// `"target": place`, from 0: how much each of the 200 tokens before it speaks for the token there.
  private func influence(
    in tokens: [Token], _ body: JSON.Field, _ model: LanguageModel
  ) async throws -> JSON.Object {
    guard (2...Self.mostTokens).contains(tokens.count) else {
      throw ServingError(
        400, "influences are within 2 to \(Self.mostTokens) tokens, not \(tokens.count)",
        parameter: "prompt")
    }
    let target = try body.wholeNumber("target", in: 1...tokens.count - 1) ?? tokens.count - 1
    let influence = try await working { try model.influence(on: target, in: tokens) }
    var object = JSON.Object()
    object["target"] = JSON(target)
    object["first"] = JSON(target - influence.pieces.count)
    object["gradient_times_input"] = .array(influence.gradients.map { JSON($0) })
    object["left_out"] = .array(influence.omissions.map { JSON($0) })
    return object
  }
}
