public import UnrollModels
internal import UnrollNN
internal import UnrollTensor
public import UnrollText

/// Dynamic evaluation (Krause, Kahembwe, Murray and Renals 2018): a model is measured on one segment of a text after the other, and
/// learns from each as soon as it has been measured on it. So what it has learned was never measured before.
///
/// A step is that of RMSprop with Adam's correction, θ −= η g / (√v + ε), and then θ moves back towards the weights that it began
/// with: θ += λ (θ₀ − θ). Dropout is off.
public struct DynamicEvaluation: Sendable, Hashable {
  /// η.
  public var learningRate: Double
  /// λ, at least 0 and below 1.
  public var decay: Double
  /// The tokens of a segment.
  public var segmentLength: Int

  /// Creates a way of adapting.
  ///
  /// - Throws: `RunError` with code `invalidSetting` if a number is out of range.
  public init(
    learningRate: Double = 3e-4, decay: Double = 1e-4, segmentLength: Int = 20
  ) throws(RunError) {
    try requireSetting(
      learningRate > 0 && learningRate.isFinite,
      "\(.setting("learningRate")) is above 0, not \(learningRate)")
    try requireSetting(
      (0..<1).contains(decay), "\(.setting("decay")) is at least 0 and below 1, not \(decay)")
    try requireSetting(
      segmentLength > 0, "\(.setting("segmentLength")) is 1 or more, not \(segmentLength)")
    self.learningRate = learningRate
    self.decay = decay
    self.segmentLength = segmentLength
  }

  /// Measures a model on a text, which adapts it.
  ///
  /// - Parameters:
  ///   - model: the model; afterwards, what it has become.
  ///   - tokens: the text, read as one stream from its beginning.
  ///   - onProgress: is told the share that is done, from 0 to 1, and says whether to give up.
  /// - Returns: `nil` if it was given up; the model is then as it was.
  /// - Throws: `TextError` if there are fewer than two tokens, `FileError` if they cannot be read, `RunError` with code `diverged`
  ///   if numbers are no longer finite; the model is then as it was.
  public func evaluation(
    of model: inout LanguageModel, on tokens: Tokens,
    onProgress: (_ share: Double) -> Bool = { _ in false }
  ) throws -> Evaluation? {
    guard tokens.count >= 2 else {
      throw TextError(.tooSmall, "a text of one token leaves nothing to predict; give more text")
    }
    let original = model
    var adapted = model
    var optimizer = Adam(learningRate: learningRate, beta1: 0)
    var state = model.startingState(rows: 1)
    var nats = 0.0
    var start = 0
    while start < tokens.count - 1 {
      let end = min(start + segmentLength, tokens.count - 1)
      let segment = try tokens[start..<end + 1].array()
      let batch = LanguageModel.Batch(segment: segment, startsAnew: start == 0)
      var mode = Mode.evaluation
      let (loss, gradient) = valueAndGradient(of: adapted) {
        $0.totalLoss(of: batch, state: &state, mode: &mode) / Float(batch.targetCount)
      }
      nats += Double(loss.scalar) * Double(batch.targetCount)
      guard loss.scalar.isFinite, gradient.norm.isFinite else {
        throw RunError(
          .diverged,
          "numbers are no longer finite after \(groupedText(start)) tokens: choose a lower \(.setting("learningRate"))"
        )
      }
      optimizer.update(&adapted, along: gradient)
      adapted.approach(original, by: Float(decay))
      start = end
      if onProgress(Double(start) / Double(tokens.count - 1)) { return nil }
    }
    model = adapted
    return Evaluation(
      totalNats: nats, of: try PredictedText(of: tokens, by: model.tokenizer))
  }
}

extension LanguageModel.Batch {
  /// A batch of one row that reads all tokens but the last, and predicts all but the first.
  fileprivate init(segment: [Token], startsAnew: Bool) {
    var batch = TokenBatch()
    batch.clear(batchSize: 1, sequenceLength: segment.count - 1, isFirst: startsAnew)
    batch.inputs = Array(segment.dropLast())
    batch.targets = Array(segment.dropFirst())
    self.init(batch)
  }
}
