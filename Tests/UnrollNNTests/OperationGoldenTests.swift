import Testing
import UnrollFormats
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// Layer norm, softmax, embedding and gradient clipping equal to PyTorch's.
struct OperationGoldenTests {
  static let operations = Result { try GoldenFile("operations") }
  static let clipping = Result { try GoldenFile("clipping") }

  @Test(arguments: try operations.get().cases)
  func resultsAndGradientsAreThoseOfPyTorch(_ golden: GoldenFile.Case) throws {
    let settings = golden.settings
    let operation = try settings["operation"].string()
    switch operation {
    case "layer-norm":
      let epsilon = Float(try settings["epsilon"].double())
      if try settings["affine"].boolean() {
        try expectGolden(golden, ["input", "weight", "bias"]) {
          layerNorm($0["input"], weight: $0["weight"], bias: $0["bias"], epsilon: epsilon)
        }
      } else {
        try expectGolden(golden, ["input"]) {
          let width = $0["input"].shape[2]
          return layerNorm(
            $0["input"], weight: Tensor(repeating: 1, shape: [width]), bias: Tensor(zeros: [width]),
            epsilon: epsilon)
        }
      }
    case "softmax": try expectGolden(golden, ["input"]) { softmax($0["input"]) }
    case "log-softmax": try expectGolden(golden, ["input"]) { logSoftmax($0["input"]) }
    case "embedding":
      let tokens = Indices(try settings["indices"].indices(), shape: [3, 3])
      let padding = try settings["paddingIndex"].ifPresent?.integer()
      try expectGolden(golden, ["weight"]) {
        Embedding(weight: $0["weight"], paddingIndex: padding)(tokens)
      }
    default: Issue.record("The operation \(operation) is not tested")
    }
  }

  private func expectGolden(
    _ golden: GoldenFile.Case, _ operands: [String], _ operation: (NamedTensors) -> Tensor
  ) throws {
    let upstream = try golden.tensor("upstream")
    var output = Tensor(0)
    let (_, gradient) = valueAndGradient(of: try NamedTensors(operands, golden.tensor)) {
      output = operation($0)
      return (output * upstream).sum()
    }
    expectClose(output, try golden.tensor("output"), "\(golden.name)/output")
    for (name, value) in gradient.parameters {
      expectClose(value, try golden.tensor("gradient/\(name)"), "\(golden.name)/gradient/\(name)")
    }
  }

  /// PyTorch's other norm, that of the greatest element, is not offered.
  @Test(arguments: try clipping.get().cases.filter { !$0.name.hasPrefix("norm-maximum") })
  func clippingIsThatOfPyTorch(_ golden: GoldenFile.Case) throws {
    let names = ["a", "b", "c"]
    var gradient = try NamedTensors(names) { try golden.file.tensor("before/\($0)") }
    let limit = try golden.settings["limit"].double()
    if try golden.settings["method"].string() == "norm" {
      let norm = gradient.clipNorm(to: limit)
      expectClose(Tensor([Float(norm)], shape: [1]), try golden.tensor("norm"), golden.name)
    } else {
      gradient.clipValues(to: limit)
    }
    for name in names { expectClose(gradient[name], try golden.tensor(name), golden.name) }
  }
}
