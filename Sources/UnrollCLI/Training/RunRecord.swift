import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollText

/// What a checkpoint keeps for the command line: what was asked for, and what it was asked for on.
struct RunRecord {
  let version: String
  let corpus: [String]
  let settings: RunSettings
  let data: DataIdentity
  /// The bytes of the file of metrics.
  var metricsSize = 0

  init(_ command: TrainCommand, _ data: DataIdentity) {
    version = UnrollCommand.configuration.version
    corpus = command.corpus.map(absolutePath)
    settings = command.settings
    self.data = data
  }

  /// - Throws: `JSONError`.
  init(parsing text: String) throws {
    let record = try JSON(parsing: text).field(named: "record")
    version = try record["version"].string()
    corpus = try record["corpus"].array().map { try $0.string() }
    settings = try RunSettings(record["options"])
    data = try DataIdentity(record["data"])
    metricsSize = try record["metricsBytes"].integer(in: 0...(1 << 53))
  }

  var text: String {
    let json: JSON = [
      "version": .string(version),
      "corpus": .array(corpus.map { .string($0) }),
      "options": .object(settings.values),
      "data": data.json,
      "metricsBytes": JSON(metricsSize),
    ]
    return json.text(indented: true)
  }
}

/// What a run learns from, by its SHA-256: the contents of the texts, and the tokenizer.
struct DataIdentity: Hashable {
  private let training: String
  private let validation: String?
  private let tokenizer: String

  init(_ data: LanguageData, _ model: LanguageModel) throws {
    training = try data.texts.corpus.contentHash(data.texts.processing)
    validation = try data.texts.validationCorpus?.contentHash(data.texts.processing)
    var digest = SHA256()
    digest.update(model.entries.texts["tokenizer"] ?? "")
    tokenizer = digest.hexadecimal
  }

  init(_ field: JSON.Field) throws {
    training = try field["training"].string()
    validation = try field["validation"].ifPresent?.string()
    tokenizer = try field["tokenizer"].string()
  }

  var json: JSON {
    [
      "training": .string(training),
      "validation": validation.map { .string($0) } ?? .null,
      "tokenizer": .string(tokenizer),
    ]
  }

  /// What differs, with the beginnings of the digests.
  func difference(from earlier: DataIdentity) -> String? {
    func difference(_ name: String, _ old: String?, _ new: String?) -> String? {
      guard old != new else { return nil }
      return
        "the \(name) had the SHA-256 \(old?.prefix(12) ?? "of none") and has \(new?.prefix(12) ?? "none")"
    }
    return difference("training text", earlier.training, training)
      ?? difference("validation text", earlier.validation, validation)
      ?? difference("tokenizer", earlier.tokenizer, tokenizer)
  }
}
