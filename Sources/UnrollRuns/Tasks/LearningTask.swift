public import UnrollModels
public import UnrollNN
public import UnrollText
public import UnrollTraining

/// What is learned: it joins data, a model and a measure. A run knows nothing else of it.
///
/// A task supplies only what is its own: how its files become batches, its model, its measures, its sample. Checkpoints, resuming,
/// metrics, early stopping, interruption and the written model are the run's.
public protocol LearningTask: Sendable {
  /// The model that learns.
  associatedtype Model: StoredModel & Trainable
  /// What the task can be asked for, beside the settings of every run.
  associatedtype Settings: TaskSettings

  /// The name under which checkpoints know the task.
  static var name: String { get }

  /// The names of the figures of its measures: `loss`, `bitsPerByte`.
  static var figureNames: [String] { get }

  /// Reads the data that the settings name.
  ///
  /// - Parameters:
  ///   - settings: what the run is asked for.
  ///   - origin: what the run begins from. Where it goes on, the vocabularies of that model hold; where it begins with the weights
  ///     of a model, that model's vocabularies are extended.
  ///   - processing: how texts are worked through.
  ///   - note: is given what the user should know.
  /// - Throws: what is wrong with the data, by file and place.
  init(
    reading settings: RunSettings<Settings>, from origin: RunOrigin<Self>,
    processing: CorpusProcessing, note: (RunNote) -> Void
  ) throws

  /// How much data there is; sizes that the settings leave open follow from it.
  var sizes: DataSizes { get }

  /// Sizes that suit the data, for those that the settings leave open.
  var advice: RunSizes { get }

  /// The files that the data came from, which no output may replace.
  var files: [String] { get }

  /// Digests of the data, which a run that goes on must meet again.
  var identity: DataIdentity { get throws }

  /// A model with the initial values that the seed gives.
  ///
  /// - Throws: `ModelError` if it is impossible.
  func makeModel(_ settings: CompleteSettings<Settings>) throws -> Model

  /// Whether the models that it makes have weights of another model already, beside what a run begins from.
  var makesModelsFromAnother: Bool { get }

  /// Takes over the weights of another model, for a run that begins with them.
  ///
  /// - Throws: `ModelError` if the model is of another architecture.
  func adopt(_ initial: Model, into model: inout Model, _ note: (RunNote) -> Void) throws

  /// What a model takes, before it is made; `nil` if the task cannot tell.
  ///
  /// - Throws: `ModelError` if the model is impossible.
  func demand(_ settings: CompleteSettings<Settings>) throws -> ModelDemand?

  /// The batches to learn from; the order is a function of the seed and the step.
  func batches(
    _ settings: CompleteSettings<Settings>, _ note: (RunNote) -> Void
  ) throws -> TaskBatches<Model.Batch>

  /// How good a model is on a part that it did not learn from; `nil` if there is no such part, or if `shouldStop` said so.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - part: which part.
  ///   - progress: is told the share that is done and says whether to stop.
  func measure(
    _ model: Model, on part: HeldOutPart, _ progress: (Double) -> Bool
  ) throws -> Measure?

  /// Whether there is such a part.
  func has(_ part: HeldOutPart) -> Bool

  /// What the model does, for a person to look at; `nil` if there is nothing to show.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - length: about how many tokens to show.
  ///   - seed: what is drawn from.
  ///   - goesOn: is asked again and again; where it says no, what is there is enough.
  func sample(
    of model: Model, length: Int, seed: UInt64, while goesOn: () -> Bool
  ) throws -> String?

  /// A last sentence about the written model; `nil` if there is none, or `goesOn` says no before it is known.
  func remark(on model: Model, seed: UInt64, while goesOn: () -> Bool) throws -> RunNote?
}

extension LearningTask {
  /// Sizes that suit a text.
  public var advice: RunSizes { RunSizes(adviceFor: sizes) }
  /// They have initial values.
  public var makesModelsFromAnother: Bool { false }
  /// Begins with the other model as it is.
  public func adopt(_ initial: Model, into model: inout Model, _ note: (RunNote) -> Void) throws {
    model = initial
  }
  /// Nothing is known.
  public func demand(_ settings: CompleteSettings<Settings>) throws -> ModelDemand? { nil }
  /// There is nothing to show.
  public func sample(
    of model: Model, length: Int, seed: UInt64, while goesOn: () -> Bool
  ) throws -> String? { nil }
  /// There is nothing to say.
  public func remark(
    on model: Model, seed: UInt64, while goesOn: () -> Bool
  ) throws -> RunNote? { nil }
}

/// The batches of a task and their shape.
public struct TaskBatches<Batch: TrainingBatch> {
  /// The batches by step.
  public let data: TrainingData<Batch>
  /// N, the greatest number of rows.
  public let batchSize: Int
  /// T, the greatest number of steps; 1 where there is no time.
  public let sequenceLength: Int

  /// Creates batches of a shape.
  public init(_ data: TrainingData<Batch>, batchSize: Int, sequenceLength: Int = 1) {
    self.data = data
    self.batchSize = batchSize
    self.sequenceLength = sequenceLength
  }
}
