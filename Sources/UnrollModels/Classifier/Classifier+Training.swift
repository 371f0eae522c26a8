public import UnrollNN
public import UnrollTensor
public import UnrollText

extension Classifier: Trainable {
  /// Texts and their classes.
  public struct Batch: TrainingBatch {
    /// `[T, N]`.
    public let tokens: Indices
    /// The tokens of each of the N texts.
    public let lengths: [Int32]
    /// The class of each of the N texts.
    public let classes: [Int32]
    /// How much an example of each of the C classes counts; 1 when absent.
    public let classWeights: Tensor?

    /// Creates a batch of texts as tokens.
    ///
    /// - Parameters:
    ///   - texts: the tokens of N texts, none of them empty.
    ///   - classes: the class of each.
    ///   - classWeights: `[C]`, how much an example of each class counts; 1 when absent.
    public init(_ texts: [[Token]], classes: [Int32], classWeights: Tensor? = nil) {
      guard texts.count == classes.count, texts.allSatisfy({ !$0.isEmpty }) else {
        fatalError("A batch needs a class for each of \(texts.count) texts, none of them empty")
      }
      (tokens, lengths) = Indices.padded(texts)
      self.classes = classes
      self.classWeights = classWeights
    }

    private init(
      tokens: Indices, lengths: [Int32], classes: [Int32], classWeights: Tensor?
    ) {
      self.tokens = tokens
      self.lengths = lengths
      self.classes = classes
      self.classWeights = classWeights
    }

    /// N.
    public var rowCount: Int { lengths.count }
    /// N.
    public var targetCount: Int { lengths.count }

    /// Some of the texts.
    public func rows(_ range: Range<Int>) -> Batch {
      let lengths = Array(lengths[range])
      let steps = Int(lengths.max() ?? 0)
      return Batch(
        tokens: tokens.sliced(range, axis: 1).sliced(0..<steps, axis: 0), lengths: lengths,
        classes: Array(classes[range]), classWeights: classWeights)
    }
  }

  /// ln C.
  public var guessingLoss: Double? { UnrollModels.guessingLoss(ofClasses: classes.count) }

  /// The cross entropy in nats of the classes, all texts together.
  public func totalLoss(of batch: Batch, state: inout NoState, mode: inout Mode) -> Tensor {
    crossEntropy(
      logits(of: batch.tokens, lengths: batch.lengths, mode: &mode), Indices(batch.classes),
      classWeights: batch.classWeights, reduction: .sum)
  }
}

extension Indices {
  /// Texts as the columns of a table `[T, N]` that is as long as the longest, filled up with zeros; and their lengths.
  package static func padded(_ texts: some Collection<[Token]>) -> (Indices, lengths: [Int32]) {
    let steps = texts.reduce(0) { max($0, $1.count) }
    var values = [Int32](repeating: 0, count: steps * texts.count)
    for (row, text) in texts.enumerated() {
      for (step, token) in text.enumerated() { values[step * texts.count + row] = token }
    }
    return (Indices(values, shape: [steps, texts.count]), texts.map { Int32($0.count) })
  }
}
