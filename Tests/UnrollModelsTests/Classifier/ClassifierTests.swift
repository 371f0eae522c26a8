import Testing
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollTestSupport
import UnrollText

/// What holds for classifiers of every cell and pooling.
struct ClassifierTests {
  struct Kind: Sendable, CustomStringConvertible {
    let cell: RecurrentCell
    let pooling: Classifier.Pooling
    let isBidirectional: Bool
    var description: String { "\(cell), \(pooling), \(isBidirectional ? "both ways" : "forwards")" }

    static let all = [RecurrentCell.rnnTanh, .rnnReLU, .lstm, .gru].flatMap { cell in
      Classifier.Pooling.allCases.flatMap { pooling in
        [true, false].map { Kind(cell: cell, pooling: pooling, isBidirectional: $0) }
      }
    }

    func model(embedding: Int = 5, seed: UInt64 = 3, dropout: Float = 0) throws -> Classifier {
      try Classifier(
        Classifier.Configuration(
          reader: TokenReader.Configuration(
            cell: cell, layerCount: 2, hiddenSize: 7, embeddingSize: embedding, dropout: dropout,
            isBidirectional: isBidirectional), pooling: pooling),
        tokenizer: Tokenizer(learning: .init(unknown: .skip), from: "abcdefgh"),
        classes: ["x", "y", "z"], seed: seed)
    }
  }

  /// Texts of very different lengths.
  private static let texts: [String] = (0..<40).map { number in
    let letters = Array("abcdefgh")
    let length = number * number % 97 + 1
    return String((0..<length).map { place in letters[(place * number + place) % 8] })
  }

  @Test(arguments: Kind.all)
  func textOfABatchGetsWhatItGetsAlone(_ kind: Kind) throws {
    let model = try kind.model()
    let together = try model.classify(Self.texts)
    for (text, said) in zip(Self.texts, together) {
      let alone = try model.classify(text)
      #expect(said == alone && said != nil)
    }
    let single = try Threads.withCount(1) { try model.classify(Self.texts) }
    #expect(single == together)
  }

  @Test func manyTextsGetWhatFewDo() throws {
    let model = try Kind(cell: .gru, pooling: .last, isBidirectional: true).model()
    let many = (0..<80).flatMap { _ in Self.texts }
    let said = try model.classify(many)
    let few = try model.classify(Self.texts)
    #expect(said == (0..<80).flatMap { _ in few })
  }

  @Test func probabilitiesAddUpToOneAndAreRanked() throws {
    let model = try Kind(cell: .lstm, pooling: .mean, isBidirectional: true).model()
    let said = try #require(try model.classify("abba"))
    #expect(abs(said.probabilities.reduce(0, +) - 1) < 1e-6)
    #expect(said.ranked.map { said.probabilities[$0] } == said.probabilities.sorted(by: >))
    #expect(said.best == said.ranked[0] && said.confidence == said.probabilities.max())
  }

  @Test func whatNothingIsKnownOfHasNoClass() throws {
    let model = try Kind(cell: .gru, pooling: .max, isBidirectional: true).model()
    let said = try model.classify(["", "123", "a1"])
    #expect(said[0] == nil && said[1] == nil)
    #expect(try said[2] == model.classify("a"))
  }

  @Test(arguments: Kind.all)
  func fileGivesTheModelBack(_ kind: Kind) throws {
    for embedding in [0, 5] {
      let model = try kind.model(embedding: embedding, dropout: 0.25)
      let bytes = try model.bytes()
      let read = try Classifier(bytes: bytes)
      #expect(read.configuration == model.configuration)
      #expect(read.classes == model.classes && read.tokenizer == model.tokenizer)
      #expect(try read.bytes() == bytes)
      #expect(try ModelFile(bytes: bytes).model() is Classifier)
    }
  }

  @Test(arguments: Kind.all)
  func rowsOfABatchAddUpToIt(_ kind: Kind) throws {
    let model = try kind.model()
    let batch = Classifier.Batch(
      try Self.texts[..<9].map { try model.tokenizer.encode($0) },
      classes: (0..<9).map { Int32($0 % 3) }, classWeights: Tensor([1, 2, 0.5], shape: [3]))
    func loss(_ batch: Classifier.Batch) -> Float {
      var (state, mode) = (NoState(), Mode.evaluation)
      return model.totalLoss(of: batch, state: &state, mode: &mode).scalar
    }
    let parts = loss(batch.rows(0..<4)) + loss(batch.rows(4..<9))
    #expect(abs(parts - loss(batch)) < 1e-4)
  }

