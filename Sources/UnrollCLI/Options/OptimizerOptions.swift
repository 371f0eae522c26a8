import ArgumentParser
import Unroll
import UnrollRuns

/// How parameters are moved, and for how long.
struct OptimizerOptions: ParsableArguments {
  @Option(help: "The optimizer, with PyTorch's formula (default: adamw).")
  var optimizer: OptimizerChoice?

  @Option(
    help:
      "The step size (default: adam and adamw 5e-3, of translators 2e-3, rmsprop 2e-3, sgd 0.5, adagrad 1e-2)."
  )
  var learningRate: Double?

  @Option(
    help:
      "How strongly weights are pulled to zero (default: for language models with adamw 0 to 0.1, by the size of the text, otherwise 0)."
  )
  var weightDecay: Double?

  @Flag(inversion: .prefixedNo, help: "Let weight decay pull biases too (default: yes).")
  var decayBiases: Bool?

  @Option(help: "Momentum of sgd or rmsprop.")
  var momentum: Double?

  @Option(
    help: "How much of its mean of squared gradients rmsprop keeps at each step (default: 0.99).")
  var squareDecay: Double?

  @Option(help: "Limit of the gradient's norm; 0 for none (default: 5).")
  var gradientNormLimit: Double?

  @Option(help: "Limit of each element of the gradient.")
  var gradientValueLimit: Double?

  @Option(
    help:
      "Compute a batch in this many parts of its rows, one after the other, and add up their gradients: takes that much less memory (default: 1)."
  )
  var shards: Int?

  @Option(
    help:
      "Let so many recurrent layers nearest the input, and the tokens' vectors, keep the values of --init-from (default: none)."
  )
  var frozenLayers: Int?

  @OptionGroup var schedule: ScheduleOptions

  @Option(help: "How often to go through the text (default: 1 to 100, by its size).")
  var epochs: Int?

  @Option(help: "Stop after this many steps, wherever that is.")
  var steps: Int?

  @Option(
    help:
      "Stop after so many epochs without a better validation measure, and write the best model; 0 for never (default: for language models a fifth of all epochs, at least 5, for others never)."
  )
  var patience: Int?

  @Option(help: "Stop after this time: 90s, 10m, 2h.")
  var timeLimit: TimeSpan?

  @Option(
    help:
      "Seed of initial weights and dropout; the same seed gives the same model, to the bit (default: 0)."
  )
  var seed: UInt64?

  /// Replaces what was typed.
  func apply<Task>(to settings: inout RunSettings<Task>) {
    take(optimizer, into: &settings.optimizer.optimizer)
    take(learningRate, into: &settings.optimizer.learningRate)
    take(weightDecay, into: &settings.optimizer.weightDecay)
    take(decayBiases, into: &settings.optimizer.decayBiases)
    take(momentum, into: &settings.optimizer.momentum)
    take(squareDecay, into: &settings.optimizer.squareDecay)
    take(gradientNormLimit, into: &settings.optimizer.gradientNormLimit)
    take(gradientValueLimit, into: &settings.optimizer.gradientValueLimit)
    take(shards, into: &settings.optimizer.shards)
    take(frozenLayers, into: &settings.optimizer.frozenLayers)
    schedule.apply(to: &settings)
    take(epochs, into: &settings.sizes.epochs)
    take(steps, into: &settings.ending.steps)
    take(patience, into: &settings.ending.patience)
    take(timeLimit, into: &settings.ending.timeLimit)
    take(seed, into: &settings.seed)
  }
}
