import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollTestSupport
import UnrollText

/// What holds for translators: PyTorch's numbers, the same result in any company, the likeliest target, files.
struct TranslatorTests {
  private static func tokenizer(_ text: String, isTarget: Bool = false) throws -> Tokenizer {
    try Tokenizer(
      learning: .init(
        unknown: isTarget ? .error : .token, reserved: isTarget ? [.beginning, .end] : []),
      from: text)
  }

  private static func translator(
    cell: RecurrentCell = .gru, layers: Int = 1, attention: Attention.Score? = .multiplicative,
    isBidirectional: Bool = true, embedding: Int = 4, targets: String = "vwxyz"
  ) throws -> Translator {
    try Translator(
      Translator.Configuration(
        encoder: TokenReader.Configuration(
          cell: cell, layerCount: layers, hiddenSize: 5, embeddingSize: embedding,
          isBidirectional: isBidirectional), attention: attention),
      sourceTokenizer: tokenizer("abcde"), targetTokenizer: tokenizer(targets, isTarget: true),
      longestTarget: 6, seed: 3)
  }

  private static let letters = Array("abcde?")

  private static let sources: [String] = (0..<70).map { (number: Int) -> String in
    let count = number * number % 19 + 1
    return String(
      (0..<count).map { (place: Int) -> Character in letters[(place * 7 + number) % 6] })
  }

  // MARK: PyTorch

