import Foundation
import Testing
import UnrollFormats
import UnrollTestSupport

struct SafeTensorsTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Tensors of every type and odd shape.
  private func randomWriter(_ generator: inout SeededGenerator) throws -> (
    writer: SafeTensorsWriter, bytes: [String: [UInt8]], shapes: [String: [Int]]
  ) {
    var writer = SafeTensorsWriter()
    for index in 0..<Int.random(in: 0..<4, using: &generator) {
      writer.metadata["key \(index) é\""] = String(
        repeating: "\n€", count: Int.random(in: 0..<5, using: &generator))
    }
    var contents: [String: [UInt8]] = [:]
    var shapes: [String: [Int]] = [:]
    for index in 0..<Int.random(in: 0..<12, using: &generator) {
      let type = ElementType.allCases.randomElement(using: &generator) ?? .uint8
      var shape = (0..<Int.random(in: 0..<4, using: &generator)).map { _ in
        Int.random(in: 0..<4, using: &generator)
      }
      if type.bitCount < 8 { shape.append(4) }
      let count = shape.reduce(1, *) * type.bitCount / 8
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let name = "layer.\(index).\"weight\" ü"
      try writer.add(name, shape: shape, as: type, bytes: bytes)
      contents[name] = bytes
      shapes[name] = shape
    }
    return (writer, contents, shapes)
  }

  @Test(arguments: 0..<200)
  func whatIsWrittenReadsBackTheSame(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (writer, bytes, shapes) = try randomWriter(&generator)
    let file = try SafeTensors(bytes: writer.bytes())
    #expect(file.metadata == writer.metadata)
    #expect(Set(file.tensors.map(\.name)) == Set(bytes.keys))
    for tensor in file.tensors {
      #expect(tensor.withUnsafeBytes { [UInt8]($0) } == bytes[tensor.name])
      #expect(tensor.shape == shapes[tensor.name])
    }
  }

  @Test func writtenFileEqualsTheReferenceByteForByte() throws {
    var writer = SafeTensorsWriter(metadata: ["format": "pt"])
    try writer.add("b", shape: [2], values: [1, -2])
    try writer.add("c", shape: [], as: .int64, bytes: [7, 0, 0, 0, 0, 0, 0, 0])
    try writer.add("a", shape: [1], values: [0.5])
    let header =
      #"{"__metadata__":{"format":"pt"},"#
      + #""c":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"#
      + #""a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},"#
      + #""b":{"dtype":"F32","shape":[2],"data_offsets":[12,20]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    let data: [UInt8] = [7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x3F, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]
    #expect(try writer.bytes() == safeTensorsFile(padded) + data)
  }

  @Test func orderOfAddingDoesNotMatter() throws {
    var forward = SafeTensorsWriter(metadata: ["a": "1", "b": "2"])
    var backward = SafeTensorsWriter(metadata: ["b": "2", "a": "1"])
    let names = ["x", "y", "z", "é"]
    for name in names { try forward.add(name, shape: [1], values: [1]) }
    for name in names.reversed() { try backward.add(name, shape: [1], values: [1]) }
    #expect(try forward.bytes() == backward.bytes())
  }

  @Test func everyTensorIsAlignedInTheFile() throws {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<100 {
      let bytes = try randomWriter(&generator).writer.bytes()
      #expect(bytes[0] % 8 == 0)
      let count = bytes.count
      let file = try SafeTensors(bytes: bytes)
      var offset = count - file.tensors.reduce(0) { $0 + $1.byteCount }
      for tensor in file.tensors {
        #expect(offset % max(tensor.elementType.bitCount / 8, 1) == 0)
        offset += tensor.byteCount
      }
    }
  }

  // MARK: Floats

  static let floats: [Float] = [
    0, -0.0, 1, -2.5, .pi, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
  ]

  @Test func singlePrecisionIsExact() throws {
    var writer = SafeTensorsWriter()
    try writer.add("a", shape: [3, 3], values: Self.floats)
    let tensor = try SafeTensors(bytes: writer.bytes()).tensor(named: "a")
    #expect(try tensor.floats().map(\.bitPattern) == Self.floats.map(\.bitPattern))
  }

  @Test func reducedPrecisionIsRoundedOnceOverManyPieces() throws {
    var generator = SeededGenerator(seed: 4)
    // More than one piece of the writer, and the last one not full.
    let values = (0..<70_001).map { _ in Float.random(in: -2...2, using: &generator) }
    var writer = SafeTensorsWriter()
    try writer.add("half", shape: [70_001], as: .float16, values: values)
    try writer.add("brain", shape: [1, 70_001], as: .bfloat16, values: values)
    let file = try SafeTensors(bytes: writer.bytes())
    #expect(
      try file.tensor(named: "half").floats() == values.map { Float(float16Bits: $0.float16Bits) })
    #expect(
      try file.tensor(named: "brain").floats()
        == values.map { Float(bfloat16Bits: $0.bfloat16Bits) })
  }

  @Test func doublesAreRounded() throws {
    let values = [0.1, -1e300, 1e-300, 3]
    var writer = SafeTensorsWriter()
    try writer.add(
      "a", shape: [4], as: .float64, bytes: values.flatMap { littleEndian($0.bitPattern) })
    let tensor = try SafeTensors(bytes: writer.bytes()).tensor(named: "a")
    #expect(try tensor.floats() == [0.1, -.infinity, 0, 3])
  }

  @Test func unalignedFloatsAreRead() throws {
    // A header without padding, as others may write it.
    let header = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    for padding in 0..<8 {
      let bytes =
        safeTensorsFile(header + String(repeating: " ", count: padding))
        + littleEndian(Float(1.5).bitPattern)
      #expect(try SafeTensors(bytes: bytes).tensor(named: "a").floats() == [1.5])
    }
  }

  @Test func floatsAreCopiedIntoABuffer() throws {
    var writer = SafeTensorsWriter()
    try writer.add("a", shape: [9], values: Self.floats)
    try writer.add("empty", shape: [0, 5], as: .float16, values: [])
    let file = try SafeTensors(bytes: writer.bytes())
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: 9)
    defer { buffer.deallocate() }
    try file.tensor(named: "a").copy(to: buffer)
    #expect([Float](buffer) == Self.floats)
    #expect(try file.tensor(named: "empty").floats() == [])
  }

  @Test func elementsThatAreNoFloatsAreNotConverted() throws {
    for type in ElementType.allCases {
      var writer = SafeTensorsWriter()
      let bytes = [UInt8](repeating: 0, count: type.bitCount)
      try writer.add("a", shape: [8], as: type, bytes: bytes)
      let tensor = try SafeTensors(bytes: writer.bytes(), source: "f").tensor(named: "a")
      let error = safeTensorsError { _ = try tensor.floats() }
      let isFloat = [.float16, .bfloat16, .float32, .float64].contains(type)
      #expect(error?.code == (isFloat ? nil : .notFloatingPoint))
      if let error {
        #expect(
          error.message == "'f': the tensor \"a\" has elements of \(type.rawValue), "
            + "and F32, F16, BF16 or F64 is needed")
      }
    }
  }

  // MARK: Files

  @Test func fileIsReadAndMapped() throws {
    var writer = SafeTensorsWriter(metadata: ["k": "v"])
    try writer.add("a", shape: [9], values: Self.floats)
    try writer.write(to: folder("model.safetensors"))
    for mapped in [false, true] {
      let file = try SafeTensors(contentsOf: folder("model.safetensors"), mapped: mapped)
      #expect(file.metadata == ["k": "v"])
      #expect(try file.tensor(named: "a").floats() == Self.floats)
    }
    #expect(try folder.bytes(of: "model.safetensors") == writer.bytes())
  }

  @Test func mappedFileMayBeReplacedMeanwhile() throws {
    var writer = SafeTensorsWriter()
    try writer.add("a", shape: [9], values: Self.floats)
    try writer.write(to: folder("a"))
    let old = try SafeTensors(contentsOf: folder("a"), mapped: true).tensor(named: "a")
    var other = SafeTensorsWriter()
    try other.add("a", shape: [1], values: [1])
    try other.write(to: folder("a"))
    #expect(try old.floats() == Self.floats)
    #expect(try SafeTensors(contentsOf: folder("a")).tensor(named: "a").floats() == [1])
  }

  @Test func missingFileAndMissingTensorAreNamed() throws {
    #expect(fileError { _ = try SafeTensors(contentsOf: folder("a")) }?.code == .notFound)
    try SafeTensorsWriter().write(to: folder("a"))
    let file = try SafeTensors(contentsOf: folder("a"))
    #expect(file["x"] == nil)
    let error = safeTensorsError { _ = try file.tensor(named: "x") }
    #expect(error?.code == .missingTensor)
    #expect(
      error?.message == "'\(folder("a"))': there is no tensor \"x\" among the 0 of the file")
  }

  @Test func errorOfASourceLeavesTheOldFile() throws {
    struct Cancelled: Error {}
    try folder.write([1, 2, 3], to: "a")
    var writer = SafeTensorsWriter()
    try writer.add("a", shape: [1]) { _ in throw Cancelled() }
    #expect(throws: Cancelled.self) { try writer.write(to: folder("a")) }
    #expect(try folder.bytes(of: "a") == [1, 2, 3])
    #expect(try folder.names == ["a"])
  }

  @Test func takenAndReservedNamesAreRefused() throws {
    var writer = SafeTensorsWriter()
    try writer.add("a", shape: [1], values: [1])
    #expect(
      safeTensorsError { try writer.add("a", shape: [1], values: [1]) }?.code == .duplicateName)
    #expect(
      safeTensorsError { try writer.add("__metadata__", shape: [1], values: [1]) }?.code
        == .reservedName)
    #expect(try SafeTensors(bytes: writer.bytes()).tensors.count == 1)
  }

  @Test func fileThatCouldNotBeReadAgainIsNotWritten() throws {
    var many = SafeTensorsWriter()
    for index in 0...SafeTensors.maximumTensorCount {
      try many.add("\(index)", shape: [0], as: .uint8, bytes: [])
    }
    #expect(safeTensorsError { try many.write(to: folder("a")) }?.code == .tooManyTensors)
    let large = SafeTensorsWriter(
      metadata: ["k": String(repeating: "x", count: SafeTensors.maximumHeaderByteCount)])
    #expect(safeTensorsError { try large.write(to: folder("a")) }?.code == .headerTooLarge)
    #expect(try folder.names == [])
  }

  // MARK: Hostile bytes

  private func sampleBytes() throws -> [UInt8] {
    var writer = SafeTensorsWriter(metadata: ["format": "pt", "note": "é"])
    try writer.add("a", shape: [2, 3], values: [1, 2, 3, 4, 5, 6])
    try writer.add("b", shape: [3], as: .bfloat16, values: [1, 2, 3])
    try writer.add("c", shape: [0, 2], as: .uint8, bytes: [])
    return try writer.bytes()
  }

  @Test func everyCutOfAFileIsRefused() throws {
    let bytes = try sampleBytes()
    for count in bytes.indices {
      #expect(throws: SafeTensorsError.self) {
        try SafeTensors(bytes: [UInt8](bytes.prefix(count)))
      }
    }
  }

  @Test func changedBytesNeverTrapAndNeverReadOutside() throws {
    let bytes = try sampleBytes()
    var generator = SeededGenerator(seed: 5)
    let interesting = [UInt8](#""0129{}[],:\-eE. F4I6BU8_"#.utf8) + [0, 0x7F, 0x80, 0xFF]
    var acceptedCount = 0
    for _ in 0..<10_000 {
      var changed = bytes
      for _ in 0...Int.random(in: 0..<3, using: &generator) {
        let index = Int.random(in: changed.indices, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: changed[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: changed.remove(at: index)
        case 2: changed.insert(interesting.randomElement(using: &generator) ?? 0, at: index)
        default: changed[index] = interesting.randomElement(using: &generator) ?? 0
        }
      }
      guard let file = try? SafeTensors(bytes: changed) else { continue }
      acceptedCount += 1
      for tensor in file.tensors {
        #expect(tensor.withUnsafeBytes { $0.count } == tensor.byteCount)
        _ = try? tensor.floats()
      }
    }
    #expect(acceptedCount > 100)
  }
}
