import ArgumentParser
import UnrollRuns

/// What keeps a language model from learning its texts by heart, and what it begins with.
struct RegularizationOptions: ParsableArguments {
  @Option(
    help: "Probability that a token's vector is zero wherever it occurs in a batch (default: 0).")
  var embeddingDropout: Float?

  @Flag(
    inversion: .prefixedNo,
    help: "Let dropout drop the same units at all steps of a window (default: no).")
  var variationalDropout: Bool?

  @Option(help: "Probability that a recurrent weight is zero for a batch (default: 0).")
  var weightDropout: Float?

  @Option(help: "Penalty on the mean square of the last layer's outputs (default: 0).")
  var activationPenalty: Float?

  @Option(
    help: "Penalty on the mean square of what changes in them from step to step (default: 0).")
  var temporalPenalty: Float?

  @Option(help: "Share of a target's probability that is spread over all tokens (default: 0).")
  var labelSmoothing: Float?

  @Option(
    help: "Initial values: pytorch, xavier, kaiming, orthogonal or uniform (default: pytorch).")
  var initialValues: InitialValuesChoice?

  @Option(help: "The range of uniform initial values (default: 0.08).")
  var initialRange: Float?

  @Option(help: "The bias of an lstm's forget gates at the beginning, often 1.")
  var forgetBias: Float?

  /// Replaces what was typed.
  func apply(to settings: inout RegularizationSettings) {
    take(embeddingDropout, into: &settings.embeddingDropout)
    take(variationalDropout, into: &settings.variationalDropout)
    take(weightDropout, into: &settings.weightDropout)
    take(activationPenalty, into: &settings.activationPenalty)
    take(temporalPenalty, into: &settings.temporalPenalty)
    take(labelSmoothing, into: &settings.labelSmoothing)
    take(initialValues, into: &settings.initialValues)
    take(initialRange, into: &settings.initialRange)
    take(forgetBias, into: &settings.forgetBias)
  }
}