  @Test(
    arguments: [
      ("multiplicative", .gru, 1, true, .multiplicative), ("additive", .lstm, 2, true, .additive),
      ("none", .rnnTanh, 1, false, nil),
    ] as [(String, RecurrentCell, Int, Bool, Attention.Score?)])
  func equalsPyTorch(
    _ name: String, _ cell: RecurrentCell, _ layers: Int, _ isBidirectional: Bool,
    _ attention: Attention.Score?
  ) throws {
    let file = try SafeTensors(
      contentsOf: PyTorchGoldenTests.path("translator-\(name).safetensors"))
    func tensor(_ name: String) throws -> Tensor {
      let stored = try file.tensor(named: name)
      return Tensor(try stored.floats(), shape: Shape(stored.shape))
    }
    let model = try Self.translator(
      cell: cell, layers: layers, attention: attention, isBidirectional: isBidirectional)
    for (name, weight) in model.parameters {
      expectEqualBits(weight, try tensor("weight/\(name)"), name)
    }
    let pairs: [(source: [Token], target: [Token])] = [
      ([1, 4, 2, 5], [3, 6]), ([2, 2], [4, 5, 3]),
    ]
    let batch = model.batch(pairs)
    #expect(batch.targetCount == 7 && batch.rowCount == 2)
    var mode = Mode.evaluation
    let logits = model.logits(
      of: batch.sources, sourceLengths: batch.sourceLengths, inputs: batch.inputs,
      inputLengths: batch.targetLengths, mode: &mode)
    for (row, pair) in pairs.enumerated() {
      let count = pair.target.count + 1
      expectClose(
        logits.sliced(row..<row + 1, axis: 0).sliced(0..<count, axis: 1).reshaped([count, 7]),
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

  // MARK: Company

  @Test(
    arguments: [RecurrentCell.rnnReLU, .lstm, .gru],
    [Attention.Score.additive, .multiplicative, nil])
  func textOfABatchGetsWhatItGetsAlone(_ cell: RecurrentCell, _ score: Attention.Score?) throws {
    let model = try Self.translator(cell: cell, layers: 2, attention: score)
    for width in [1, 3] {
      var options = TranslationOptions()
      options.beamWidth = width
      let together = try model.translate(Self.sources, options)
      #expect(try Threads.withCount(1) { try model.translate(Self.sources, options) } == together)
      for (source, translation) in zip(Self.sources, together) {
        #expect(try model.translate(source, options) == translation)
      }
    }
  }

  @Test func rowsOfABatchAddUpToIt() throws {
    let model = try Self.translator()
    let pairs = Self.sources[..<9].enumerated().map { number, source in
      (
        source: [Token](repeating: 2, count: source.count),
        target: [Token](repeating: 3, count: number)
      )
    }
    let batch = model.batch(pairs) { true }
    func loss(_ batch: Translator.Batch) -> Float {
      var (state, mode) = (NoState(), Mode.evaluation)
      return model.totalLoss(of: batch, state: &state, mode: &mode).scalar
    }
    let parts = [batch.rows(0..<4), batch.rows(4..<9)]
    #expect(parts.reduce(0) { $0 + $1.targetCount } == batch.targetCount)
    #expect(batch.targetCount == 9 * 10 / 2)
    #expect(abs(parts.reduce(0) { $0 + loss($1) } - loss(batch)) < 1e-3)
  }

  /// Where everything is guessed, the loss is that of the targets after what is likeliest after the targets so far.
  @Test func guessesAreWhatIsLikeliest() throws {
    let model = try Self.translator()
    let pair: (source: [Token], target: [Token]) = ([1, 2, 3], [3, 4, 2])
    var mode = Mode.evaluation
    func likeliest(_ inputs: [Token]) -> [Token] {
      let logits = model.logits(
        of: Indices([1, 2, 3], shape: [3, 1]), sourceLengths: [3],
        inputs: Indices(inputs, shape: [inputs.count, 1]), inputLengths: [Int32(inputs.count)],
        mode: &mode)
      return logits.argmax().values
    }
    let guesses = likeliest([0, 3, 4, 2])
    let guessed = model.batch([pair]) { true }
    var (state, evaluation) = (NoState(), Mode.evaluation)
    let loss = model.totalLoss(of: guessed, state: &state, mode: &evaluation).scalar
    let logits = model.logits(
      of: guessed.sources, sourceLengths: [3], inputs: Indices([0] + guesses[..<3], shape: [4, 1]),
      inputLengths: [4], mode: &mode)
    let expected = crossEntropy(logits, Indices([3, 4, 2, 1], shape: [1, 4]), reduction: .sum)
    #expect(loss == expected.scalar)
    // None of it is recorded: the gradient of what is guessed is zero, and that of the rest finite.
    let (_, gradient) = valueAndGradient(of: model) { model in
      var (state, mode) = (NoState(), Mode.evaluation)
      return model.totalLoss(of: guessed, state: &state, mode: &mode)
    }
    #expect(gradient.parameters.allSatisfy { $0.value.elements.allSatisfy(\.isFinite) })
  }

  // MARK: The likeliest target

  /// Against all targets of up to four tokens: with a beam that keeps everything, the search finds the best.
  @Test(arguments: [0.0, 1, 2], [Attention.Score.additive, nil])
  func wideBeamFindsTheBest(_ penalty: Double, _ score: Attention.Score?) throws {
    let model = try Self.translator(attention: score, targets: "xy")
    var options = TranslationOptions()
    options.beamWidth = 100
    options.lengthPenalty = penalty
    options.lengthLimit = 4
    var targets: [[Token]] = [[]]
    for length in 1...4 {
      targets += targets.filter { $0.count == length - 1 }.flatMap { start in
        [2, 3].map { start + [$0] }
      }
    }
    var compared = 0
    for source in ["abc", "e", "ddbacb"] {
      let tokens = try model.sourceTokenizer.encode(source)
      func total(_ target: [Token]) -> Double {
        -Double(model.loss(on: [(tokens, target)]) ?? 0) * Double(target.count + 1)
      }
      func value(_ target: [Token]) -> Double {
        var count = 1.0
        for _ in 0..<Int(penalty) { count *= Double(target.count + 1) }
        return total(target) / count
      }
      let best = try #require(targets.max { value($0) < value($1) })
      let found = try #require(try model.translate(source, options))
      // The beginning may be written too, and what is cut off at the limit may be likelier, by a model that has learned nothing.
      if found.isComplete, found.pieces.allSatisfy({ !$0.isEmpty }) {
        #expect(found.text == model.targetTokenizer.decode(best))
        #expect(abs(found.logProbability - total(best)) < 1e-4)
        compared += 1
      } else if penalty == 1 {
        let count = Double(found.pieces.count + (found.isComplete ? 1 : 0))
        #expect(found.logProbability / count >= value(best))
      }
    }
    #expect(penalty > 0 || compared == 3)
  }

  @Test func limitCutsOff() throws {
    let model = try Self.translator()
    for limit in [1, 2, 7] {
      var options = TranslationOptions()
      options.lengthLimit = limit
      for translation in try model.translate(Self.sources, options) {
        let translation = try #require(translation)
        #expect(translation.pieces.count <= limit)
        #expect(translation.isComplete || translation.pieces.count == limit)
        #expect(translation.weights.count == translation.pieces.count)
        for weights in translation.weights {
          #expect(weights.count == translation.sourcePieces.count)
          #expect(abs(weights.reduce(0, +) - 1) < 1e-5)
        }
        #expect(translation.pieces.joined() == translation.text)
        #expect(translation.logProbability < 0)
      }
    }
  }

  @Test func unknownTokensGiveWayToWhereAttentionLooks() throws {
    let words = try Tokenizer(
      learning: .init(kind: .words, unknown: .token), from: "the dog and cat")
    let target = try Tokenizer(
      learning: .init(kind: .words, unknown: .token, reserved: [.beginning, .end]), from: "x")
    var model = try Translator(
      Translator.Configuration(
        encoder: TokenReader.Configuration(cell: .gru, hiddenSize: 4, embeddingSize: 4)),
      sourceTokenizer: words, targetTokenizer: target, longestTarget: 3, seed: 1)
    // Nothing but unknown tokens is written.
    let unknown = try #require(target.vocabulary.token(for: .unknown))
    model.output.bias = Tensor(
      (0..<target.vocabulary.count).map { $0 == Int(unknown) ? 100 : 0 },
      shape: [target.vocabulary.count])
    var options = TranslationOptions()
    options.lengthLimit = 3
    let plain = try #require(try model.translate("the Ünïx dog", options))
    #expect(plain.text == "\u{FFFD}\u{FFFD}\u{FFFD}")
    #expect(plain.sourcePieces == ["the", " ", "Ünïx", " ", "dog"])
    options.copiesUnknown = true
    let copied = try #require(try model.translate("the Ünïx dog", options))
    let expected = copied.weights.map { weights in
      copied.sourcePieces[weights.firstIndex(of: weights.max() ?? 0) ?? 0]
    }
    #expect(copied.text == expected.joined() && copied.pieces == expected)
    #expect(copied.weights == plain.weights)
  }

  @Test func nothingKnownHasNoTranslation() throws {
    let source = try Tokenizer(learning: .init(unknown: .skip), from: "abc")
    let model = try Translator(
      Translator.Configuration(encoder: TokenReader.Configuration(cell: .gru, hiddenSize: 4)),
      sourceTokenizer: source, targetTokenizer: Self.tokenizer("xy", isTarget: true),
      longestTarget: 3, seed: 1)
    let translations = try model.translate(["", "?!", "?a"])
    #expect(translations.map { $0 == nil } == [true, true, false])
    #expect(translations[2]?.sourcePieces == ["a"])
  }

  @Test func optionsOutOfRangeAreRefused() throws {
    let plain = try Self.translator(attention: nil)
    let cases: [(String, (inout TranslationOptions) -> Void)] = [
      ("The width of the search is 1 or more, not 0", { $0.beamWidth = 0 }),
      ("The length penalty is a finite number, not nan", { $0.lengthPenalty = .nan }),
      ("The length limit is 1 or more, not -5", { $0.lengthLimit = -5 }),
      ("Unknown words are copied from where attention looks", { $0.copiesUnknown = true }),
    ]
    for (sentence, change) in cases {
      var options = TranslationOptions()
      change(&options)
      let error = #expect(throws: ModelError.self) { try plain.translate("a", options) }
      #expect(error?.message.contains(sentence) == true)
    }
  }

  // MARK: Files

  @Test(arguments: [RecurrentCell.lstm, .gru], [Attention.Score.additive, .multiplicative, nil])
  func fileGivesTheModelBack(_ cell: RecurrentCell, _ score: Attention.Score?) throws {
    let model = try Self.translator(cell: cell, layers: 2, attention: score, embedding: 0)
    let bytes = try model.bytes()
    let read = try Translator(bytes: bytes)
    #expect(read.configuration == model.configuration)
    #expect(
      read.sourceTokenizer == model.sourceTokenizer && read.targetTokenizer == model.targetTokenizer
    )
    #expect(try read.bytes() == bytes)
    #expect(try ModelFile(bytes: bytes).model() is Translator)
    var other = try Self.translator(cell: cell, layers: 2, attention: score, embedding: 0)
    other.updateParameters { $1 *= 2 }
    try other.adopt(read)
    #expect(try other.bytes() == bytes)
  }

  @Test func targetsNeedBeginningAndEnd() throws {
    let error = #expect(throws: ModelError.self) {
      try Translator(
        Translator.Configuration(encoder: TokenReader.Configuration(cell: .gru, hiddenSize: 4)),
        sourceTokenizer: Self.tokenizer("ab"), targetTokenizer: Self.tokenizer("ab"),
        longestTarget: 3, seed: 1)
    }
    #expect(error?.message.contains("\"beginning\" and \"end\"") == true)
  }

  @Test func weightsOfAnotherModelAreRefusedByName() throws {
    var model = try Self.translator()
    for (name, other) in [
      ("architecture", try Self.translator(cell: .lstm)),
      ("tokens of targets", try Self.translator(targets: "xyz")),
    ] {
      let error = #expect(throws: ModelError.self) { try model.adopt(other) }
      #expect(error?.message.contains("of other \(name)") == true)
    }
  }
}
