import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollRuns
import UnrollTensor
import UnrollText
import UnrollTraining

/// `POST /unroll/lesson`: the tutorial, step by step.
extension Server {
  /// `{"sentences": […], "cell": "rnn" | "lstm" | "gru", "hidden_size": 12, "epochs": 100, "seed": 0, "prompt": "good"}` to events: what
  /// is learnt, then losses and completions, then the completion unrolled in time.
  func teach(_ request: ServerRequest) async throws -> ServerResponse {
    let body = try body(request)
    let sentences =
      try body["sentences"].ifPresent?.array().map { try $0.string() } ?? Tutorial.usualSentences
    guard (1...16).contains(sentences.count),
      sentences.allSatisfy({ $0.utf8.count <= 200 && !$0.contains("\r\n") })
    else {
      throw ServingError(
        400, "a lesson has 1 to 16 sentences of at most 200 bytes", parameter: "sentences")
    }
    let cells: [String: RecurrentCell] = ["rnn": .rnnTanh, "lstm": .lstm, "gru": .gru]
    guard let cell = cells[try body["cell"].ifPresent?.string() ?? "rnn"] else {
      throw ServingError(400, "cell is rnn, lstm or gru", parameter: "cell")
    }
    let tutorial = try Tutorial(
      sentences, cell: cell, hiddenSize: body.wholeNumber("hidden_size", in: 1...64) ?? 12,
      epochs: body.wholeNumber("epochs", in: 1...1000) ?? 100,
      seed: UInt64(body.wholeNumber("seed", in: 0 ... .max) ?? 0))
    let start = try body["prompt"].ifPresent?.string() ?? "good"
    do {
      let isEmpty = try tutorial.tokenizer.encode(start).isEmpty
      guard !isEmpty, start.utf8.count <= 200 else {
        throw ServingError(
          400, "a start of 1 to 200 bytes is completed", parameter: "prompt")
      }
    } catch let error as TextError {
      throw ServingError(error, parameter: "prompt")
    }
    let lesson = Lesson(tutorial, completing: start, on: self)
    return ServerResponse(ResponseParts(next: { await lesson.next() }, cancel: {}))
  }
}

/// The events of a lesson.
private actor Lesson {
  private enum Stage {
    case beginning
    case learning
    case over
  }

  private var tutorial: Tutorial
  private let start: String
  private let server: Server
  private var stage = Stage.beginning
  /// Epochs between events, so that there are about fifty.
  private let interval: Int

  init(_ tutorial: Tutorial, completing start: String, on server: Server) {
    self.tutorial = tutorial
    self.start = start
    self.server = server
    interval = max(1, tutorial.epochs / 50)
  }

  /// The next event; `nil` after the last.
  func next() async -> [UInt8]? {
    do {
      switch stage {
      case .beginning:
        stage = .learning
        return event(beginning)
      case .learning where !tutorial.isDone: return event(try await learn())
      case .learning:
        stage = .over
        return event(try await unrolled()) + Array("data: [DONE]\n\n".utf8)
      case .over: return nil
      }
    } catch {
      stage = .over
      return event(ServingError(error).json)
    }
  }

  private func event(_ json: JSON) -> [UInt8] { Array("data: \(json.text())\n\n".utf8) }

  private var beginning: JSON {
    let model = tutorial.model
    return [
      "vocabulary": .array(tutorial.tokenizer.vocabulary.entries.map { .string($0) }),
      "sentences": .array(tutorial.sentences.map { .string($0) }),
      "steps": JSON(tutorial.stepCount), "epochs": JSON(tutorial.epochs),
      "parameters": .array(
        model.parameters.map { name, value in
          [
            "name": .string(name),
            "shape": .array(value.shape.map { JSON($0) }),
          ]
        }),
      "parameter_count": JSON(model.parameterCount),
    ]
  }

  private func learn() async throws -> JSON {
    let (tutorial, start, interval) = (tutorial, start, interval)
    let (learnt, loss, epoch, text) = try await server.working {
      var tutorial = tutorial
      var report = try tutorial.step()
      while report.step % interval != 0 && !tutorial.isDone { report = try tutorial.step() }
      return (tutorial, report.loss, report.step, try tutorial.completion(of: start))
    }
    self.tutorial = learnt
    return ["epoch": JSON(epoch), "loss": JSON(loss), "completion": .string(text)]
  }

  /// The completion, with the hidden state after each character and the likeliest to follow.
  private func unrolled() async throws -> JSON {
    let (tutorial, start) = (tutorial, start)
    return try await server.working {
      let text = try tutorial.completion(of: start)
      let found = try tutorial.model.inspection(of: text, unitValue: .hidden, likeliestCount: 5)
      let steps = found.tokens.indices.map { place -> JSON in
        [
          "token": JSON(found.tokens[place]),
          "hidden": .array(found.values[place].elements.map { JSON($0) }),
          "next": .array(
            found.likeliestNext(after: place).map {
              ["token": JSON($0.token), "logprob": JSON($0.logProbability)]
            }),
        ]
      }
      return [
        "completion": .string(text), "prompt": .string(start), "unrolled": .array(steps),
      ]
    }
  }
}
