import UnrollFormats
import UnrollRuns

/// What the server answers, as a document of OpenAPI 3.1.
enum OpenAPI {
  static var document: JSON {
    [
      "openapi": "3.1.0",
      "info": ["title": "Unroll", "version": .string(unrollVersion)],
      "paths": [
        "/health": get("Whether the server runs.", object()),
        "/ready": get("Whether the server takes requests on.", object()),
        "/metrics": [
          "get": [
            "summary": "Counts, in Prometheus' text format.",
            "responses": ["200": response("The counts.", "text/plain", ["type": "string"])],
          ]
        ],
        "/openapi.json": get("This document.", object()),
        "/v1/models": get("The models.", list),
        "/v1/completions": post("Goes on from texts.", completion, completionAnswer, streams: true),
        "/v1/chat/completions": post(
          "Goes on from the texts of messages, where the server is asked to answer chats.", chat,
          object(["choices": ["type": "array"]]), streams: true),
        "/v1/embeddings": post(
          "Vectors of texts.",
          body(
            [
              "input": texts, "encoding_format": ["enum": ["float", "base64"]],
              "dimensions": whole(1),
            ],
            required: "input"), list),
        "/v1/classify": post(
          "The classes of texts.", body(["input": texts, "top": whole(1)], required: "input"), list),
        "/v1/tag": post("The tags of words.", body(["input": texts], required: "input"), list),
        "/v1/translate": post(
          "The counterparts of texts.",
          body(
            [
              "input": texts, "beam": whole(1, 64), "length_penalty": number(-10, 10),
              "max_tokens": whole(1, 10_000), "copy_unknown": flag,
            ], required: "input"), list),
        "/unroll/inspect": post(
          "What could follow a text, what units do over it, or what in it speaks for a token.",
          inspection, object(["of": ["type": "string"]])),
        "/unroll/lesson": post(
          "Learns some sentences and completes one, step by step.", lesson,
          ["type": "string"], streams: true),
        "/tokenize": post(
          "The tokens of a text.", body(["prompt": ["type": "string"]], required: "prompt"),
          object(["tokens": array(whole(0))])),
        "/detokenize": post(
          "The text of tokens.", body(["tokens": array(whole(0))], required: "tokens"),
          object(["prompt": ["type": "string"]])),
        "/tokenizer_info": get("The tokenizer of the only model.", object()),
      ],
    ]
  }

  // MARK: Requests

  private static var completion: JSON {
    body(
      sampling.merging([
        "prompt": prompt,
        "max_tokens": whole(0), "best_of": whole(1, 20), "logprobs": whole(0, 20), "echo": flag,
        "suffix": nullable("string"),
      ]))
  }

  private static var prompt: JSON {
    [
      "anyOf": [
        ["type": "string"], array(["type": "string"]), array(whole(0)), array(array(whole(0))),
        ["type": "null"],
      ]
    ]
  }

  private static var inspection: JSON {
    body(
      sampling.merging([
        "prompt": prompt, "of": ["enum": ["next", "states", "influence"]], "top": whole(1, 1000),
        "layer": whole(1), "state": ["enum": ["hidden", "cell", .null]], "target": whole(1),
      ]), required: "of")
  }

  private static var lesson: JSON {
    [
      "type": "object",
      "properties": [
        "sentences": ["anyOf": [array(["type": "string"]), ["type": "null"]]],
        "cell": ["enum": ["rnn", "lstm", "gru", .null]], "hidden_size": whole(1, 64),
        "epochs": whole(1, 1000), "seed": whole(0), "prompt": nullable("string"),
      ],
    ]
  }

  private static var chat: JSON {
    body(
      sampling.merging([
        "messages": array(
          [
            "type": "object", "required": ["content"],
            "properties": ["role": ["type": "string"], "content": ["type": "string"]],
          ]),
        "max_tokens": whole(0), "max_completion_tokens": whole(0), "logprobs": flag,
        "top_logprobs": whole(0, 20),
      ]), required: "messages")
  }

  private static var sampling: JSON.Object {
    [
      "temperature": number(0, 2), "top_p": number(0, 1), "n": whole(1, 128), "stream": flag,
      "stream_options": [
        "type": ["object", "null"], "properties": ["include_usage": flag],
      ],
      "stop": ["anyOf": [["type": ["string", "null"]], array(["type": "string"])]],
      "seed": ["type": ["integer", "null"]], "presence_penalty": number(-2, 2),
      "frequency_penalty": number(-2, 2),
      "logit_bias": [
        "type": ["object", "null"],
        "additionalProperties": ["type": "number", "minimum": -100, "maximum": 100],
      ],
      "user": nullable("string"), "top_k": whole(-1), "min_p": number(0, 1),
      "typical_p": number(0.001, 1), "repetition_penalty": number(0.01, 100),
      "return_token_ids": flag, "unknown": ["enum": ["error", "skip", "token", .null]],
    ]
  }

