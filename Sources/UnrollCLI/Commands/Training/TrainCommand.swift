import ArgumentParser
import Unroll
import UnrollModels
import UnrollRuns
import UnrollText

/// `unroll train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a model on text.",
    discussion: """
      The text is read as one stream: the recurrent state is carried from window to window, and reset at each epoch.
      With --documents, each line or file begins anew, and the model learns where it ends.
      Sizes that are not given are chosen by the size of the text: about a parameter for each token, within what a processor can train; a short text is read more often, and in smaller batches.
      Ctrl-C ends the run after the current step and writes the model so far; with --checkpoint, the run can go on later.
      """)

  @OptionGroup var language: LanguageOptions
  @OptionGroup var options: RunOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Training") var optimizer: OptimizerOptions
  @OptionGroup(title: "Checkpoints") var checkpoints: CheckpointOptions

  private var arguments: RunArguments<LanguageTask> {
    RunArguments(
      command: Self._commandName, options: options, model: model, optimizer: optimizer,
      checkpoints: checkpoints,
      dataName: "<corpus> ...",
      hasData: { !$0.task.texts.isEmpty }, applyOwn: language.apply)
  }

  func validate() throws { try arguments.validate() }

  func run() throws {
    try arguments.run { path in
      let file = try ModelFile(contentsOf: path)
      let initial: LanguageModel = try file.model()
      return (
        LanguageTask.settings(beginningWith: initial, trained: file.training), .weights(initial)
      )
    }
  }
}
