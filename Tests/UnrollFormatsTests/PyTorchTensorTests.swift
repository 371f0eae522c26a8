import Testing
import UnrollFormats
import UnrollTestSupport

/// Elements of tensors, wherever they lie in their storage.
struct PyTorchTensorTests {
  private func tensor(
    _ kind: String, _ bytes: [UInt8], count: Int, offset: Int = 0, size: [Int], strides: [Int]
  ) throws -> PyTorchArchive.Tensor {
    let tensor = PickleBytes.tensor(
      .storage(kind, count: count), offset: offset, size: size, strides: strides)
    let file = StoredZip(
      pickle: PickleBytes.stateDictionary(tensor).pickle, storages: [("0", bytes)])
    return try #require(PyTorchArchive(bytes: file.bytes).tensors.first)
  }

  static let views: [(offset: Int, size: [Int], strides: [Int], values: [Float])] = [
    (0, [2, 3], [3, 1], [0, 1, 2, 3, 4, 5]),
    (0, [3, 2], [1, 3], [0, 3, 1, 4, 2, 5]),
    (2, [3], [2], [2, 4, 6]),
    (11, [], [], [11]),
    (11, [1, 1], [.max, .max], [11]),
    (1, [1, 2], [.max, 3], [1, 4]),
    (1, [2, 1, 2], [5, .max, 3], [1, 4, 6, 9]),
    (0, [2, 2, 3], [6, 3, 1], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    (0, [2, 2, 3], [1, 2, 4], [0, 4, 8, 2, 6, 10, 1, 5, 9, 3, 7, 11]),
    (0, [2, 3], [0, 1], [0, 1, 2, 0, 1, 2]),
    (12, [0], [1], []),
    (0, [3, 0], [1, 1], []),
  ]

  @Test(arguments: views.indices)
  func elementsAreGatheredRowByRow(_ index: Int) throws {
    let (offset, size, strides, values) = Self.views[index]
    let bytes = (0..<12).flatMap { littleEndian(Float($0).bitPattern) }
    let tensor = try tensor(
      "FloatStorage", bytes, count: 12, offset: offset, size: size, strides: strides)
    #expect(tensor.shape == size)
    #expect(try tensor.floats() == values)
  }

  static let kinds: [(kind: String, type: ElementType, bytes: [UInt8])] = [
    ("FloatStorage", .float32, [1.5, -2].flatMap { littleEndian(Float($0).bitPattern) }),
    ("DoubleStorage", .float64, [1.5, -2].flatMap { littleEndian(Double($0).bitPattern) }),
    ("HalfStorage", .float16, [1.5, -2].flatMap { littleEndian(Float($0).float16Bits) }),
    ("BFloat16Storage", .bfloat16, [1.5, -2].flatMap { littleEndian(Float($0).bfloat16Bits) }),
  ]

  @Test(arguments: kinds.indices)
  func floatsOfEachTypeAreRead(_ index: Int) throws {
    let (kind, type, bytes) = Self.kinds[index]
    // Both orders, so that the gathered path is taken too.
    for (size, strides, values) in [([2], [1], [1.5, -2]), ([1, 2], [9, 1], [1.5, -2])]
      as [([Int], [Int], [Float])]
    {
      let tensor = try tensor(kind, bytes, count: 2, size: size, strides: strides)
      #expect(tensor.elementType == type)
      #expect(try tensor.floats() == values)
      let error = #expect(throws: PyTorchError.self) { try tensor.integers() }
      #expect(error?.code == .wrongElementType)
    }
  }

  static let integers: [(kind: String, bytes: [UInt8], values: [Int])] = [
    ("LongStorage", littleEndian(Int64.min) + littleEndian(Int64.max), [.min, .max]),
    ("IntStorage", littleEndian(Int32(-5)) + littleEndian(Int32.max), [-5, 2_147_483_647]),
    ("ShortStorage", littleEndian(Int16(-5)) + littleEndian(Int16(7)), [-5, 7]),
    ("CharStorage", [0xFF, 7], [-1, 7]), ("ByteStorage", [0xFF, 7], [255, 7]),
    ("BoolStorage", [0, 1], [0, 1]),
  ]

  @Test(arguments: integers.indices)
  func integersOfEachTypeAreRead(_ index: Int) throws {
    let (kind, bytes, values) = Self.integers[index]
    let tensor = try tensor(kind, bytes, count: 2, size: [2], strides: [1])
    #expect(try tensor.integers() == values)
    let error = #expect(throws: PyTorchError.self) { try tensor.floats() }
    #expect(error?.code == .wrongElementType)
    #expect(error?.message.contains(#""w""#) == true)
  }

  @Test func tensorsMayShareAStorage() throws {
    let storage = PickleBytes.storage()
    let state = PickleBytes.dictionary([
      (.text("a"), .tensor(storage, size: [2])),
      (.text("b"), .tensor(storage, offset: 2, size: [2])),
    ])
    let file = try PyTorchArchive(bytes: StoredZip(state).bytes)
    #expect(try file.tensors.map { try $0.floats() } == [[1, 2], [3, 4]])
  }

  @Test func aStateDictionaryFindsItsTensors() throws {
    let weights = StateDictionary(
      try PyTorchArchive(bytes: StoredZip(.stateDictionary(.tensor())).bytes, source: "model.pt"))
    #expect(weights.source == "model.pt")
    #expect(try weights["w"]?.floats() == [1, 2, 3, 4])
    #expect(weights["v"] == nil)
  }

  @Test func filesAreReadOrMapped() throws {
    let folder = try TemporaryFolder()
    try folder.write(StoredZip(.stateDictionary(.tensor())).bytes, to: "model.pt")
    for mapped in [false, true] {
      let file = try PyTorchArchive(contentsOf: folder("model.pt"), mapped: mapped)
      #expect(try file.tensors[0].floats() == [1, 2, 3, 4])
    }
    #expect(throws: FileError.self) { try PyTorchArchive(contentsOf: folder("none.pt")) }
  }
}
