import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollTestSupport
import UnrollText

/// Models of any kind as files, on one of a user's own.
struct StoredModelTests {
  /// Two classes, three numbers.
  private static func rater() throws -> Rater {
    var next: Float = 0
    return try Rater(entries: ["inputSize": .integer(3), "classes": .list(["good", "\"bad\" é"])]) {
      next += 1
      return Tensor(repeating: next, shape: $0)
    }
  }

  /// A file of the parts of a model, changed.
  private static func bytes(
    without missing: String? = nil, set changes: [String: String] = [:],
    tensors: [String: [Int]] = ["weight": [2, 3], "bias": [2]], fill: Float = 1
  ) throws -> [UInt8] {
    var writer = SafeTensorsWriter(metadata: try SafeTensors(bytes: rater().bytes()).metadata)
    for (key, value) in changes { writer.metadata[key] = value }
    if let missing { writer.metadata[missing] = nil }
    for (name, shape) in tensors {
      try writer.add(
        name, shape: shape, values: Array(repeating: fill, count: shape.reduce(1, *)))
    }
    return try writer.bytes()
  }

  @Test func ownKindIsWrittenAndReadBack() throws {
    let folder = try TemporaryFolder()
    let model = try Self.rater()
    let record = try TrainingRecord(parsing: #"{"steps":7}"#)
    try model.write(to: folder("model"), training: record)
    let loaded = try Rater(contentsOf: folder("model"))
    #expect(loaded.classes == model.classes)
    #expect(loaded.layer.weight == model.layer.weight && loaded.layer.bias == model.layer.bias)
    #expect(try folder.bytes(of: "model") == model.bytes(training: record))
    #expect(try Rater(bytes: model.bytes()).layer.weight == model.layer.weight)
    let file = try ModelFile(contentsOf: folder("model"))
    #expect((file.kind, file.version) == ("rater", "1"))
    #expect(file.training == record && file.entries == model.entries)
  }

  @Test func anyKindIsFoundByWhatTheFileSays() throws {
    let folder = try TemporaryFolder()
    try Self.rater().write(to: folder("rater"))
    try Variant.all[0].model().write(to: folder("language"))
    let kinds = AnyModel.kinds + [Rater.self]
    #expect(try AnyModel.read(contentsOf: folder("rater"), among: kinds) is Rater)
    #expect(try AnyModel.read(contentsOf: folder("language"), among: kinds) is LanguageModel)
    #expect(try AnyModel.read(contentsOf: folder("language")) is LanguageModel)
  }

  @Test func unknownKindIsNamedWithTheKnownOnes() throws {
    let bytes = try Self.rater().bytes()
    let error = #expect(throws: ModelError.self) { try ModelFile(bytes: bytes).model() }
    #expect(error?.code == .otherKind("rater"))
    #expect(
      error?.message
        == "'model' holds a model of the kind \"rater\", which is not among those known here: \"language-model\", \"classifier\", \"tagger\", \"translator\""
    )
    let other = #expect(throws: ModelError.self) { try LanguageModel(bytes: bytes) }
    #expect(
      other?.message
        == "'model' holds a model of the kind \"rater\", and \"language-model\" is needed: give another file"
    )
  }

  @Test(
    arguments: [
      ("unroll.kind", nil, .notAModel), ("unroll.version", nil, .notAModel),
      ("unroll.kind", "sorter", .otherKind("sorter")), ("unroll.version", "2", .notAModel),
      ("unroll.classes", nil, .damaged), ("unroll.classes", "good", .damaged),
      ("unroll.classes", "[1]", .damaged), ("unroll.inputSize", nil, .damaged),
      ("unroll.inputSize", "three", .damaged), ("unroll.inputSize", "0", .damaged),
      ("unroll.inputSize", "999999999999999999999", .damaged), ("unroll.training", "[]", .damaged),
      ("unroll.training", "{", .damaged),
    ] as [(String, String?, ModelError.Code)])
  func damagedEntryIsRefused(_ key: String, _ value: String?, _ code: ModelError.Code) throws {
    let bytes = try Self.bytes(
      without: value == nil ? key : nil, set: value.map { [key: $0] } ?? [:])
    let error = #expect(throws: ModelError.self) { try Rater(bytes: bytes) }
    #expect(error?.code == code)
    #expect(error?.message.hasPrefix("'model' ") == true)
  }

  @Test func allThatDoesNotFitIsListedInOneError() throws {
    let bytes = try Self.bytes(tensors: ["weight": [3, 2], "beta": [2], "gamma": []])
    let error = #expect(throws: ParameterError.self) { try Rater(bytes: bytes) }
    #expect(error?.code == .mismatch)
    #expect(
      error?.message
        == "the tensors of 'model' are not those of a rater with this configuration: it lacks \"bias\"; \"weight\" is [3, 2] where [2, 3] is needed; a rater with this configuration has no place for \"beta\", \"gamma\""
    )
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func weightsThatAreNotFiniteAreNeitherReadNorWritten(_ value: Float) throws {
    let folder = try TemporaryFolder()
    let bytes = try Self.bytes(fill: value)
    let error = #expect(throws: ParameterError.self) { try Rater(bytes: bytes) }
    #expect(error?.code == .notFinite)
    #expect(error?.message.contains("in \"weight\", \"bias\"") == true)
    var model = try Self.rater()
    try model.write(to: folder("model"))
    model.layer.bias = Tensor([0, value], shape: [2])
    for precision in WeightPrecision.allCases {
      let error = #expect(throws: ParameterError.self) {
        try model.write(to: folder("model"), precision: precision)
      }
      #expect(error?.code == .notFinite)
      #expect(error?.message.contains("the tensor bias has numbers that are not finite") == true)
    }
    #expect(throws: ParameterError.self) { try model.bytes() }
    #expect(try folder.bytes(of: "model") == Self.rater().bytes())
  }

  @Test func entriesGiveBackWhatTheyTook() throws {
    let tokenizer = try Tokenizer("abc")
    let entries: ModelEntries = [
      "text": .text("a\n\"b\""), "integer": .integer(-5), "number": .number(0.1),
      "boolean": .boolean(true), "list": .list(["", "e\u{301}", "\u{E9}"]),
      "tokenizer": .tokenizer(tokenizer),
    ]
    let read = ModelEntries(texts: entries.texts)
    #expect(try read.text("text") == "a\n\"b\"")
    #expect(try read.integer("integer", in: -5...5) == -5)
    #expect(try read.number("number", in: 0...1) == 0.1)
    #expect(try read.boolean("boolean"))
    #expect(
      try read.list("list").map { Array($0.utf8) }
        == ["", "e\u{301}", "\u{E9}"].map { Array($0.utf8) })
    #expect(try read.tokenizer() == tokenizer)
    for body: (ModelEntries) throws -> Void in [
      { _ = try $0.integer("number", in: 0...1) }, { _ = try $0.integer("integer", in: 0...5) },
      { _ = try $0.number("text", in: 0...1) }, { _ = try $0.boolean("integer") },
      { _ = try $0.list("boolean") }, { _ = try $0.tokenizer("list") },
      { _ = try $0.text("nothing") },
    ] {
      let error = #expect(throws: ModelError.self) { try body(read) }
      #expect(error?.code == .damaged)
    }
  }
}
