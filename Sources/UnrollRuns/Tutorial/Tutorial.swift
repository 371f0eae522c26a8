public import UnrollModels
public import UnrollNN
public import UnrollTensor
public import UnrollText
public import UnrollTraining

/// The classic first character model: some sentences, learnt as one batch of one-hot vectors, each character from those before it.
///
/// ```swift
/// var tutorial = try Tutorial()
/// while !tutorial.isDone { print(try tutorial.step().loss) }
/// print(try tutorial.completion(of: "good"))  // good i am fine
/// ```
public struct Tutorial: Sendable {
  /// The three sentences that the tutorial learns.
  public static let usualSentences = ["hey how are you", "good i am fine", "have a nice day"]

  /// The sentences, filled up with spaces to the length of the longest.
  public let sentences: [String]
  /// The two dictionaries, from characters to numbers and back.
  public let tokenizer: Tokenizer
  /// The steps of the batch, T: one less than the length of the longest sentence.
  public let stepCount: Int
  private let data: TrainingData<LanguageModel.Batch>
  private var trainer: Trainer<LanguageModel>

  /// Prepares the tutorial with Adam, a learning rate of 0.01.
  ///
  /// - Parameters:
  ///   - sentences: what is learnt; one of them has two characters at least.
  ///   - cell: the kind of cell.
  ///   - hiddenSize: its units, H, 1 or more.
  ///   - epochs: how often the sentences are learnt, 1 or more.
  ///   - seed: the seed of the initial weights, as `torch.manual_seed`.
  /// - Throws: `TextError` if no sentence has two characters, `ModelError` for an impossible size.
  public init(
    _ sentences: [String] = usualSentences, cell: RecurrentCell = .rnnTanh, hiddenSize: Int = 12,
    epochs: Int = 100, seed: UInt64 = 0
  ) throws {
    let longest = sentences.map(\.count).max() ?? 0
    self.sentences = sentences.map { $0 + String(repeating: " ", count: longest - $0.count) }
    tokenizer = try Tokenizer(learning: TokenizerSettings(), from: self.sentences)
    let batches = try PaddedSentences(self.sentences, tokenizer: tokenizer)
    stepCount = batches.sequenceLength
    let batch = LanguageModel.Batch(try batches.batch(at: 0))
    data = TrainingData(stepsPerEpoch: 1) { _ in batch }
    let model = try LanguageModel(
      .init(cell: cell, hiddenSize: hiddenSize), tokenizer: tokenizer, seed: seed)
    trainer = Trainer(
      model,
      plan: TrainingPlan(epochs: epochs, optimizer: Adam(learningRate: 0.01), seed: seed))
  }

  /// The model so far.
  public var model: LanguageModel { trainer.model }
  /// How often the sentences are learnt.
  public var epochs: Int { trainer.plan.epochs }
  /// Whether they have been learnt so often.
  public var isDone: Bool { trainer.isDone(on: data) }

  /// Learns all sentences once.
  ///
  /// - Throws: `TrainingError` if the numbers are no longer finite.
  public mutating func step() throws -> StepReport { try trainer.step(on: data) }

  /// A text, gone on from to the length of the sentences, always with the likeliest character.
  ///
  /// - Throws: `TextError` if the text has a character that the sentences lack.
  public func completion(of start: String) throws -> String {
    let length = max(0, stepCount + 1 - start.count)
    return try start + model.generate(prompt: start, length: length, sampling: .greedy)
  }
}
