import Testing
import UnrollFormats
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// Losses and their gradients equal to PyTorch's.
struct LossGoldenTests {
  static let golden = Result { try GoldenFile("losses") }

  @Test(arguments: try golden.get().cases(where: "loss", is: "cross-entropy"))
  func crossEntropyIsThatOfPyTorch(_ golden: GoldenFile.Case) throws {
    let settings = golden.settings
    let targets = try settings["targets"].indices()
    let weights = try settings["weighted"].boolean() ? golden.file.tensor("class-weights") : nil
    let ignored = Int32(try settings["ignoredTarget"].integer())
    let smoothing = Float(try settings["labelSmoothing"].double())
    let isMean = try settings["reduction"].string() == "mean"
    try expectGolden(golden, at: try settings["logits"].string()) { logits in
      crossEntropy(
        logits, Indices(targets, shape: [targets.count]), ignored: ignored, classWeights: weights,
        labelSmoothing: smoothing, reduction: isMean ? .mean : .sum)
    }
  }

  @Test(arguments: [(LossReduction.mean, "mean"), (.sum, "sum")])
  func squaredErrorIsThatOfPyTorch(_ reduction: LossReduction, _ name: String) throws {
    let golden = try #require(
      try Self.golden.get().cases(where: "name", is: "mean-squared-error.\(name)").first)
    let target = try golden.file.tensor("target")
    try expectGolden(golden, at: "prediction") {
      meanSquaredError($0, target, reduction: reduction)
    }
  }

  @Test(arguments: [(LossReduction.mean, "mean"), (.sum, "sum")])
  func binaryCrossEntropyIsThatOfPyTorch(_ reduction: LossReduction, _ name: String) throws {
    let golden = try #require(
      try Self.golden.get().cases(where: "name", is: "binary-cross-entropy.unweighted.\(name)")
        .first)
    let labels = try golden.file.tensor("labels")
    try expectGolden(golden, at: "scores") { binaryCrossEntropy($0, labels, reduction: reduction) }
  }

  /// Where a network begins with zeros, or is quite sure: σ(x) − y over the number of elements.
  @Test func binaryCrossEntropyHasAGradientEverywhere() {
    let model: NamedTensors = ["scores": Tensor([0, 0, 200, -200], shape: [4])]
    let labels = Tensor([0, 1, 0, 1], shape: [4])
    let (loss, gradient) = valueAndGradient(of: model) {
      binaryCrossEntropy($0["scores"], labels)
    }
    expectClose(loss, Tensor((2 * 0.693_147_2 + 400) / 4))
    expectClose(gradient["scores"], Tensor([0.125, -0.125, 0.25, -0.25], shape: [4]))
  }

  @Test func meanOverIgnoredTargetsAloneIsNaNWithoutGradient() {
    let (loss, gradient) = valueAndGradient(
      of: ["logits": .random([3, 4], seed: 1)] as NamedTensors
    ) { crossEntropy($0["logits"], Indices([7, 7, 7], shape: [3]), ignored: 7) }
    #expect(loss.scalar.isNaN)
    #expect(gradient["logits"] == Tensor(zeros: [3, 4]))
  }

  private func expectGolden(
    _ golden: GoldenFile.Case, at name: String, _ loss: (Tensor) -> Tensor
  ) throws {
    let model = try NamedTensors([name]) { try golden.file.tensor($0) }
    let (value, gradient) = valueAndGradient(of: model) { loss($0[name]) }
    expectClose(value.reshaped([1]), try golden.tensor("loss"), "\(golden.name)/loss")
    expectClose(gradient[name], try golden.tensor("gradient"), "\(golden.name)/gradient")
  }
}
