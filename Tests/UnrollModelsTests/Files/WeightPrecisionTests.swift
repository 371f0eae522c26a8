import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollTestSupport

@Suite struct WeightPrecisionTests {
  @Test(arguments: [WeightPrecision.float16, .bfloat16])
  func smallerFileIsHalfAsLargeAndHoldsTheNearestWeights(precision: WeightPrecision) throws {
    let folder = try TemporaryFolder()
    let model = try Variant.all[1].model()
    try model.write(to: folder("whole"))
    try model.write(to: folder("small"), precision: precision)
    let bytesSaved = try folder.bytes(of: "whole").count - folder.bytes(of: "small").count
    #expect(abs(bytesSaved - 2 * model.parameterCount) <= 64)
    let loaded = try LanguageModel(contentsOf: folder("small"))
    for ((name, stored), (_, weight)) in zip(loaded.parameters, model.parameters) {
      let rounded = weight.elements.map {
        precision == .float16
          ? Float(float16Bits: $0.float16Bits) : Float(bfloat16Bits: $0.bfloat16Bits)
      }
      expectEqualBits(stored, Tensor(rounded, shape: weight.shape), name)
    }
    // Rounding what is rounded changes nothing.
    try loaded.write(to: folder("again"), precision: precision)
    #expect(try folder.bytes(of: "again") == folder.bytes(of: "small"))
  }

  @Test(arguments: [
    (WeightPrecision.float16, Float(65_519), Float(65_520)),
    (.bfloat16, Float(0x1.FEFFFEp127), Float.greatestFiniteMagnitude),
  ])
  func weightBeyondThePrecisionIsRefusedWithItsTensor(
    precision: WeightPrecision, largest: Float, beyond: Float
  ) throws {
    let folder = try TemporaryFolder()
    var model = try Variant.all[0].model()
    func set(_ value: Float) {
      model.forEachParameter { name, parameter in
        if name == "fc.weight" { parameter.withUnsafeMutableElements { $0[3] = value } }
      }
    }
    set(-largest)
    try model.write(to: folder("model"), precision: precision)
    let before = try folder.bytes(of: "model")
    set(-beyond)
    let error = #expect(throws: ParameterError.self) {
      try model.write(to: folder("model"), precision: precision)
    }
    #expect(error?.code == .notRepresentable)
    #expect(error?.message.contains("the tensor fc.weight has the number -") == true)
    #expect(try folder.bytes(of: "model") == before)
    try model.write(to: folder("model"))
  }
}
