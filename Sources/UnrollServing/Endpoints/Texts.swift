import UnrollFormats
import UnrollModels
import UnrollTensor
import UnrollText

/// Endpoints that answer at once: tokens, embeddings, classes, tags, translations.
extension Server {
  /// The texts of a field: one, or an array of them.
  private func texts(_ field: JSON.Field) throws -> [String] {
    if case .string(let text) = field.value { return [text] }
    let texts = try field.array().map { try $0.string() }
    guard (1...2048).contains(texts.count) else {
      throw ServingError(400, "1 to 2048 texts, not \(texts.count)", parameter: field.name)
    }
    return texts
  }

  // MARK: Tokens

  func tokenize(_ request: ServerRequest) throws -> ServerResponse {
    let body = try body(request)
    let model = try language(of: body).model
    do {
      let tokens = try model.tokenizer.encode(body["prompt"].string())
      return ServerResponse([
        "tokens": .array(tokens.map { JSON($0) }), "count": JSON(tokens.count),
      ])
    } catch let error as TextError {
      throw ServingError(error, parameter: "prompt")
    }
  }

  func detokenize(_ request: ServerRequest) throws -> ServerResponse {
    let body = try body(request)
    let tokenizer = try language(of: body).model.tokenizer
    let tokens = try body["tokens"].array().map {
      Token(try $0.integer(in: 0...tokenizer.vocabulary.count - 1))
    }
    return ServerResponse(["prompt": .string(tokenizer.decode(tokens))])
  }

  func tokenizerInfo() throws -> ServerResponse {
    let tokenizer = try language(of: JSON.object(JSON.Object()).field(named: "body")).model
      .tokenizer
    func name(_ entry: ReservedEntry) -> JSON {
      tokenizer.vocabulary.token(for: entry) == nil ? .null : .string("<\(entry.rawValue)>")
    }
    return ServerResponse([
      "tokenizer_class": .string(tokenizer.kind.rawValue),
      "vocab_size": JSON(tokenizer.vocabulary.count), "bos_token": name(.beginning),
      "eos_token": name(.end), "pad_token": name(.padding), "unk_token": name(.unknown),
      "chat_template": .null,
    ])
  }

  // MARK: Embeddings

  /// The top layer's hidden state after the last token, of length 1.
  func embed(_ request: ServerRequest) async throws -> ServerResponse {
    let body = try body(request)
    let (model, served) = try language(of: body)
    let texts = try texts(body["input"])
    guard texts.allSatisfy({ !$0.isEmpty }) else {
      throw ServingError(400, "input has an empty text: leave it out", parameter: "input")
    }
    let format = try body["encoding_format"].ifPresent?.string() ?? "float"
    guard ["float", "base64"].contains(format) else {
      throw ServingError(
        400, "encoding_format is float or base64", parameter: "encoding_format")
    }
    let embedder = try TextEmbedder(model)
    if let dimensions = try body.wholeNumber("dimensions", in: 1...1 << 30) {
      guard dimensions == embedder.width else {
        throw ServingError(
          400, "this model has vectors of \(embedder.width), not of \(dimensions)",
          parameter: "dimensions")
      }
    }
    let parts: [[EmbeddedPart]]
    do {
      parts = try await working { try embedder.vectors(of: texts) ?? [] }
    } catch let error as TextError {
      throw ServingError(error, parameter: "input")
    }
    let count = try texts.reduce(0) { try $0 + model.tokenizer.encode($1).count }
    let data = parts.enumerated().map { index, parts -> JSON in
      let vector = (parts.first?.vector ?? []).normalized
      return [
        "object": "embedding", "index": JSON(index),
        "embedding": format == "float"
          ? .array(vector.map { JSON($0) }) : .string(vector.withUnsafeBytes { base64($0) }),
      ]
    }
    return ServerResponse([
      "object": "list", "data": .array(data), "model": .string(served.name),
      "usage": ["prompt_tokens": JSON(count), "total_tokens": JSON(count)],
    ])
  }

  // MARK: Other kinds of models

