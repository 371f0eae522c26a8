import Testing
import Unroll
import UnrollTestSupport

/// Read this first: a model, its gradients and its training, all equal to PyTorch's, on one page.
///
/// The model is that of a well-known introduction to recurrent networks: it reads a sentence character by character and guesses
/// the next one. Shapes: T steps, N sentences, V characters, H units.
struct StartHereTests {
  /// A model is a value with parameters. This one goes from one-hot characters through an Elman layer to a score for each character.
  struct NextCharacter: Trainable {
    var rnn: RNN
    var fc: Linear

    /// The initial values are those that PyTorch draws after `torch.manual_seed(seed)`.
    init(vocabularySize: Int, hiddenSize: Int, seed: UInt64) {
      var random = MersenneTwister(seed: seed)
      rnn = RNN(inputSize: vocabularySize, hiddenSize: hiddenSize, using: &random)
      fc = Linear(inputSize: hiddenSize, outputSize: vocabularySize, using: &random)
    }

    /// Names every parameter, as PyTorch's `state_dict` does. All else finds the parameters through this.
    mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
      rnn.forEachParameter(under: "rnn", visit)
      fc.forEachParameter(under: "fc", visit)
    }

    /// Tokens `[T, N]` to scores `[T, N, V]`: over sequences the recurrent layer keeps a state of its own, at first zeros.
    func scores(_ tokens: Indices) -> Tensor { fc(rnn(.oneHot(tokens)).output) }

    /// What training makes small: how surprising the right characters are, in nats, all together.
    func totalLoss(
      of batch: LanguageModel.Batch, state: inout NoState, mode: inout Mode
    ) -> Tensor {
      crossEntropy(scores(batch.inputs), batch.targets, reduction: .sum)
    }
  }

  static let sentences = ["hey how are you", "good i am fine", "have a nice day"]
  /// The mean losses that PyTorch prints after 10, 20, … 100 steps.
  static let losses = [
    2.4077513, 2.1376796, 1.7489936, 1.3885988, 1.0772405, 0.7900613, 0.5519831, 0.3786129,
    0.2649259, 0.1957673,
  ]

  @Test func gradientsAndLossesAreThoseOfPyTorch() throws {
    // Text into tokens: all three sentences, filled up with spaces, are one batch of T = 14 and N = 3.
    let tokenizer = try Tokenizer(learning: TokenizerSettings(), from: Self.sentences)
    let sentences = try PaddedSentences(Self.sentences, tokenizer: tokenizer)
    let batch = LanguageModel.Batch(try sentences.batch(at: 0))
    let model = NextCharacter(
      vocabularySize: tokenizer.vocabulary.count, hiddenSize: 12, seed: 0)

    // A gradient is a value of the model's own type: one number for each number of each parameter.
    let (loss, gradient) = valueAndGradient(of: model) { model in
      crossEntropy(model.scores(batch.inputs), batch.targets)
    }
    let expected = try Golden.json("start-here.json")["gradients"]
    for (name, value) in gradient.parameters {
      let numbers = try expected[name].array().map { Float(try $0.double()) }
      expectClose(value, Tensor(numbers, shape: value.shape), "the gradient of \(name)")
    }

    // The trainer takes such a gradient in each step, and Adam moves the parameters along it.
    let plan = TrainingPlan(epochs: 100, optimizer: Adam(learningRate: 0.01))
    var trainer = Trainer(model, plan: plan)
    var losses: [Double] = []
    try trainer.fit(
      on: TrainingData(stepsPerEpoch: 1) { _ in batch },
      onStep: { _, report in losses.append(report.loss) })
    #expect(losses[0] == Double(loss.scalar))
    for (index, expected) in Self.losses.enumerated() {
      #expect(abs(losses[10 * index + 9] - expected) <= 1e-4)
    }

    // The trained model writes: each character is read in one step, and the likeliest comes next.
    var text = "good"
    var (scores, state) = trainer.model.rnn(.oneHot(try tokens(text, tokenizer)))
    scores = scores[-1]
    while text.count < 15 {
      let likeliest = trainer.model.fc(scores).argmax()
      text += tokenizer.decode(likeliest.values)
      (scores, state) = trainer.model.rnn.step(.oneHot(likeliest), state: state)
    }
    #expect(text == "good i am fine ")
  }

  private func tokens(_ text: String, _ tokenizer: Tokenizer) throws -> Indices {
    let tokens = try tokenizer.encode(text)
    return Indices(tokens, shape: [tokens.count, 1])
  }
}
