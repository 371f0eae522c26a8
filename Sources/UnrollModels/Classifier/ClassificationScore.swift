public import UnrollText

/// How well classes are told: counts of what was true and what was said, and what follows from them.
public struct ClassificationScore: Hashable, Sendable {
  /// The bins of ``calibrationError``.
  static let binCount = 15

  /// The texts of each class that were said to be of each class.
  public private(set) var confusion: ConfusionMatrix
  /// −log of the probability of the true class, all texts together, in nats.
  public private(set) var totalNats = 0.0
  /// The sum of the confidences, and the number of right texts, of each bin.
  private var bins = [Bin](repeating: Bin(), count: binCount)

  private struct Bin: Hashable, Sendable {
    var count = 0
    var confidence = 0.0
    var rightCount = 0
  }

  /// Counts nothing yet, for C classes.
  public init(classCount: Int) {
    confusion = ConfusionMatrix(classCount: classCount)
  }

  /// Counts a text.
  ///
  /// - Parameters:
  ///   - said: what a classifier says of it.
  ///   - truth: its class.
  public mutating func count(_ said: Classification, truth: Int) {
    let best = said.best
    confusion.count(best, truth: truth)
    totalNats -= Double(said.logProbabilities[truth])
    let confidence = Double(said.confidence)
    let bin = min(
      Self.binCount - 1, max(0, Int((confidence * Double(Self.binCount)).rounded(.up)) - 1))
    bins[bin].count += 1
    bins[bin].confidence += confidence
    bins[bin].rightCount += best == truth ? 1 : 0
  }

  /// The texts that were counted.
  public var count: Int { confusion.count }

  /// The share of the texts that were told right; NaN of none.
  public var accuracy: Double { confusion.accuracy }

  /// The mean F1 of the classes: see ``ConfusionMatrix/macroF1``.
  public var macroF1: Double { confusion.macroF1 }

  /// −log of the probability of the true class in nats, the mean over the texts; NaN of none.
  public var loss: Double { totalNats / Double(count) }

  /// By how much confidence and accuracy differ: the mean over fifteen equal bins of confidence, weighted by their texts (the
  /// expected calibration error of Guo et al. 2017, equation 3); NaN of none.
  public var calibrationError: Double {
    bins.reduce(0) { $0 + abs(Double($1.rightCount) - $1.confidence) } / Double(count)
  }
}

extension Classifier {
  /// How well the classifier tells the labels of texts.
  ///
  /// - Parameters:
  ///   - texts: texts with labels that the classifier knows.
  ///   - onProgress: is told the share that is done, from 0 to 1.
  /// - Returns: the score, and the number of texts in which there is nothing that the vocabulary knows, which are not in it.
  /// - Throws: `TextError` naming the place of a label that is none of the classes, or of text that the vocabulary lacks if its
  ///   policy is `error`; `CancellationError` if the task that it runs in is cancelled.
  public func score(
    on texts: LabelledTexts, onProgress: (_ share: Double) -> Void = { _ in }
  ) throws -> (score: ClassificationScore, unreadCount: Int) {
    let examples = try texts.examples(tokenizer: tokenizer, classes: classes)
    let read = examples.filter { !$0.tokens.isEmpty }
    let score = try score(on: read, onProgress: onProgress, shouldStop: { false })
    return (
      score ?? ClassificationScore(classCount: classes.count), examples.count - read.count
    )
  }

  /// How well the classifier tells the classes of examples, none of them empty; `nil` if `shouldStop` said so.
  package func score(
    on examples: [LabelledExample], onProgress: (_ share: Double) -> Void, shouldStop: () -> Bool
  ) throws -> ClassificationScore? {
    var score = ClassificationScore(classCount: classes.count)
    for start in stride(from: 0, to: examples.count, by: 8192) {
      if shouldStop() { return nil }
      let part = examples[start..<min(start + 8192, examples.count)]
      for (said, example) in zip(try classify(tokens: part.map(\.tokens)), part) {
        if let said { score.count(said, truth: example.label) }
      }
      onProgress(Double(start + part.count) / Double(examples.count))
    }
    return score
  }
}