  @Test(arguments: ["one", "twice"])
  func classesThatMakeNoClassifierAreRefused(_ what: String) throws {
    let model = try Kind.all[0].model()
    let error = #expect(throws: ModelError.self) {
      try Classifier(
        model.configuration, tokenizer: model.tokenizer,
        classes: what == "one" ? ["x"] : ["x", "x"], seed: 0)
    }
    #expect(error?.code == .invalidConfiguration)
  }

  @Test func embeddingAndLayersOfALanguageModelAreTakenOver() throws {
    let language = try Variant(
      configuration: .init(cell: .gru, layerCount: 2, hiddenSize: 7, embeddingSize: 5)
    ).model(Tokenizer(learning: .init(), from: "abcdefgh"))
    var model = try Kind(cell: .gru, pooling: .last, isBidirectional: false).model()
    let output = model.output.weight
    try model.adopt(language)
    let given = Dictionary(uniqueKeysWithValues: language.parameters)
    for (name, weight) in model.parameters where !name.hasPrefix("fc") {
      expectEqualBits(weight, try #require(given[name]), name)
    }
    #expect(model.output.weight == output)
    var other = try Kind(cell: .gru, pooling: .last, isBidirectional: true).model()
    let error = #expect(throws: ModelError.self) { try other.adopt(language) }
    #expect(error?.message.contains("direction") == true)
  }

  // MARK: Scores

  private static func said(_ probabilities: [Float]) -> Classification {
    Classification(
      probabilities: probabilities,
      logProbabilities: probabilities.map { Tensor($0) }.map { log($0).scalar })
  }

  /// Three classes, the last of which occurs nowhere; two of four are right.
  @Test func figuresAreThoseByHand() {
    var score = ClassificationScore(classCount: 3)
    score.count(Self.said([0.75, 0.25, 0]), truth: 0)
    score.count(Self.said([0.75, 0.25, 0]), truth: 1)
    score.count(Self.said([0.25, 0.75, 0]), truth: 1)
    score.count(Self.said([1, 0.0001, 0]), truth: 1)
    #expect(score.confusion.counts == [[1, 0, 0], [2, 1, 0], [0, 0, 0]])
    #expect(score.count == 4 && score.accuracy == 0.5)
    let classes = score.confusion.classes
    #expect(classes[0].precision == 1.0 / 3 && classes[0].recall == 1 && classes[0].f1 == 0.5)
    #expect(classes[1].precision == 1 && classes[1].recall == 1.0 / 3 && classes[1].f1 == 0.5)
    #expect(classes[2].precision == 0 && classes[2].recall == 0 && classes[2].f1 == 0)
    #expect(score.macroF1 == 0.5)
    // One bin has 3 of confidence 0.75, 2 right; another 1 of confidence 1, wrong: (0.25 + 1) / 4.
    #expect(abs(score.calibrationError - 0.3125) < 1e-9)
    #expect(abs(score.loss - (2 * 0.2876820724 + 1.3862943611 + 9.2103403720) / 4) < 1e-5)
  }

  @Test func scoreOfATableIsOfItsLabels() throws {
    let folder = try TemporaryFolder()
    let model = try Kind(cell: .gru, pooling: .last, isBidirectional: true).model()
    let table = try folder.write(Array("x\tabc\ny\tbad\nz\t123\n".utf8), to: "a.tsv")
    let (score, unread) = try model.score(on: LabelledTexts(reading: table))
    #expect(score.count == 2 && unread == 1)
    #expect(score.confusion.classes.map(\.trueCount) == [1, 1, 0])
    let other = try folder.write(Array("x\tabc\nw\tbad\n".utf8), to: "b.tsv")
    let error = #expect(throws: TextError.self) {
      try model.score(on: LabelledTexts(reading: other))
    }
    #expect(error?.message.contains("line 2 of '\(other)' has the label \"w\"") == true)
  }
}
