import Unroll
import UnrollFormats
import UnrollModels

/// Options of `train` with their values, from which the same run can be asked for again.
struct RunSettings {
  /// A text, a boolean for a flag, or null where nothing is given.
  var values: JSON.Object

  init(_ values: [(option: String, value: JSON)]) {
    self.values = JSON.Object(values.map { .init(key: $0.option, value: $0.value) })
  }

  init(_ field: JSON.Field) throws {
    values = try field.object()
  }

  /// The words to type.
  var words: [String] {
    values.members.flatMap { member -> [String] in
      switch member.value {
      case .string(let text): ["\(member.key)=\(text)"]
      case .array(let texts): texts.map { "\(member.key)=\(Self.text($0))" }
      case .boolean(true): [member.key]
      default: []
      }
    }
  }

  /// The options that change the result and have another value in `other`.
  func differences(
    from other: RunSettings
  ) -> [(option: String, own: String, other: String)] {
    values.members.compactMap { member in
      let theirs = other.values[member.key] ?? .null
      guard member.value != theirs, !Self.isFree.contains(member.key) else { return nil }
      return (member.key, Self.text(member.value), Self.text(theirs))
    }
  }

  /// What changes no result. A text at another path is known by its contents.
  private static let isFree: Set = [
    "--output", "--metrics", "--sample-every", "--time-limit", "--threads", "--device",
    "--checkpoint-every", "--keep-last", "--validation",
  ]

  private static func text(_ value: JSON) -> String {
    switch value {
    case .string(let text): text
    case .boolean(let value): value ? "given" : "not given"
    case .array(let values): values.map(text).joined(separator: " ")
    default: "not given"
    }
  }
}

extension TrainCommand {
  /// All options but those that only matter to the terminal, with paths that are good from everywhere.
  var settings: RunSettings {
    func text(_ value: (some CustomStringConvertible)?) -> JSON {
      value.map { .string($0.description) } ?? .null
    }
    func path(_ value: String?) -> JSON { text(value.map(absolutePath)) }
    let nonlinearity = model.cell == .rnn ? model.nonlinearity ?? .tanh : nil
    let rate = optimizer.learningRate ?? optimizer.optimizer.defaultLearningRate
    return RunSettings([
      ("--output", path(output)),
      ("--metrics", path(metrics)),
      ("--validation", path(validation)),
      ("--validation-fraction", text(validationFraction)),
      ("--test-fraction", text(testFraction)),
      ("--include", .array(reading.include.map { .string($0) })),
      ("--line-ends", .string(reading.lineEnds.rawValue)),
      ("--byte-order-mark", .string(reading.byteOrderMark.rawValue)),
      ("--documents", .string(documents.rawValue)),
      ("--sample-every", text(sampleEvery)),
      ("--batch-size", text(batchSize)),
      ("--sequence-length", text(sequenceLength)),
      ("--device", .string(device.rawValue)),
      ("--threads", text(threads.threads)),
      ("--cell", .string(model.cell.rawValue)),
      ("--nonlinearity", text(nonlinearity?.rawValue)),
      ("--layers", text(model.layers)),
      ("--hidden-size", text(model.hiddenSize)),
      ("--embedding-size", text(model.embeddingSize)),
      ("--dropout", text(model.dropout)),
      ("--tie-weights", .boolean(model.tieWeights)),
      ("--tokens", .string(tokens.tokens.rawValue)),
      ("--vocabulary-size", text(tokens.vocabularySize)),
      ("--minimum-count", text(tokens.minimumCount)),
      ("--unknown", .string(tokens.unknown.rawValue)),
      ("--normalize", .string(tokens.normalize.rawValue)),
      ("--lowercase", .boolean(tokens.lowercase)),
      ("--optimizer", .string(optimizer.optimizer.rawValue)),
      ("--learning-rate", text(rate)),
      ("--schedule", .string(optimizer.schedule.rawValue)),
      ("--warmup-steps", text(optimizer.warmupSteps)),
      ("--weight-decay", text(optimizer.weightDecay)),
      ("--momentum", text(optimizer.momentum)),
      ("--gradient-norm-limit", text(optimizer.gradientNormLimit)),
      ("--gradient-value-limit", text(optimizer.gradientValueLimit)),
      ("--epochs", text(optimizer.epochs)),
      ("--steps", text(optimizer.steps)),
      ("--patience", text(optimizer.patience)),
      ("--time-limit", text(optimizer.timeLimit)),
      ("--seed", text(optimizer.seed)),
      ("--checkpoint-every", text(checkpoints.interval)),
      ("--keep-last", text(checkpoints.keepLast)),
    ])
  }
}

extension LanguageModel {
  /// The options that ask for a model of this architecture and these tokens.
  var settings: RunSettings {
    var values: [(option: String, value: JSON)] = [
      ("--layers", .string("\(configuration.layerCount)")),
      ("--hidden-size", .string("\(configuration.hiddenSize)")),
      ("--embedding-size", .string("\(configuration.embeddingSize)")),
      ("--tie-weights", .boolean(configuration.tiesWeights)),
      ("--tokens", .string(tokenizer.kind.rawValue)),
    ]
    switch configuration.cell {
    case .rnnTanh: values.append(("--cell", "rnn"))
    case .rnnReLU: values += [("--cell", "rnn"), ("--nonlinearity", "relu")]
    case .lstm: values.append(("--cell", "lstm"))
    case .gru: values.append(("--cell", "gru"))
    }
    if tokenizer.kind == .bpe {
      values.append(("--vocabulary-size", .string("\(tokenizer.vocabulary.count)")))
    }
    return RunSettings(values)
  }
}
