import Testing
import UnrollFormats
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// Parameters in safetensors files.
struct ModuleFileTests {
  private let module: NamedTensors = [
    "weight": .random([3, 4], seed: 1), "bias": .random([3], seed: 2),
    "empty": Tensor(zeros: [0, 2]), "scalar": Tensor(0.5),
  ]

  private func file(_ module: NamedTensors, _ precision: WeightPrecision = .float32) throws
    -> SafeTensors
  { try SafeTensors(bytes: module.tensors(as: precision).bytes(), source: "file") }

  @Test func loadedParametersAreThoseThatWereWritten() throws {
    var loaded: NamedTensors = [
      "weight": Tensor(zeros: [3, 4]), "bias": Tensor(zeros: [3]), "empty": Tensor(zeros: [0, 2]),
      "scalar": Tensor(0),
    ]
    try loaded.load(file(module))
    #expect(loaded.parameters.map(\.name) == module.parameters.map(\.name))
    for ((name, a), (_, b)) in zip(loaded.parameters, module.parameters) {
      expectEqualBits(a, b, name)
    }
  }

  @Test func prefixChoosesAmongSeveralModules() throws {
    var writer = SafeTensorsWriter()
    try writer.add(module, under: "first.")
    let other: NamedTensors = ["weight": Tensor(repeating: 2, shape: [1])]
    try writer.add(other, under: "second.")
    let both = try SafeTensors(bytes: writer.bytes())
    var loaded: NamedTensors = ["weight": Tensor(zeros: [1])]
    try loaded.load(both, under: "second.")
    #expect(loaded["weight"] == other["weight"])
    let error = #expect(throws: ParameterError.self) { try loaded.load(both) }
    #expect(error?.code == .mismatch)
    #expect(error?.message.contains("it lacks \"weight\"") == true)
  }

  @Test func allDifferencesAreListedAndTheModuleStaysAsItWas() throws {
    var other: NamedTensors = [
      "weight": Tensor(repeating: 7, shape: [4, 3]), "gain": Tensor(repeating: 7, shape: [2]),
      "scalar": Tensor(7),
    ]
    let before = other
    let error = #expect(throws: ParameterError.self) { try other.load(file(module)) }
    #expect(
      error?.message
        == "the tensors of 'file' are not those of the model: it lacks \"gain\"; \"weight\" is [3, 4] where [4, 3] is needed; the model has no place for \"bias\", \"empty\""
    )
    for ((name, a), (_, b)) in zip(other.parameters, before.parameters) {
      expectEqualBits(a, b, name)
    }
  }

  @Test func longListsAreCutOff() throws {
    let many = NamedTensors((0..<20).map { "t\($0)" }) { _ in Tensor(zeros: [1]) }
    var none: NamedTensors = [:]
    let error = #expect(throws: ParameterError.self) { try none.load(file(many)) }
    #expect(error?.message.hasSuffix("and 12 more") == true)
  }

  @Test(arguments: WeightPrecision.allCases, [Float.nan, .infinity, -.infinity])
  func numbersThatAreNotFiniteAreRefusedWithTheirTensor(
    _ precision: WeightPrecision, _ value: Float
  ) throws {
    var elements = [Float](repeating: 1, count: 200_000)
    elements[150_001] = value
    let module: NamedTensors = [
      "fine": Tensor(zeros: [2]), "long": Tensor(elements, shape: [200_000]),
    ]
    let error = #expect(throws: ParameterError.self) { try file(module, precision) }
    #expect(error?.code == .notFinite)
    #expect(error?.message.contains("the tensor long has numbers that are not finite") == true)
    var writer = SafeTensorsWriter()
    for (name, tensor) in module.parameters {
      try writer.add(
        name, shape: Array(tensor.shape), as: precision.elementType, values: tensor.elements)
    }
    let bytes = try SafeTensors(bytes: writer.bytes(), source: "file")
    var loaded: NamedTensors = ["fine": Tensor(zeros: [2]), "long": Tensor(zeros: [200_000])]
    let other = #expect(throws: ParameterError.self) { try loaded.load(bytes) }
    #expect(other?.code == .notFinite)
    #expect(other?.message.hasPrefix("'file' has weights that are not finite, in \"long\"") == true)
    #expect(loaded["long"] == Tensor(zeros: [200_000]))
  }

  @Test func weightsOfWholeNumbersAreRefused() throws {
    var writer = SafeTensorsWriter()
    try writer.add("weight", shape: [1], as: .int32, bytes: [0, 0, 0, 0])
    let file = try SafeTensors(bytes: writer.bytes())
    var module: NamedTensors = ["weight": Tensor(zeros: [1])]
    let error = #expect(throws: SafeTensorsError.self) { try module.load(file) }
    #expect(error?.code == .notFloatingPoint)
  }
}
