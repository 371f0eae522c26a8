public import UnrollNN
public import UnrollTensor
public import UnrollText

extension Translator: Trainable {
  /// Sources and targets as tokens.
  public struct Batch: TrainingBatch {
    /// `[S, N]`.
    public let sources: Indices
    /// The tokens of each of the N sources.
    public let sourceLengths: [Int32]
    /// The beginning and the target's tokens, `[T, N]`.
    public let inputs: Indices
    /// The target's tokens and the end, `[T, N]`; −100 past it.
    public let targets: Indices
    /// How many of these each row has.
    public let targetLengths: [Int32]
    /// Where the decoder reads what it would have written itself instead of the target, `[T, N]` (Bengio et al. 2015).
    public let guesses: Mask?

    /// The number of targets' tokens and ends.
    public var targetCount: Int { targetLengths.reduce(0) { $0 + Int($1) } }

    /// N.
    public var rowCount: Int { sourceLengths.count }

    /// Some of the rows.
    public func rows(_ range: Range<Int>) -> Batch {
      let (sourceLengths, targetLengths) = (
        Array(sourceLengths[range]), Array(targetLengths[range])
      )
      let read = 0..<Int(sourceLengths.max() ?? 0)
      let written = 0..<Int(targetLengths.max() ?? 0)
      func part(_ indices: Indices, _ steps: Range<Int>) -> Indices {
        indices.sliced(range, axis: 1).sliced(steps, axis: 0)
      }
      return Batch(
        sources: part(sources, read), sourceLengths: sourceLengths, inputs: part(inputs, written),
        targets: part(targets, written), targetLengths: targetLengths,
        guesses: guesses?.sliced(range, axis: 1).sliced(written, axis: 0))
    }
  }

  /// Makes a batch of pairs of tokens.
  ///
  /// - Parameters:
  ///   - pairs: sources and targets, none of them empty.
  ///   - isGuessed: is asked for each token that the decoder reads behind the beginning, in the order of the steps, whether it is to
  ///     read what it would have written itself.
  public func batch(
    _ pairs: [(source: [Token], target: [Token])], isGuessed: (() -> Bool)? = nil
  ) -> Batch {
    let (sources, sourceLengths) = Indices.padded(pairs.map(\.source))
    let (inputs, targetLengths) = Indices.padded(pairs.map { [beginning] + $0.target })
    let steps = inputs.shape[0]
    var targets = [Int32](repeating: -100, count: inputs.count)
    for (row, pair) in pairs.enumerated() {
      for (step, token) in (pair.target + [end]).enumerated() {
        targets[step * pairs.count + row] = token
      }
    }
    let guesses = isGuessed.map { isGuessed in
      Mask((0..<inputs.count).map { $0 >= pairs.count && isGuessed() }, shape: inputs.shape)
    }
    return Batch(
      sources: sources, sourceLengths: sourceLengths, inputs: inputs,
      targets: Indices(targets, shape: [steps, pairs.count]), targetLengths: targetLengths,
      guesses: guesses)
  }

  /// The logarithm of the number of tokens of targets.
  public var guessingLoss: Double? { UnrollModels.guessingLoss(ofClasses: output.weight.shape[0]) }

  /// The cross entropy in nats of the targets and their ends, all together.
  public func totalLoss(of batch: Batch, state: inout NoState, mode: inout Mode) -> Tensor {
    let logits = logits(
      of: batch.sources, sourceLengths: batch.sourceLengths, inputs: inputs(of: batch),
      inputLengths: batch.targetLengths, mode: &mode)
    return crossEntropy(logits, batch.targets.transposed(0, 1), reduction: .sum)
  }

  /// What the decoder reads: the targets, or where it is to guess, what it finds likeliest after the targets so far
  /// (all steps at once, as Mihaylova and Martins 2019 do).
  private func inputs(of batch: Batch) -> Indices {
    guard let guesses = batch.guesses, guesses.values.contains(true) else { return batch.inputs }
    var own = self
    own.forEachParameter { $1 = $1.detached() }
    var mode = Mode.evaluation
    let likeliest = own.logits(
      of: batch.sources, sourceLengths: batch.sourceLengths, inputs: batch.inputs,
      inputLengths: batch.targetLengths, mode: &mode
    ).argmax().transposed(0, 1)
    let rows = batch.rowCount
    return Indices(
      batch.inputs.values.indices.map {
        guesses.values[$0] ? likeliest.values[$0 - rows] : batch.inputs.values[$0]
      }, shape: batch.inputs.shape)
  }
}
