import Unroll

/// Many to one: which of two letters a word has more of. A line of the file is the word, a space and that letter.
///
/// All that a task needs: this file. Checkpoints, resuming, metrics, early stopping and the written model are the run's.
struct MajorityTask: LearningTask {
  struct Settings: SettingsGroup {
    var file = ""
    static var table: [Setting<Settings>] { [Setting(path: "file", \.file)] }
  }

  struct Model: StoredModel, Trainable {
    static let kind = "majority"
    var rnn: RNN
    var output: Linear
    var entries: ModelEntries { ["hiddenSize": .integer(output.weight.shape[1])] }

    init(hiddenSize: Int, seed: UInt64) {
      var random = MersenneTwister(seed: seed)
      rnn = RNN(inputSize: 2, hiddenSize: hiddenSize, using: &random)
      output = Linear(inputSize: hiddenSize, outputSize: 2, using: &random)
    }

    init(entries: ModelEntries, parameter: (Shape) -> Tensor) throws {
      self.init(hiddenSize: try entries.integer("hiddenSize", in: 1...1024), seed: 0)
      forEachParameter { $1 = parameter($1.shape) }
    }

    mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
      rnn.forEachParameter(under: "rnn", visit)
      output.forEachParameter(under: "output", visit)
    }

    /// The scores of both letters, `[N, 2]`.
    func scores(_ words: Indices) -> Tensor { output(rnn(.oneHot(words)).state.hidden[0]) }

    func totalLoss(of batch: Batch, state: inout NoState, mode: inout Mode) -> Tensor {
      crossEntropy(scores(batch.words), batch.labels, reduction: .sum)
    }
  }

  struct Batch: TrainingBatch {
    /// `[T, N]`.
    let words: Indices
    /// `[N]`.
    let labels: Indices
    var rowCount: Int { labels.count }
    var targetCount: Int { labels.count }

    init(_ examples: some Collection<[Int32]>) {
      let examples = Array(examples)
      let steps = examples[0].count - 1
      words = Indices(
        (0..<steps).flatMap { t in examples.map { $0[t] } }, shape: [steps, examples.count])
      labels = Indices(examples.map { $0[steps] }, shape: [examples.count])
    }

    private init(_ words: Indices, _ labels: Indices) {
      (self.words, self.labels) = (words, labels)
    }

    func rows(_ range: Range<Int>) -> Batch {
      Batch(
        (range).map { row in
          (0..<words.shape[0]).map { words.values[$0 * rowCount + row] } + [labels.values[row]]
        })
    }
  }

  static let name = "majority"
  static let figureNames = ["accuracy"]
  let path: String
  let examples: [[Int32]]
  var training: ArraySlice<[Int32]> { examples.dropLast(examples.count / 4) }

  init(
    reading settings: RunSettings<Settings>, from: RunOrigin<MajorityTask>,
    processing: CorpusProcessing, note: (RunNote) -> Void
  )
    throws
  {
    path = settings.task.file
    let text = try TextFile(reading: path).text()
    examples = text.split(separator: "\n").map { $0.filter { $0 != " " }.map { $0 == "a" ? 0 : 1 } }
  }

  var sizes: DataSizes { DataSizes(tokenCount: examples.count * 5, distinctCount: 2) }
  var files: [String] { [path] }
  var identity: DataIdentity { DataIdentity([.init("examples", "\(examples)")]) }

  func makeModel(_ settings: CompleteSettings<Settings>) throws -> Model {
    Model(hiddenSize: settings.sizes.hiddenSize, seed: settings.settings.seed)
  }

  func batches(_ settings: CompleteSettings<Settings>, _ note: (RunNote) -> Void) -> TaskBatches<
    Batch
  > {
    let examples = Array(training), size = settings.sizes.batchSize
    return TaskBatches(
      TrainingData(stepsPerEpoch: examples.count / size) { step in
        Batch(
          examples[
            (step % (examples.count / size)) * size..<(step % (examples.count / size) + 1) * size])
      }, batchSize: size)
  }

  func has(_ part: HeldOutPart) -> Bool { part == .validation }

  func measure(_ model: Model, on part: HeldOutPart, _ progress: (Double) -> Bool) -> Measure? {
    let batch = Batch(examples.dropFirst(training.count))
    let scores = model.scores(batch.words).elements
    let right = batch.labels.values.indices.count {
      (scores[2 * $0 + 1] > scores[2 * $0]) == (batch.labels.values[$0] == 1)
    }
    return Measure(
      .init("accuracy", Double(right) / Double(batch.rowCount), isBetterWhenGreater: true))
  }
}
