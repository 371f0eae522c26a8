import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollTestSupport
import UnrollText

/// Files that are no model, or not a whole one.
struct ModelFileDamageTests {
  /// The parts of a model file, to be changed.
  struct Parts {
    var metadata: [String: String]
    var tensors: [String: (shape: [Int], values: [Float])] = [:]

    /// A model of 5 characters with an embedding of 3 and 4 units.
    init() throws {
      let model = try LanguageModel(
        .init(cell: .gru, hiddenSize: 4, embeddingSize: 3), tokenizer: Tokenizer("abcde"), seed: 0)
      let folder = try TemporaryFolder()
      try model.write(to: folder("model"))
      let file = try SafeTensors(contentsOf: folder("model"))
      metadata = file.metadata
      for tensor in file.tensors {
        tensors[tensor.name] = (tensor.shape, try tensor.floats())
      }
    }

    func bytes() throws -> [UInt8] {
      var writer = SafeTensorsWriter(metadata: metadata)
      for (name, tensor) in tensors {
        try writer.add(name, shape: tensor.shape, values: tensor.values)
      }
      return try writer.bytes()
    }

    /// Sets a member of the JSON text under a key of the metadata; `nil` removes it.
    mutating func set(_ member: String, of key: String, to value: JSON?) throws {
      var object = try JSON(parsing: metadata[key] ?? "").field(named: key).object()
      object[member] = value
      metadata[key] = JSON.object(object).text()
    }
  }

