// The adding problem: T random numbers are read, two of them marked, one in each half; what is their sum?
//
//   swift run -c release Adding [lstm|gru|rnn] [T] [steps] [seed]
//
// The set-up of Bai, Kolter and Koltun 2018 (arXiv:1803.01271), section 4: numbers uniform in 0 ... 1, 50,000 examples to learn from and 1,000
// others, batches of 32, about 70,000 parameters. Prints the mean squared error on the others; who always says 1 has 0.1667.
import Foundation
import Unroll

struct Adder: Trainable {
  var layer: RecurrentStack
  var output: Linear

  init(_ cell: RecurrentCell, hiddenSize: Int, seed: UInt64) {
    var random = MersenneTwister(seed: seed)
    layer = RecurrentStack(
      .init(cell: cell, inputSize: 2, hiddenSize: hiddenSize), using: &random)
    output = Linear(inputSize: hiddenSize, outputSize: 1, using: &random)
  }

  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    layer.forEachParameter(under: "layer", visit)
    output.forEachParameter(under: "output", visit)
  }

  func totalLoss(of batch: Sums, state: inout NoState, mode: inout Mode) -> Tensor {
    let last = layer.finalState(over: .vectors(batch.numbers), mode: &mode).hidden[0]
    return meanSquaredError(output(last), batch.sums, reduction: .sum)
  }
}

/// Sequences side by side.
struct Sums: TrainingBatch {
  /// A number and 1 where it is marked, `[T, N, 2]`.
  let numbers: Tensor
  /// `[N, 1]`.
  let sums: Tensor
  var rowCount: Int { sums.shape[0] }
  var targetCount: Int { rowCount }

  func rows(_ range: Range<Int>) -> Sums {
    Sums(numbers: numbers.sliced(range, axis: 1), sums: sums.sliced(range, axis: 0))
  }
}

extension Sums {
  /// Examples of these numbers, each a function of its own number alone.
  init(_ examples: Range<Int>, steps: Int) {
    var numbers = [Float](repeating: 0, count: steps * examples.count * 2)
    var sums = [Float](repeating: 0, count: examples.count)
    for (row, example) in examples.enumerated() {
      var random = MersenneTwister(seed: UInt64(example))
      let marked = [
        Int.random(in: 0..<steps / 2, using: &random),
        Int.random(in: steps / 2..<steps, using: &random),
      ]
      for step in 0..<steps {
        let (number, place) = (
          Float.random(in: 0..<1, using: &random), (step * examples.count + row) * 2
        )
        numbers[place] = number
        if marked.contains(step) {
          numbers[place + 1] = 1
          sums[row] += number
        }
      }
    }
    self.init(
      numbers: Tensor(numbers, shape: [steps, examples.count, 2]),
      sums: Tensor(sums, shape: [examples.count, 1]))
  }
}

func argument(_ number: Int, or usual: Int) -> Int {
  guard CommandLine.arguments.count > number else { return usual }
  guard let value = Int(CommandLine.arguments[number]), value >= 0 else {
    fatalError("usage: Adding [lstm|gru|rnn] [T] [steps] [seed]")
  }
  return value
}

// As many units as about 70,000 parameters allow.
let cells: [String: (RecurrentCell, Int)] = [
  "lstm": (.lstm, 130), "gru": (.gru, 150), "rnn": (.rnnTanh, 262),
]
let name = CommandLine.arguments.dropFirst().first ?? "gru"
guard let (cell, hiddenSize) = cells[name] else { fatalError("No cell \(name): lstm, gru or rnn") }
let (length, stepLimit, seed) = (argument(2, or: 600), argument(3, or: 10_000), argument(4, or: 0))
guard length >= 2, stepLimit > 0 else {
  fatalError("At least two numbers are read, and at least one step taken")
}

let (rows, examples) = (32, 50_000)
let stepsPerEpoch = examples / rows
let data = TrainingData(stepsPerEpoch: stepsPerEpoch) { step in
  let first = step % stepsPerEpoch * rows
  return Sums(first..<first + rows, steps: length)
}
let others = Sums(examples..<examples + 1_000, steps: length)
func error(_ model: Adder) -> Double {
  let (squares, count) = model.totalLoss(ofBatches: 1) { _ in others }
  return squares / Double(count)
}

let start = ContinuousClock.now
var trainer = Trainer(
  Adder(cell, hiddenSize: hiddenSize, seed: UInt64(seed)),
  plan: TrainingPlan(
    epochs: (stepLimit + stepsPerEpoch - 1) / stepsPerEpoch, optimizer: Adam(learningRate: 2e-3),
    schedule: LearningRateSchedule(.cosine(final: 0.02)), gradientNormLimit: 1, stepLimit: stepLimit
  ))
try trainer.fit(
  on: data,
  onStep: { trainer, report in
    guard trainer.stepCount % 250 == 0 else { return }
    print("step \(trainer.stepCount), training \(report.loss), others \(error(trainer.model))")
  })
print(
  "\(name), T = \(length), seed \(seed), \(trainer.stepCount) steps, \((ContinuousClock.now - start).components.seconds) s: "
    + "mean squared error \(error(trainer.model))")