  /// `{"input": text or texts, "top": n}` to labels and probabilities, the likeliest first.
  func classify(_ request: ServerRequest) async throws -> ServerResponse {
    let body = try body(request)
    let served = try model(of: body)
    guard case .classifier(let classifier) = served.content else {
      throw served.wrongKind("tells classes")
    }
    let top = try body.wholeNumber("top", in: 1...1 << 20) ?? 1
    let said = try await reading(body) { try classifier.classify($0) }
    let data = said.enumerated().map { index, said -> JSON in
      let labels = (said?.ranked.prefix(top) ?? []).map { number -> JSON in
        [
          "label": .string(classifier.classes[number]),
          "probability": said.map { JSON($0.probabilities[number]) } ?? .null,
        ]
      }
      return ["index": JSON(index), "labels": .array(labels)]
    }
    return ServerResponse(["object": "list", "data": .array(data), "model": .string(served.name)])
  }

  /// `{"input": text or texts}`, words with spaces between them, to words and tags.
  func tag(_ request: ServerRequest) async throws -> ServerResponse {
    let body = try body(request)
    let served = try model(of: body)
    guard case .tagger(let tagger) = served.content else { throw served.wrongKind("tags words") }
    let said = try await reading(body) { texts in
      let sentences = texts.map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
      return try zip(sentences, tagger.tag(sentences)).map { (words: $0, tags: $1) }
    }
    let data = said.enumerated().map { index, sentence -> JSON in
      [
        "index": JSON(index), "words": .array(sentence.words.map { .string($0) }),
        "tags": .array(sentence.tags.map { .string($0) }),
      ]
    }
    return ServerResponse(["object": "list", "data": .array(data), "model": .string(served.name)])
  }

  /// `{"input": text or texts, "beam": 4, "length_penalty": 1, "max_tokens": n, "copy_unknown": false}` to texts.
  func translate(_ request: ServerRequest) async throws -> ServerResponse {
    let body = try body(request)
    let served = try model(of: body)
    guard case .translator(let translator) = served.content else {
      throw served.wrongKind("translates")
    }
    var asked = TranslationOptions()
    asked.beamWidth = try body.wholeNumber("beam", in: 1...64) ?? asked.beamWidth
    asked.lengthPenalty =
      try body["length_penalty"].ifPresent?.double(in: -10...10) ?? asked.lengthPenalty
    asked.lengthLimit = try body.wholeNumber("max_tokens", in: 1...10_000)
    asked.copiesUnknown = try body["copy_unknown"].ifPresent?.boolean() ?? false
    let options = asked
    let translations = try await reading(body) { try translator.translate($0, options) }
    let data = translations.enumerated().map { index, translation -> JSON in
      [
        "index": JSON(index),
        "translation": translation.map { .string($0.text) } ?? .null,
        "log_probability": translation.map { JSON($0.logProbability) } ?? .null,
        "finish_reason": translation.map { $0.isComplete ? "stop" : "length" } ?? .null,
      ]
    }
    return ServerResponse(["object": "list", "data": .array(data), "model": .string(served.name)])
  }

  private func reading<Result: Sendable>(
    _ body: JSON.Field, _ work: @escaping @Sendable ([String]) throws -> Result
  ) async throws -> Result {
    do {
      let texts = try texts(body["input"])
      guard texts.allSatisfy({ $0.utf8.count <= textLimit }) else {
        throw ServingError(
          400, "a text has at most \(textLimit) bytes here: cut it into several", parameter: "input"
        )
      }
      return try await working { try work(texts) }
    } catch let error as TextError {
      throw ServingError(error, parameter: "input")
    }
  }
}

extension JSON.Field {
  /// The path without the name of the whole.
  fileprivate var name: String { path.split(separator: ".").dropFirst().joined(separator: ".") }
}

extension [Float] {
  /// The vector of length 1 in the same direction; zeros stay.
  fileprivate var normalized: [Float] {
    let length = reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    return length > 0 ? map { Float(Double($0) / length) } : self
  }
}