  private static var texts: JSON {
    ["anyOf": [["type": "string"], array(["type": "string"])]]
  }

  private static func body(_ properties: JSON.Object, required: String? = nil) -> JSON {
    [
      "type": "object", "properties": .object(properties.merging(["model": nullable("string")])),
      "required": .array(required.map { [.string($0)] } ?? []),
    ]
  }

  // MARK: Answers

  private static var list: JSON {
    [
      "type": "object", "required": ["object", "data"],
      "properties": ["object": ["const": "list"], "data": ["type": "array"]],
    ]
  }

  private static var completionAnswer: JSON {
    [
      "type": "object", "required": ["id", "object", "created", "model", "choices", "usage"],
      "properties": [
        "id": ["type": "string"], "object": ["const": "text_completion"],
        "created": ["type": "integer"], "model": ["type": "string"],
        "choices": array(
          [
            "type": "object", "required": ["index", "text", "logprobs", "finish_reason"],
            "properties": [
              "index": whole(0), "text": ["type": "string"],
              "finish_reason": ["enum": ["stop", "length"]],
            ],
          ]), "usage": ["type": "object"],
      ],
    ]
  }

  private static func object(_ properties: JSON.Object = [:]) -> JSON {
    ["type": "object", "properties": .object(properties)]
  }

  private static func response(_ description: String, _ type: String, _ schema: JSON) -> JSON {
    [
      "description": .string(description),
      "content": .object(JSON.Object([.init(key: type, value: ["schema": schema])])),
    ]
  }

  /// What any request may be answered.
  private static var errors: JSON.Object {
    let schema: JSON = [
      "type": "object", "required": ["error"],
      "properties": [
        "error": [
          "type": "object", "required": ["message", "type", "param", "code"],
          "properties": [
            "message": ["type": "string"], "type": ["type": "string"], "param": nullable("string"),
            "code": nullable("string"),
          ],
        ]
      ],
    ]
    var errors = JSON.Object()
    for (status, description) in [
      ("400", "Something in the request is wrong."), ("401", "The key is missing or wrong."),
      ("403", "The host or the page may not ask."), ("404", "There is no such model."),
      ("413", "The request is too large."), ("503", "There is too much to do, or too little time."),
    ] {
      errors[status] = response(description, "application/json", schema)
    }
    return errors
  }

  private static func get(_ summary: String, _ schema: JSON) -> JSON {
    let answers = errors.merging(["200": response("The answer.", "application/json", schema)])
    return ["get": ["summary": .string(summary), "responses": .object(answers)]]
  }

  private static func post(
    _ summary: String, _ request: JSON, _ schema: JSON, streams: Bool = false
  ) -> JSON {
    var content: JSON.Object = ["application/json": ["schema": schema]]
    if streams { content["text/event-stream"] = ["schema": ["type": "string"]] }
    let answers = errors.merging([
      "200": ["description": "The answer.", "content": .object(content)]
    ])
    return [
      "post": [
        "summary": .string(summary),
        "requestBody": [
          "required": true, "content": ["application/json": ["schema": request]],
        ],
        "responses": .object(answers),
      ]
    ]
  }

  // MARK: Types

  private static func whole(_ least: Int, _ most: Int? = nil) -> JSON {
    var type: JSON.Object = ["type": ["integer", "null"], "minimum": JSON(least)]
    if let most { type["maximum"] = JSON(most) }
    return .object(type)
  }

  private static func number(_ least: Double, _ most: Double) -> JSON {
    ["type": ["number", "null"], "minimum": JSON(least), "maximum": JSON(most)]
  }

  private static func nullable(_ type: String) -> JSON { ["type": [.string(type), "null"]] }

  private static var flag: JSON { nullable("boolean") }

  private static func array(_ items: JSON) -> JSON { ["type": "array", "items": items] }
}

extension JSON.Object {
  /// The members of both; of one name the other's.
  fileprivate func merging(_ other: JSON.Object) -> JSON.Object {
    var result = self
    for member in other.members { result[member.key] = member.value }
    return result
  }
}
