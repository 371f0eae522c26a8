import Testing
import UnrollFormats
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// Ten steps of every optimizer equal to PyTorch's.
struct OptimizerGoldenTests {
  static let golden = Result { try GoldenFile("optimizers") }

  @Test(arguments: try golden.get().cases)
  func tenStepsAreThoseOfPyTorch(_ golden: GoldenFile.Case) throws {
    let names = ["weight", "bias"]
    var model = try NamedTensors(names) { try golden.file.tensor("initial/\($0)") }
    var optimizer = try Self.optimizer(golden.settings)
    for step in 0..<10 {
      let gradient = try NamedTensors(names) { name in
        try golden.file.tensor("gradient/\(name)").element(step)
      }
      optimizer.update(&model, along: gradient)
      for name in names {
        expectClose(
          model[name], try golden.tensor(name).element(step), relative: 1e-5, absolute: 1e-6,
          "\(golden.name)/\(name) after step \(step + 1)")
      }
    }
  }

  /// Biases that are not decayed move as without weight decay, matrices as with it.
  @Test(
    arguments: [
      { Adam(learningRate: 0.1, weightDecay: 0.3, decaysBiases: $0) },
      { AdamW(learningRate: 0.1, weightDecay: 0.3, decaysBiases: $0) },
      { SGD(learningRate: 0.1, momentum: 0.5, weightDecay: 0.3, decaysBiases: $0) },
      { RMSprop(learningRate: 0.1, weightDecay: 0.3, decaysBiases: $0) },
      { Adagrad(learningRate: 0.1, weightDecay: 0.3, decaysBiases: $0) },
    ] as [@Sendable (Bool) -> any Optimizer])
  func biasesCanBeLeftAlone(_ make: @Sendable (Bool) -> any Optimizer) throws {
    let golden = try Self.golden.get()
    let names = ["weight", "bias"]
    func moved(_ optimizer: any Optimizer) throws -> NamedTensors {
      var (model, optimizer) = (
        try NamedTensors(names) { try golden.tensor("initial/\($0)") }, optimizer
      )
      for step in 0..<3 {
        optimizer.update(
          &model,
          along: try NamedTensors(names) { try golden.tensor("gradient/\($0)").element(step) })
      }
      return model
    }
    let (all, matrices) = (try moved(make(true)), try moved(make(false)))
    #expect(all["weight"] == matrices["weight"] && all["bias"] != matrices["bias"])
  }

  private static func optimizer(_ golden: JSON.Field) throws -> any Optimizer {
    let settings = try golden["settings"]
    func number(_ key: String) throws -> Double { try settings[key].double() }
    func beta(_ index: Int) throws -> Double { try settings["betas"].array()[index].double() }
    switch try golden["optimizer"].string() {
    case "sgd":
      return SGD(
        learningRate: try number("lr"), momentum: try number("momentum"),
        dampening: try number("dampening"), weightDecay: try number("weight_decay"),
        nesterov: try settings["nesterov"].boolean())
    case "rmsprop":
      return RMSprop(
        learningRate: try number("lr"), smoothing: try number("alpha"),
        epsilon: try number("eps"), weightDecay: try number("weight_decay"),
        momentum: try number("momentum"), centered: try settings["centered"].boolean())
    case "adam":
      return Adam(
        learningRate: try number("lr"), beta1: try beta(0), beta2: try beta(1),
        epsilon: try number("eps"), weightDecay: try number("weight_decay"),
        amsgrad: try settings["amsgrad"].boolean())
    case "adamw":
      return AdamW(
        learningRate: try number("lr"), beta1: try beta(0), beta2: try beta(1),
        epsilon: try number("eps"), weightDecay: try number("weight_decay"),
        amsgrad: try settings["amsgrad"].boolean())
    case "adagrad":
      return Adagrad(
        learningRate: try number("lr"), learningRateDecay: try number("lr_decay"),
        weightDecay: try number("weight_decay"),
        initialAccumulator: try number("initial_accumulator_value"), epsilon: try number("eps"))
    case let name: throw UnknownOptimizer(name: name)
    }
  }

  private struct UnknownOptimizer: Error { let name: String }
}

extension Tensor {
  /// What is at one place of the first axis.
  func element(_ index: Int) -> Tensor {
    sliced(index..<index + 1, axis: 0).reshaped(Shape(shape.dropFirst()))
  }
}
