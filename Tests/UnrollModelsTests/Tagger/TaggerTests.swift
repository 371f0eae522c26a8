import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollTestSupport
import UnrollText

/// What holds for taggers: PyTorch's numbers, the same result in any company, files, scores.
struct TaggerTests {
  private static let sentences: [[String]] = (0..<60).map { number in
    (0..<(number * number % 23 + 1)).map { place in
      String(
        repeating: Array(["ab", "c", "de", "xyz"])[(number + place * 3) % 4], count: place % 3 + 1)
    }
  }

  private static func tagger(
    cell: RecurrentCell = .gru, layers: Int = 2, dropout: Float = 0
  ) throws -> Tagger {
    try Tagger(
      Tagger.Configuration(
        cell: cell, layerCount: layers, hiddenSize: 7, wordSize: 5, characterSize: 4,
        characterHiddenSize: 3, dropout: dropout),
      tokenizer: Tokenizer(learning: .init(unknown: .token), from: "abcde"),
      words: ["ab", "c", "dede"], tags: ["B-X", "I-X", "O"], seed: 3)
  }

  @Test func equalsPyTorch() throws {
    let file = try SafeTensors(contentsOf: PyTorchGoldenTests.path("tagger.safetensors"))
    func tensor(_ name: String) throws -> Tensor {
      let stored = try file.tensor(named: name)
      return Tensor(try stored.floats(), shape: Shape(stored.shape))
    }
    // Token 0 is that of unknown characters, then a, b, c, d.
    let model = try Tagger(
      Tagger.Configuration(
        cell: .lstm, layerCount: 2, hiddenSize: 6, wordSize: 5, characterSize: 3,
        characterHiddenSize: 2),
      tokenizer: Tokenizer(learning: .init(unknown: .token), from: "abcd"),
      words: ["ab", "c", "dab", "bbbb"], tags: ["x", "y", "z"], seed: 3)
    for (name, weight) in model.parameters {
      expectEqualBits(weight, try tensor("weight/\(name)"), name)
    }
    let sentences = try [["ab", "c", "dd", "dab"], ["bbbb", "ab"]].map { try model.read($0) }
    let batch = Tagger.Batch(model.sentences(sentences), tags: [[0, 2, 1, 1], [2, 0]])
    #expect(batch.targetCount == 6 && batch.rowCount == 2)
    var mode = Mode.evaluation
    let logits = model.logits(of: batch.sentences, mode: &mode)
    for (row, count) in [4, 2].enumerated() {
      expectClose(
        logits.sliced(0..<count, axis: 0).sliced(row..<row + 1, axis: 1).reshaped([count, 3]),
        try tensor("logits/\(row)"), absolute: 1e-6)
    }
    let (_, gradient) = valueAndGradient(of: model) { model in
      var (state, mode) = (NoState(), Mode.evaluation)
      return model.totalLoss(of: batch, state: &state, mode: &mode)
    }
    for (name, value) in gradient.parameters {
      expectClose(value, try tensor("gradient/\(name)"), relative: 1e-4, absolute: 2e-6, name)
    }
  }

  @Test(arguments: [RecurrentCell.rnnTanh, .lstm, .gru])
  func sentenceOfABatchGetsWhatItGetsAlone(_ cell: RecurrentCell) throws {
    let model = try Self.tagger(cell: cell)
    let read = try Self.sentences.map { try model.read($0) }
    let together = try model.said(of: read)
    for (sentence, said) in zip(read, together) {
      #expect(try model.said(of: [sentence])[0] == said)
    }
    #expect(try Threads.withCount(1) { try model.said(of: read) } == together)
  }

  @Test func everyWordHasATagAndAnEmptySentenceNone() throws {
    let model = try Self.tagger()
    #expect(try model.tag([["ab", "?!", "é"], [], ["c"]]).map(\.count) == [3, 0, 1])
  }

  @Test func rowsOfABatchAddUpToIt() throws {
    let model = try Self.tagger()
    let batch = Tagger.Batch(
      model.sentences(try Self.sentences[..<9].map { try model.read($0) }),
      tags: Self.sentences[..<9].map { $0.indices.map { Int32($0 % 3) } })
    func loss(_ batch: Tagger.Batch) -> Float {
      var (state, mode) = (NoState(), Mode.evaluation)
      return model.totalLoss(of: batch, state: &state, mode: &mode).scalar
    }
    let parts = [batch.rows(0..<4), batch.rows(4..<9)]
    #expect(parts.reduce(0) { $0 + $1.targetCount } == batch.targetCount)
    #expect(abs(parts.reduce(0) { $0 + loss($1) } - loss(batch)) < 1e-3)
  }

  @Test func fileGivesTheModelBack() throws {
    let model = try Self.tagger(dropout: 0.25)
    let bytes = try model.bytes()
    let read = try Tagger(bytes: bytes)
    #expect(read.configuration == model.configuration && read.tags == model.tags)
    #expect(read.words == model.words && read.tokenizer == model.tokenizer)
    #expect(try read.bytes() == bytes)
    #expect(try ModelFile(bytes: bytes).model() is Tagger)
  }

  // MARK: Spans

  /// What seqeval makes of random tags (Golden/generate_spans.py).
  @Test func spanFiguresEqualSeqevals() throws {
    let golden = try FileContents(reading: PyTorchGoldenTests.path("spans.json"))
      .withUnsafeBytes { try JSON(parsing: $0) }.field(named: "spans")
    let cases = try golden["cases"].array()
    #expect(cases.count == 24)
    let tags =
      ["O"] + ["B", "I", "E", "S"].flatMap { prefix in ["PER", "LOC"].map { "\(prefix)-\($0)" } }
    for golden in cases {
      func numbers(_ key: String) throws -> [[Int]] {
        try golden[key].array().map {
          try $0.array().map { tags.firstIndex(of: try $0.string()) ?? 0 }
        }
      }
      var score = TaggingScore(tags: tags)
      for (said, truth) in zip(try numbers("said"), try numbers("truth")) {
        score.count(said, truth: truth, nats: 0)
      }
      let spans = try #require(score.spans)
      #expect(abs(spans.precision - (try golden["precision"].double())) < 1e-12)
      #expect(abs(spans.recall - (try golden["recall"].double())) < 1e-12)
      #expect(abs(spans.f1 - (try golden["f1"].double())) < 1e-12)
    }
  }

  @Test func spansAreThoseByHand() {
    let spans = TagSpan.spans(in: ["B-A", "I-A", "O", "I-B", "B-B", "S-A", "I-A", "I-B"])
    #expect(spans.map(\.type) == ["A", "B", "B", "A", "A", "B"])
    #expect(spans.map(\.words) == [0..<2, 3..<4, 4..<5, 5..<6, 6..<7, 7..<8])
  }

  @Test func tagsThatMarkNothingHaveNoSpans() {
    #expect(TaggingScore(tags: ["NOUN", "VERB"]).spanF1 == nil)
    #expect(TaggingScore(tags: ["O", "B-X", "I-X"]).spanF1 == 0)
  }
}
