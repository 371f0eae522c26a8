import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollText
import UnrollTraining

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The newest whole checkpoint of a run, and what the run was asked to do.
struct Resumption {
  let store: CheckpointStore
  let checkpoint: Checkpoint
  let record: RunRecord
  let model: LanguageModel

  /// - Throws: `CheckpointError`, `FileError`, or `Failure` if the checkpoint is not one of this command.
  init(of folder: String, isQuiet: Bool) throws {
    store = try CheckpointStore(opening: folder)
    checkpoint = try store.newest { error in
      if !isQuiet {
        Console.message("warning: \(error); going on from an earlier checkpoint")
      }
    }
    do {
      record = try RunRecord(parsing: checkpoint.record)
    } catch let error as JSONError {
      throw Failure(
        status: 65,
        description: "'\(checkpoint.path)' was not written by `unroll train`: \(error.message)")
    }
    model = try ModelFile(checkpoint.model).model()
    let version = UnrollCommand.configuration.version
    if record.version != version, !isQuiet {
      Console.message(
        "warning: '\(checkpoint.path)' is by unroll \(record.version) and this is \(version): the rest may differ in digits"
      )
    }
  }

  /// The run's command, with the words that were typed now.
  ///
  /// - Throws: `Failure` naming the difference if it is not the same run.
  func command(with words: some Sequence<String>) throws -> TrainCommand {
    let words = Array(words)
    // The patterns that are given now replace the earlier ones, as the value of any other option does.
    let hasPatterns = words.contains { $0.hasPrefix("--include") }
    let recorded = record.settings.words.filter { !hasPatterns || !$0.hasPrefix("--include") }
    var command = try TrainCommand.parse(recorded + words)
    if command.corpus.isEmpty { command.corpus = record.corpus }
    if (command.corpus + [command.validation ?? ""]).contains("-"), isatty(STDIN_FILENO) != 0 {
      throw Failure(
        status: 66,
        description:
          "the run in '\(store.folder)' learns from standard input: give the same text there again")
    }
    let differences = record.settings.differences(from: command.settings)
    guard let difference = differences.first else { return command }
    throw Failure(
      status: 64,
      description:
        "\(difference.option) was \(difference.own) when the run began and is \(difference.other) now: "
        + "leave it out, or begin a new run with --init-from")
  }

  /// - Throws: `Failure` naming the difference if the text is not that of the run.
  func check(_ data: DataIdentity) throws {
    guard let difference = data.difference(from: record.data) else { return }
    throw Failure(
      status: 65,
      description:
        "the run in '\(store.folder)' cannot go on with another text: \(difference); "
        + "give the same text, or begin a new run with --init-from")
  }

  /// The bytes to keep of a file of metrics; `nil` if it is not the one of the run.
  func metricsSize(of path: String) -> Int? {
    record.settings.values["--metrics"] == .string(absolutePath(path)) ? record.metricsSize : nil
  }
}

/// What a run begins from.
enum RunOrigin {
  case initialValues
  case weights(LanguageModel)
  case resumed(Resumption)

  /// The tokenizer, unless it is learned from the text.
  var tokenizer: Tokenizer? {
    if case .resumed(let resumption) = self { resumption.model.tokenizer } else { nil }
  }

  /// The folder of checkpoints, if there is one already.
  var store: CheckpointStore? {
    if case .resumed(let resumption) = self { resumption.store } else { nil }
  }

  /// The model before the run's first step.
  func model(_ command: TrainCommand, _ data: LanguageData) throws -> LanguageModel {
    if case .resumed(let resumption) = self { return resumption.model }
    var model = try LanguageModel(
      command.model.configuration, tokenizer: data.tokenizer, seed: command.optimizer.seed)
    if case .weights(let initial) = self { try model.adopt(initial) }
    return model
  }
}