  /// The error of loading; every other outcome is a failure of the test.
  private func errorOfLoading(_ bytes: [UInt8]) throws -> (any Error)? {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes)
    do {
      _ = try LanguageModel(contentsOf: path)
      return nil
    } catch {
      return error
    }
  }

  private func expectModelError(
    _ code: ModelError.Code, naming words: [String], of bytes: [UInt8],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let error = try errorOfLoading(bytes)
    guard let error = error as? ModelError else {
      Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
      return
    }
    #expect(error.code == code, sourceLocation: sourceLocation)
    for word in ["model.safetensors"] + words {
      #expect(error.message.contains(word), sourceLocation: sourceLocation)
    }
  }

  private func expectMismatch(
    naming words: [String], of bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let error = try #require(
      try errorOfLoading(bytes) as? ParameterError, sourceLocation: sourceLocation)
    #expect(error.code == .mismatch, sourceLocation: sourceLocation)
    for word in ["model.safetensors"] + words {
      #expect(error.message.contains(word), sourceLocation: sourceLocation)
    }
  }

  @Test func untouchedPartsMakeAModel() throws {
    #expect(try errorOfLoading(Parts().bytes()) == nil)
  }

  @Test func missingFileIsRefused() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: FileError.self) { try LanguageModel(contentsOf: folder("none")) }
    #expect(error?.code == .notFound)
  }

  @Test func folderIsRefused() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: FileError.self) { try LanguageModel(contentsOf: folder("")) }
    #expect(error?.code == .isDirectory)
  }

  @Test func truncatedFileIsRefusedAtEveryLength() throws {
    let bytes = try Parts().bytes()
    let lengths =
      Array(0...64) + Array(stride(from: 65, to: bytes.count - 64, by: 17))
      + Array(bytes.count - 64..<bytes.count)
    for length in lengths {
      let error = try errorOfLoading(Array(bytes.prefix(length)))
      // Before the header begins, nothing shows what the file is.
      #expect(
        length < 10 ? (error as? ModelError)?.code == .notAModel : error is SafeTensorsError,
        "\(length) of \(bytes.count) bytes")
    }
  }

  @Test func corruptedByteIsRefusedOrHarmless() throws {
    let bytes = try Parts().bytes()
    let header = 8 + Int(bytes[0]) + Int(bytes[1]) << 8
    var generator = SeededGenerator(seed: 12)
    for _ in 0..<400 {
      var damaged = bytes
      let place = Int.random(in: 0..<header, using: &generator)
      damaged[place] = UInt8.random(in: 0...255, using: &generator)
      switch try errorOfLoading(damaged) {
      case nil, is SafeTensorsError, is ModelError, is ParameterError: break
      case let error?: Issue.record(error, "byte \(place) is \(damaged[place])")
      }
    }
  }

  @Test(arguments: [
    "", "hello", "PK\u{3}\u{4} a PyTorch archive", "{\"a\": 1}", "\0\0\0\0\0\0\0\0",
  ])
  func otherFormatIsRefused(_ content: String) throws {
    #expect((try errorOfLoading(Array(content.utf8)) as? ModelError)?.code == .notAModel)
  }

  @Test func weightsWithoutOurMetadataAreRefused() throws {
    var parts = try Parts()
    parts.metadata = ["format": "pt"]
    try expectModelError(.notAModel, naming: ["unroll.kind"], of: parts.bytes())
  }

  @Test(
    arguments: [
      ("unroll.kind", .notAModel), ("unroll.version", .notAModel),
      ("unroll.configuration", .damaged), ("unroll.tokenizer", .damaged),
    ] as [(String, ModelError.Code)])
  func missingMetadataIsNamed(_ key: String, _ code: ModelError.Code) throws {
    var parts = try Parts()
    parts.metadata[key] = nil
    let name = code == .damaged ? String(key.dropFirst("unroll.".count)) : key
    try expectModelError(code, naming: [name], of: parts.bytes())
  }

  @Test(arguments: [("unroll.kind", "translator"), ("unroll.version", "2"), ("unroll.version", "")])
  func otherKindOrVersionIsRefused(_ key: String, _ value: String) throws {
    var parts = try Parts()
    parts.metadata[key] = value
    try expectModelError(
      key == "unroll.kind" ? .otherKind(value) : .notAModel, naming: [value], of: parts.bytes())
  }

  @Test(arguments: [
    "", "null", "[]", "{", "{}", "{\"cell\":\"gru\"} x", String(repeating: "[", count: 100_000),
  ])
  func metadataThatIsNotTheJSONItShouldBeIsRefused(_ text: String) throws {
    for key in ["unroll.configuration", "unroll.tokenizer"] {
      var parts = try Parts()
      parts.metadata[key] = text
      try expectModelError(.damaged, naming: [], of: parts.bytes())
    }
  }

  /// Each with nothing else changed, so that most of them also contradict the tensors.
  @Test(
    arguments: [
      ("cell", nil), ("cell", "elman"), ("cell", ""), ("cell", 5), ("cell", "lstm"),
      ("layers", nil), ("layers", 0), ("layers", -1), ("layers", 2), ("layers", 1024),
      ("layers", 1_000_000_000), ("layers", "1"), ("layers", true),
      ("hiddenSize", 0), ("hiddenSize", -4), ("hiddenSize", 5), ("hiddenSize", 4096),
      ("hiddenSize", 1_048_576), ("hiddenSize", 1_048_577), ("hiddenSize", JSON(Int.max)),
      ("hiddenSize", JSON(Int.min)), ("hiddenSize", []), ("hiddenSize", .null),
      ("embeddingSize", -1), ("embeddingSize", 0), ("embeddingSize", 2),
      ("embeddingSize", 1_048_576), ("embeddingSize", JSON(Int.max)),
      ("dropout", -1), ("dropout", 1), ("dropout", JSON(1e300)), ("dropout", "0"), ("dropout", nil),
      ("tiesWeights", true), ("tiesWeights", 1), ("tiesWeights", nil),
    ] as [(String, JSON?)])
  func hostileConfigurationIsRefused(_ member: String, _ value: JSON?) throws {
    var parts = try Parts()
    try parts.set(member, of: "unroll.configuration", to: value)
    let error = try errorOfLoading(parts.bytes())
    #expect(
      (error as? ModelError)?.code == .damaged || (error as? ParameterError)?.code == .mismatch)
  }

  /// 1024 layers of 2¹² units would be 400 GiB; other tests that run meanwhile take little.
  @Test func hugeConfigurationTakesNoMemory() throws {
    var parts = try Parts()
    try parts.set("layers", of: "unroll.configuration", to: 1024)
    for size in [4096, 1_048_576] {
      try parts.set("hiddenSize", of: "unroll.configuration", to: JSON(size))
      let before = BufferPool.bytesInUse
      let peak = try BufferPool.peakBytes {
        let error = try errorOfLoading(parts.bytes())
        #expect((error as? ParameterError)?.code == .mismatch)
      }
      #expect(peak - before < 1 << 30)
    }
  }

  @Test(
    arguments: [
      ("kind", "letters"), ("kind", nil), ("kind", 3), ("entries", []), ("entries", nil),
      ("entries", "abcde"), ("entries", ["a", "b", "c", "d"]),
      ("entries", ["a", "b", "c", "d", "e", "f"]), ("entries", ["a", "b", "c", "d", "a"]),
      ("entries", ["a", "b", "c", "d", ""]), ("entries", ["a", "b", "c", "d", 5]),
      ("merges", ["a b"]), ("merges", 7), ("reserved", ["padding"]), ("reserved", ["nothing"]),
      ("unknown", "token"), ("unknown", "maybe"), ("normalization", "nfkd?"), ("lowercase", "yes"),
    ] as [(String, JSON?)])
  func damagedTokenizerIsRefused(_ member: String, _ value: JSON?) throws {
    var parts = try Parts()
    try parts.set(member, of: "unroll.tokenizer", to: value)
    let error = try errorOfLoading(parts.bytes())
    #expect(
      (error as? ModelError)?.code == .damaged || (error as? ParameterError)?.code == .mismatch)
  }

  @Test func everyMissingTensorIsNamed() throws {
    let parts = try Parts()
    for name in parts.tensors.keys {
      var parts = parts
      parts.tensors[name] = nil
      try expectMismatch(naming: [name], of: parts.bytes())
    }
  }

  @Test func everyTensorOfAnotherShapeIsNamed() throws {
    let parts = try Parts()
    for (name, tensor) in parts.tensors {
      let count = tensor.values.count
      var shapes = [[count, 1], [count + 1], [0]]
      if tensor.shape.count == 2 { shapes += [[count], tensor.shape.reversed()] }
      for shape in shapes where shape != tensor.shape {
        var parts = parts
        parts.tensors[name] = (shape, Array(repeating: 0, count: shape.reduce(1, *)))
        try expectMismatch(naming: [name, "\(shape)"], of: parts.bytes())
      }
    }
  }

  @Test func extraTensorIsNamed() throws {
    var parts = try Parts()
    parts.tensors["rnn.weight_ih_l1"] = ([1], [0])
    try expectMismatch(naming: ["rnn.weight_ih_l1"], of: parts.bytes())
  }

  @Test func weightsOfWholeNumbersAreRefused() throws {
    let parts = try Parts()
    var writer = SafeTensorsWriter(metadata: parts.metadata)
    for (name, tensor) in parts.tensors {
      let count = 8 * tensor.values.count
      try writer.add(
        name, shape: tensor.shape, as: .int64, bytes: Array(repeating: 0, count: count))
    }
    let error = try errorOfLoading(writer.bytes()) as? SafeTensorsError
    #expect(error?.code == .notFloatingPoint)
  }

  @Test func weightsOfLessPrecisionAreRead() throws {
    let parts = try Parts()
    var writer = SafeTensorsWriter(metadata: parts.metadata)
    for (name, tensor) in parts.tensors {
      try writer.add(name, shape: tensor.shape, as: .bfloat16, values: tensor.values)
    }
    let folder = try TemporaryFolder()
    let model = try LanguageModel(contentsOf: folder.write(writer.bytes()))
    for (name, value) in model.parameters {
      let exact = try #require(parts.tensors[name])
      expectClose(
        value, Tensor(exact.values, shape: Shape(exact.shape)), relative: 1.0 / 256, name)
    }
  }
}
