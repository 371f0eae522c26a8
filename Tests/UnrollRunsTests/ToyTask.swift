import Unroll

/// Many to one: which of two letters a word has more of. A line of the file is the word, a space and that letter.
///
/// This file is all that a task needs. Checkpoints, resuming, metrics, early stopping and the written model are the run's.
struct MajorityTask: LearningTask {
  struct Settings: TaskSettings {
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

    /// The scores of both letters, `[N, 2]`, of words `[T, N]`.
    func scores(_ words: Indices) -> Tensor { output(rnn(.oneHot(words)).state.hidden[0]) }

    func totalLoss(of batch: Batch, state: inout NoState, mode: inout Mode) -> Tensor {
      crossEntropy(scores(batch.words), batch.labels, reduction: .sum)
    }
  }

  struct Batch: TrainingBatch {
    /// `[T, N]` and `[N]`.
    let (words, labels): (Indices, Indices)
    var rowCount: Int { labels.count }
    var targetCount: Int { labels.count }

    func rows(_ range: Range<Int>) -> Batch {
      Batch(words: words.sliced(range, axis: 1), labels: labels.sliced(range, axis: 0))
    }
  }

  static let name = "majority"
  static let figureNames = ["accuracy"]
  let path: String
  let all: Batch
  /// Three quarters to learn from.
  var trainingCount: Int { all.rowCount * 3 / 4 }

  init(
    reading settings: RunSettings<Settings>, from: RunOrigin<MajorityTask>,
    processing: CorpusProcessing, note: (RunNote) -> Void
  ) throws {
    path = settings.task.file
    let lines = try TextFile(reading: path).text().split(separator: "\n")
    let letters = lines.map { line in line.filter { $0 != " " }.map { Int32($0 == "a" ? 0 : 1) } }
    let words = stack(letters.map { Indices(Array($0.dropLast())) }).transposed(0, 1)
    all = Batch(words: words, labels: Indices(letters.map { $0[5] }))
  }

  var sizes: DataSizes { DataSizes(tokenCount: all.words.count, distinctCount: 2) }
  var files: [String] { [path] }
  var identity: DataIdentity { DataIdentity([.init("examples", "\(all.words.values)")]) }

  func makeModel(_ settings: CompleteSettings<Settings>) throws -> Model {
    Model(hiddenSize: settings.sizes.hiddenSize, seed: settings.settings.seed)
  }

  func batches(
    _ settings: CompleteSettings<Settings>, _ note: (RunNote) -> Void
  ) -> TaskBatches<Batch> {
    let (all, size) = (all, settings.sizes.batchSize)
    let count = trainingCount / size
    return TaskBatches(
      TrainingData(stepsPerEpoch: count) { all.rows($0 % count * size..<($0 % count + 1) * size) },
      batchSize: size)
  }

  func has(_ part: HeldOutPart) -> Bool { part == .validation }

  func measure(_ model: Model, on part: HeldOutPart, _ progress: (Double) -> Bool) -> Measure? {
    let batch = all.rows(trainingCount..<all.rowCount)
    let right = (model.scores(batch.words).argmax() .== batch.labels).trueCount
    let accuracy = Double(right) / Double(batch.rowCount)
    return Measure(.init("accuracy", accuracy, isBetterWhenGreater: true))
  }
}
