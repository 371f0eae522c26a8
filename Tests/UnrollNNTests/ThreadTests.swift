import Testing
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// The number of threads changes no bit of a training step.
struct ThreadTests {
  /// Large enough that every operation of a step has work for more than one thread.
  private struct Model: Module {
    var embedding: Embedding
    var rnn: RecurrentStack
    var output: Linear

    init(_ cell: RecurrentCell, isBidirectional: Bool, projectionSize: Int) {
      var random = MersenneTwister(seed: 1)
      embedding = Embedding(vocabularySize: 300, embeddingSize: 70, using: &random)
      rnn = RecurrentStack(
        .init(
          cell: cell, inputSize: 70, hiddenSize: 90, layerCount: 2, dropout: 0.2,
          isBidirectional: isBidirectional, projectionSize: projectionSize), using: &random)
      output = Linear(
        inputSize: rnn.configuration.outputSize, outputSize: 300, using: &random)
    }

    mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
      embedding.forEachParameter(under: "embedding", visit)
      rnn.forEachParameter(under: "rnn", visit)
      output.forEachParameter(under: "fc", visit)
    }

    func loss(_ tokens: Indices, _ targets: Indices, lengths: [Int32]) -> Tensor {
      var mode = Mode.training(RandomStream(seed: 2, purpose: .dropout))
      let result = rnn(
        embedding(tokens), lengths: lengths, mode: &mode)
      return crossEntropy(output(result.output), targets)
    }
  }

  @Test(arguments: [
    (RecurrentCell.rnnTanh, false, 0), (.rnnReLU, true, 0), (.lstm, false, 0), (.lstm, true, 50),
    (.gru, false, 0), (.gru, true, 0),
  ])
  func trainingStepHasTheSameBitsOnAnyNumberOfThreads(
    _ cell: RecurrentCell, isBidirectional: Bool, projectionSize: Int
  ) {
    let (steps, rows) = (11, 29)
    let tokens = Indices.random([steps, rows], below: 300, seed: 3)
    let targets = Indices.random([steps, rows], below: 300, seed: 4)
    let lengths = (0..<rows).map { Int32(1 + $0 * 7 % steps) }
    func step(threads: Int) -> (loss: Tensor, norm: Double, model: Model) {
      Threads.withCount(threads) {
        var model = Model(cell, isBidirectional: isBidirectional, projectionSize: projectionSize)
        var (loss, gradient) = valueAndGradient(of: model) {
          $0.loss(tokens, targets, lengths: lengths)
        }
        let norm = gradient.clipNorm(to: 0.5)
        var adam = Adam(learningRate: 0.01)
        adam.update(&model, along: gradient)
        return (loss, norm, model)
      }
    }
    let one = step(threads: 1)
    for threads in [2, 3] {
      let many = step(threads: threads)
      expectEqualBits(many.loss, one.loss, "the loss on \(threads) threads")
      #expect(many.norm == one.norm)
      for ((name, a), (_, b)) in zip(many.model.parameters, one.model.parameters) {
        expectEqualBits(a, b, "\(name) on \(threads) threads")
      }
    }
  }
}
