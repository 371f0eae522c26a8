import Testing
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// Exponential means of weights equal to those of PyTorch's `AveragedModel`.
struct AverageGoldenTests {
  @Test func meansAreThoseOfPyTorch() throws {
    let golden = try GoldenFile("averages")
    let (weights, means) = (try golden.tensor("weight"), try golden.tensor("mean"))
    var mean = NamedTensors(["weight"]) { _ in weights.element(0) }
    for step in 0..<10 {
      if step > 0 {
        mean.approach(NamedTensors(["weight"]) { _ in weights.element(step) }, by: 0.1)
      }
      expectClose(
        mean["weight"], means.element(step), relative: 1e-6, absolute: 1e-7,
        "after step \(step + 1)")
    }
  }
}
