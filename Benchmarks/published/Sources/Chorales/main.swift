// Which notes come next in Bach's chorales: one of 88 keys is pressed or not, whatever the others are.
//
//   swift run -c release Chorales JSB_Chorales.json [lstm|gru|rnn] [seed]
//
// The set-up of Bai, Kolter and Koltun 2018 (arXiv:1803.01271), table 1: two layers of 200 units, dropout 0.2, gradient norm 1. Prints
// the loss in nats per predicted time step; that on the test pieces is of the model that was best on the validation pieces.
import Foundation
import Unroll

/// Layers that read the keys pressed so far, and for each key the odds that it is pressed next.
struct NextNotes: Trainable {
  var layers: RecurrentStack
  var output: Linear
  @Frozen var dropout: Dropout

  init(_ cell: RecurrentCell, seed: UInt64) {
    var random = MersenneTwister(seed: seed)
    layers = RecurrentStack(
      .init(cell: cell, inputSize: 88, hiddenSize: 200, layerCount: 2, dropout: 0.2), using: &random
    )
    output = Linear(inputSize: 200, outputSize: 88, using: &random)
    dropout = Dropout(0.2)
  }

  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    layers.forEachParameter(under: "layers", visit)
    output.forEachParameter(under: "output", visit)
  }

  func totalLoss(of batch: Pieces, state: inout NoState, mode: inout Mode) -> Tensor {
    let read = layers(.vectors(batch.inputs), lengths: batch.lengths, mode: &mode).output
    let logits = output(dropout(read, mode: &mode))
    // Behind the end of a piece no key is pressed, and that is certain.
    return binaryCrossEntropy(
      logits.replacing(with: -200, where: batch.padding), batch.targets, reduction: .sum)
  }
}

/// Pieces side by side, each filled up with silence.
struct Pieces: TrainingBatch {
  /// Keys, `[T, N, 88]`; the targets are those of the next step.
  let inputs, targets: Tensor
  let lengths: [Int32]
  var rowCount: Int { lengths.count }
  var targetCount: Int { Int(lengths.reduce(0, +)) }
  /// `[T, N, 1]`.
  var padding: Mask {
    let mask = Mask(lengths: lengths, steps: inputs.shape[0])
    return .!Mask(mask.values, shape: [inputs.shape[0], rowCount, 1])
  }

  func rows(_ range: Range<Int>) -> Pieces {
    Pieces(
      inputs: inputs.sliced(range, axis: 1), targets: targets.sliced(range, axis: 1),
      lengths: Array(lengths[range]))
  }
}

extension Pieces {
  /// A piece of at least two time steps is the keys, 0 ..< 88, pressed at each.
  init(_ pieces: [[[Int]]]) {
    let steps = (pieces.map(\.count).max() ?? 1) - 1
    var (inputs, targets) = ([Float](repeating: 0, count: steps * pieces.count * 88), [Float]())
    targets = inputs
    for (row, piece) in pieces.enumerated() {
      for (step, keys) in piece.enumerated() {
        for key in keys {
          if step < piece.count - 1 { inputs[(step * pieces.count + row) * 88 + key] = 1 }
          if step > 0 { targets[((step - 1) * pieces.count + row) * 88 + key] = 1 }
        }
      }
    }
    let shape: Shape = [steps, pieces.count, 88]
    self.init(
      inputs: Tensor(inputs, shape: shape), targets: Tensor(targets, shape: shape),
      lengths: pieces.map { Int32($0.count - 1) })
  }
}

struct Chorales: Decodable {
  let traindata, validdata, testdata: [[[Int]]]
}

let arguments = CommandLine.arguments.dropFirst()
guard let path = arguments.first else {
  fatalError("usage: Chorales JSB_Chorales.json [lstm|gru|rnn] [seed]")
}
let cells: [String: RecurrentCell] = ["lstm": .lstm, "gru": .gru, "rnn": .rnnTanh]
let name = arguments.dropFirst().first ?? "lstm"
let seed = arguments.dropFirst(2).first.flatMap { UInt64($0) } ?? 0
guard let cell = cells[name] else { fatalError("No cell \(name): lstm, gru or rnn") }
let chorales = try JSONDecoder().decode(
  Chorales.self, from: Data(contentsOf: URL(filePath: path)))

let rows = 8
let pieces = chorales.traindata
let data = TrainingData(stepsPerEpoch: (pieces.count + rows - 1) / rows) { step in
  let stepsPerEpoch = (pieces.count + rows - 1) / rows
  var random = MersenneTwister(seed: seed &+ UInt64(step / stepsPerEpoch))
  let order = pieces.indices.shuffled(using: &random)
  return Pieces(order.dropFirst(step % stepsPerEpoch * rows).prefix(rows).map { pieces[$0] })
}
func loss(_ model: NextNotes, on pieces: [[[Int]]]) -> Double {
  let (nats, count) = model.totalLoss(ofBatches: 1) { _ in Pieces(pieces) }
  return nats / Double(count)
}

let start = ContinuousClock.now
var trainer = Trainer(
  NextNotes(cell, seed: seed),
  plan: TrainingPlan(
    epochs: 200, optimizer: Adam(learningRate: 2e-3),
    schedule: LearningRateSchedule(.plateau(Plateau(factor: 0.5, patience: 4))),
    gradientNormLimit: 1, patience: 20, seed: seed))
var best = trainer.model
try trainer.fit(
  on: data, validation: { loss($0, on: chorales.validdata) },
  onEpoch: { trainer, summary in
    if summary.isBest { best = trainer.model }
    guard let training = summary.trainingLoss, let validation = summary.validationLoss else {
      return
    }
    print(
      "epoch \(summary.epochs), training \(rounded(training)), validation \(rounded(validation))\(summary.isBest ? ", best" : "")"
    )
  })
print(
  "\(name), seed \(seed), \(trainer.stepCount) steps, \((ContinuousClock.now - start).components.seconds) s: "
    + "validation \(rounded(loss(best, on: chorales.validdata))), test \(rounded(loss(best, on: chorales.testdata))) nats per step"
)

func rounded(_ x: Double) -> String { String(format: "%.4f", x) }
