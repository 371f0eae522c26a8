import Testing
import UnrollFormats
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// The operations of tensors and gradient clipping equal to PyTorch's.
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
    case "softmax":
      let axis = try settings["axis"].ifPresent?.integer() ?? -1
      try expectGolden(golden, ["input"]) { softmax($0["input"], axis: axis) }
    case "log-softmax": try expectGolden(golden, ["input"]) { logSoftmax($0["input"]) }
    case "embedding":
      let tokens = Indices(try settings["indices"].indices(), shape: [3, 3])
      let padding = try settings["paddingIndex"].ifPresent?.integer()
      try expectGolden(golden, ["weight"]) {
        Embedding(weight: $0["weight"], paddingIndex: padding)(tokens)
      }
    case "add": try expectGolden(golden, ["a", "b"]) { $0["a"] + $0["b"] }
    case "subtract": try expectGolden(golden, ["a", "b"]) { $0["a"] - $0["b"] }
    case "multiply": try expectGolden(golden, ["a", "b"]) { $0["a"] * $0["b"] }
    case "divide": try expectGolden(golden, ["a", "b"]) { $0["a"] / $0["b"] }
    case "square-root": try expectGolden(golden, ["input"]) { sqrt($0["input"]) }
    case "absolute": try expectGolden(golden, ["input"]) { abs($0["input"]) }
    case "sum", "mean", "max", "min": try expectReduction(operation, golden)
    case "top":
      let k = try settings["k"].integer()
      try expectGolden(golden, ["input"]) { $0["input"].topK(k).values }
      #expect(
        try golden.tensor("input").topK(k).indices.values == (try settings["indices"].indices()))
    case "replace":
      let mask = Mask(try settings["mask"].indices().map { $0 == 1 }, shape: [2, 3])
      let value = Float(try settings["value"].double())
      try expectGolden(golden, ["input"]) { $0["input"].replacing(with: value, where: mask) }
    default: Issue.record("The operation \(operation) is not tested")
    }
  }

  private func expectReduction(_ operation: String, _ golden: GoldenFile.Case) throws {
    let axis = try golden.settings["axis"].integer()
    let keepsAxis = try golden.settings["keepsAxis"].boolean()
    let input = try golden.tensor("input")
    let indices = try golden.settings["indices"].ifPresent?.indices()
    switch operation {
    case "sum":
      try expectGolden(golden, ["input"]) { $0["input"].sum(axis: axis, keepsAxis: keepsAxis) }
    case "mean":
      try expectGolden(golden, ["input"]) { $0["input"].mean(axis: axis, keepsAxis: keepsAxis) }
    case "max":
      try expectGolden(golden, ["input"]) { $0["input"].max(axis: axis, keepsAxis: keepsAxis) }
      #expect(input.argmax(axis: axis, keepsAxis: keepsAxis).values == indices)
    default:
      try expectGolden(golden, ["input"]) { $0["input"].min(axis: axis, keepsAxis: keepsAxis) }
      #expect(input.argmin(axis: axis, keepsAxis: keepsAxis).values == indices)
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
