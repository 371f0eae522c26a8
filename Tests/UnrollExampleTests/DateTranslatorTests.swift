import Testing
import Unroll

@Suite struct DateTranslatorTests {
  @Test func attentionLearnsToTranslateDates() {
    var model = DateTranslator(hiddenSize: 48, seed: 1)
    var adam = Adam(learningRate: 0.01)
    var dates = Dates(seed: 1)
    for _ in 0..<150 {
      let batch = dates.batch(of: 32)
      var (_, gradient) = valueAndGradient(of: model) { $0.loss(of: batch) }
      _ = gradient.clipNorm(to: 5)
      adam.update(&model, along: gradient)
    }
    let unseen = dates.batch(of: 200)
    let translated = model.translate(unseen.written, lengths: unseen.lengths)
    // A date counts where all of its characters are right.
    let wrong = (translated .!= unseen.iso).tensor.max(axis: 0).sum().scalar
    #expect(wrong <= 4)
  }

  /// Of each parameter along a direction, against what the loss does there.
  @Test func gradientIsThatOfTheLoss() {
    let model = DateTranslator(hiddenSize: 8, seed: 2)
    var dates = Dates(seed: 2)
    let batch = dates.batch(of: 5)
    let (_, gradient) = valueAndGradient(of: model) { $0.loss(of: batch) }
    var random = RandomStream(seed: 3, purpose: .shuffling)
    let step: Float = 0.005
    for (name, slopes) in gradient.parameters {
      let direction = Tensor(
        (0..<slopes.count).map { _ in Bool.random(using: &random) ? 1 : -1 }, shape: slopes.shape)
      func loss(_ distance: Float) -> Float {
        var moved = model
        moved.updateParameters { other, parameter in
          if other == name { parameter += distance * direction }
        }
        return moved.loss(of: batch).scalar
      }
      let expected = (loss(step) - loss(-step)) / (2 * step)
      let actual = (slopes * direction).sum().scalar
      let size = abs(slopes).sum().scalar
      #expect(size > 0, "\(name)")
      #expect(abs(actual - expected) <= 1e-4, "\(name): \(actual), \(expected)")
    }
  }

  /// What lies behind the end of a row changes nothing.
  @Test func paddingIsNeverLookedAt() {
    let model = DateTranslator(hiddenSize: 8, seed: 2)
    var dates = Dates(seed: 2)
    let batch = dates.batch(of: 5)
    let rows = batch.lengths.count
    let longer = concatenate(
      [batch.written, Indices(Array(repeating: 7, count: 3 * rows), shape: [3, rows])], axis: 0)
    #expect(
      model.translate(longer, lengths: batch.lengths)
        == model.translate(batch.written, lengths: batch.lengths))
  }
}
