import ArgumentParser
import Unroll
import UnrollRuns
import UnrollTensor

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The command `unroll`.
@main
struct UnrollCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unroll",
    abstract: "Train and run recurrent models of text: RNN, LSTM, GRU.",
    discussion: """
      Data goes to standard output, messages and progress to standard error.

      Exit status: 0 success, 1 failure, 64 wrong usage, 65 bad data, 66 missing input, 69 a \
      missing program, 73 an output that cannot be created, 74 input or output failed, 75 in use by \
      another process, 129, 130 and 143 ended by a signal.
      """,
    version: unrollVersion,
    subcommands: [
      TutorialCommand.self, TrainCommand.self, TrainClassifierCommand.self, TrainTaggerCommand.self,
      TrainTranslatorCommand.self, GenerateCommand.self, WriteCommand.self, ClassifyCommand.self,
      TagCommand.self, TranslateCommand.self, AdaptCommand.self, FindLearningRateCommand.self,
      SweepCommand.self,
      PlotCommand.self,
      EvaluateCommand.self, ScoreCommand.self,
      InspectCommand.self, EmbedCommand.self, CompressCommand.self, DecompressCommand.self,
      ConvertCommand.self, InfoCommand.self, ServeCommand.self, BenchCommand.self,
      CorpusCommand.self,
      CacheCommand.self,
    ])

  /// The prefix of the parser's own messages, like that of all others.
  static let _errorLabel = "error"

  static func main() {
    signal(SIGPIPE, SIG_IGN)
    Console.occupyClosedStreams()
    let words = Array(CommandLine.arguments.dropFirst())
    do {
      try Arguments.check()
      var command = try parseAsRoot(joiningNegativeNumbers(words))
      _ = try InstructionSet.current()
      try command.run()
    } catch {
      if let status = exitStatus(of: error) {
        Console.message("error: \(describe(error))")
        // A word that was meant as an option may have been taken for a file.
        if status == 66, let hint = typingHint(words) { Console.message("Perhaps: \(hint)") }
        leave(with: status)
      }
      guard exitCode(for: error) == .validationFailure, let hint = typingHint(words) else {
        exit(withError: error)
      }
      Console.message("\(fullMessage(for: error))\nPerhaps: \(hint)")
      leave(with: ExitCode.validationFailure.rawValue)
    }
  }

  /// Writes `--layers -1` as `--layers=-1`, which the parser would take for a missing value and an unknown option.
  private static func joiningNegativeNumbers(_ arguments: some Sequence<String>) -> [String] {
    var joined: [String] = []
    for argument in arguments {
      if argument.hasPrefix("-"), Double(argument) != nil, let option = joined.last,
        option.hasPrefix("--"), !option.contains("="), !joined.contains("--")
      {
        joined[joined.count - 1] += "=" + argument
      } else {
        joined.append(argument)
      }
    }
    return joined
  }
}

/// Ends the process. (Inside a command, `exit` is another function.)
func leave(with status: Int32) -> Never { exit(status) }
