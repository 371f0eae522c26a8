import Testing
import UnrollModels
import UnrollTensor
import UnrollText

/// Texts that have to match.
struct TextConstraintTests {
  /// Pieces of one and several characters, so that tokens do not end where parts of a pattern do.
  private static func words(_ entries: [String], end: Bool = false) throws -> Tokenizer {
    try Tokenizer(
      TokenizerDescription(
        kind: .words, entries: entries, reserved: end ? [.end] : []))
  }

  private static let patterns = [
    "a", "ab", "a|b", "(a|b)*", "a+b?", "[ab]{2}", "[ab]{1,3}1", "[^a]+", "a.b", "(ab)*",
    "(ab|a1)+",
    "\\d-\\d", "\\w*", "a*b*1*", "(a|ab)(1|b1)?", "(?:a?){3}", "[a-b-]+", "()|a", "a{2,}", "^ab$",
    "[\\w-]{3}", "\\s?a", "-|\\x61\\u0062\\u{31}", "(a*)*b", "a??b", "[^\\d\\s]+1", "\\-+",
  ]

  private static let drawnOften = ["a+b?", "(a|ab)(1|b1)?", "[ab]{1,3}1", "(a*)*b", "\\d-\\d"]

  /// The distribution that is to come out, worked out by brute force.
  private final class Restricted {
    private let pieces: [String]
    private let probabilities: [Double]
    /// The probability of the end of a document, which is not among the pieces.
    private let end: Double
    private let regex: Regex<AnyRegexOutput>
    private var known: [String: Bool] = [:]

    init(_ pattern: String, _ pieces: [String], _ probabilities: [Double], end: Double) throws {
      regex = try Regex(pattern)
      self.pieces = pieces
      self.probabilities = probabilities
      self.end = end
    }

    func matches(_ text: String) -> Bool {
      if let known = known[text] { return known }
      let matches = (try? regex.wholeMatch(in: text)) != nil
      known[text] = matches
      return matches
    }

    private func canMatch(_ text: String, within tokens: Int) -> Bool {
      matches(text) || (tokens > 0 && pieces.contains { canMatch(text + $0, within: tokens - 1) })
    }

    /// The probability of each text of at most so many tokens, by its tokens.
    func texts(length: Int) -> [[Int]: Double] {
      var texts: [[Int]: Double] = [:]
      spread([], "", 1, length, &texts)
      return texts
    }

    private func spread(
      _ tokens: [Int], _ text: String, _ share: Double, _ left: Int, _ texts: inout [[Int]: Double]
    ) {
      let allowed = pieces.indices.filter {
        left > 0 && canMatch(text + pieces[$0], within: left - 1)
      }
      // Where nothing can follow, the text ends by itself.
      guard !allowed.isEmpty else { return texts[tokens, default: 0] += share }
      let ending = matches(text) ? end : 0
      let total = ending + allowed.reduce(0) { $0 + probabilities[$1] }
      if ending > 0 { texts[tokens, default: 0] += share * ending / total }
      for piece in allowed {
        spread(
          tokens + [piece], text + pieces[piece], share * probabilities[piece] / total, left - 1,
          &texts)
      }
    }
  }

  @Test(arguments: patterns, [false, true])
  func textsMatchAndAreDrawnFromTheRestrictedDistribution(_ pattern: String, hasEnd: Bool) throws {
    let pieces = ["a", "b", "1", "-", "ab"]
    let tokenizer = try Self.words(pieces, end: hasEnd)
    let weights = (hasEnd ? [0.15] : []) + [0.3, 0.2, 0.15, 0.1, 0.25]
    let logits = Tensor(weights.map { Float($0) }, shape: [weights.count])
    let model = try LanguageModel(logits: log(logits).elements, tokenizer: tokenizer)
    let restricted = try Restricted(
      pattern, pieces, Array(weights.suffix(5)), end: hasEnd ? weights[0] : 0)
    let draws = Self.drawnOften.contains(pattern) ? 10_000 : 600
    let request = GenerationRequest(
      prompt: "a", length: 4, seed: 6,
      constraint: try TextConstraint(pattern: pattern, for: tokenizer))
    var stream = try TextStream(model, request, count: draws)
    var tokens = [[Int]](repeating: [], count: draws)
    while let piece = stream.next() {
      try piece.throwFailure()
      guard let token = piece.token.map({ Int($0) - (hasEnd ? 1 : 0) }), token >= 0 else {
        continue
      }
      tokens[piece.row].append(token)
    }
    #expect(
      tokens.filter { !restricted.matches($0.map { pieces[$0] }.joined()) } == [])
    var counts: [[Int]: Int] = [:]
    for text in tokens { counts[text, default: 0] += 1 }
    let expected = restricted.texts(length: 4)
    #expect(Set(counts.keys).isSubset(of: expected.keys))
    var rare = (count: 0, probability: 0.0)
    var cells: [(count: Int, probability: Double)] = []
    for (text, probability) in expected {
      if probability * Double(draws) >= 10 {
        cells.append((counts[text] ?? 0, probability))
      } else {
        rare = (rare.count + (counts[text] ?? 0), rare.probability + probability)
      }
    }
    if rare.probability * Double(draws) >= 5 { cells.append(rare) }
    expectDrawn(cells)
  }

  @Test(arguments: [
    ("\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])", 10),
    ("[A-Za-z_]\\w{0,15}", 16),
    (#"\{"name": "[a-z]+", "age": [1-9]\d?\}"#, 60),
    ("(?:[αβγ]|é|😀){3,6}", 24), ("[^\\n]{1,5}€", 40),
  ])
  func longerPatternsAreMatchedByEveryKindOfTokenizer(_ pattern: String, length: Int) throws {
    let text = #"0123456789-_ {"name": "abc", "age": 42} AZ az xyz αβγ é 😀 €"#
    let regex = try Regex(pattern).matchingSemantics(.unicodeScalar)
    for kind in TokenizerKind.allCases where kind != .words {
      let tokenizer = try Tokenizer(
        learning: .init(kind: kind, vocabularySize: kind == .bpe ? 280 : nil), from: text)
      let model = try LanguageModel(
        .init(cell: .gru, hiddenSize: 5), tokenizer: tokenizer, seed: 4)
      let request = GenerationRequest(
        prompt: "a", length: length, seed: 1,
        constraint: try TextConstraint(pattern: pattern, for: tokenizer))
      let texts = try model.generate(request, count: 150)
      #expect(try texts.filter { try regex.wholeMatch(in: $0) == nil } == [])
    }
  }

  @Test(arguments: TokenizerCase.all.filter { $0.name != "words-unknown" })
  func requiredTextsComeAndBannedOnesDoNot(_ test: TokenizerCase) throws {
    let tokenizer = try test.tokenizer()
    let model = try LanguageModel(.init(cell: .gru, hiddenSize: 5), tokenizer: tokenizer, seed: 4)
    let known = test.texts[0].split(separator: " ").map(String.init)
    let required = ["brown", "fox"]
    let banned = ["e", " ", known[1] + "x"]
    let constraint = try TextConstraint(required: required, banned: banned, for: tokenizer)
    let request = GenerationRequest(
      prompt: "fox", length: constraint.leastLength + 6, seed: 2, constraint: constraint)
    for text in try model.generate(request, count: 100) {
      for part in required { #expect(text.utf8.contains(part)) }
      for part in banned { #expect(!text.utf8.contains(part)) }
    }
  }

  @Test func requiredTextIsForcedNoEarlierThanItMustBe() throws {
    let model = try LanguageModel(logits: [50, 0, 0], tokenizer: Tokenizer("xyz"))
    func text(_ length: Int, _ constraint: TextConstraint) throws -> String {
      try model.generate(
        GenerationRequest(prompt: "x", length: length, constraint: constraint))
    }
    let required = try TextConstraint(required: ["yz"], for: model.tokenizer)
    #expect(try text(6, required) == "xxxxyz")
    #expect(try text(2, required) == "yz")
    #expect(required.leastLength == 2)
    let overlapping = try TextConstraint(required: ["yzy", "zyz"], for: model.tokenizer)
    #expect(overlapping.leastLength == 4)
    #expect(try text(5, overlapping).utf8.contains("zyz"))
    let all = try TextConstraint(
      pattern: "[xy]*z?", required: ["yx"], banned: ["xx", "xz"], for: model.tokenizer)
    #expect(try text(4, all) == "xyxy")
  }

  @Test func theDocumentEndsOnlyWhereTheTextMatches() throws {
    // The end is nearly certain wherever it may come.
    let model = try LanguageModel(
      logits: [50, 0, 0], tokenizer: Tokenizer("ab", reserved: [.end]))
    func ending(_ pattern: String) throws -> (String, TextEnding?) {
      var text = ""
      var ending: TextEnding?
      let constraint = try TextConstraint(pattern: pattern, for: model.tokenizer)
      for piece in try TextStream(
        model, GenerationRequest(length: 9, constraint: constraint))
      {
        text += piece.text
        ending = piece.ending
      }
      return (text, ending)
    }
    #expect(try ending("a{3,5}") == ("aaa", .endOfDocument))
    #expect(try ending("a{3}") == ("aaa", .complete))
    #expect(try ending("a{9,}") == ("aaaaaaaaa", .length))
    #expect(try ending("(a|b)*") == ("", .endOfDocument))
  }

  @Test(arguments: [
    ("(a", "has a ( without its )", 3), ("a)", "has a ) that closes nothing", 2),
    ("*a", "has a * with nothing to repeat", 1), ("a**", "has a * behind a repetition", 3),
    ("[a", "has a [ without its ]", 3), ("[]", "has a [ without its ]", 3),
    ("a{", "has a { without a number", 2), ("a{2", "has a { without its }", 4),
    ("a{3,2}", "repeats 3 to 2 times", 6), ("a{1001}", "repeats 1001", 7),
    ("[b-a]", "has a range that is none", 5), ("[\\d-a]", "has a range that is none", 6),
    ("\\q", "has \\q, which is not known", 2), ("\\1", "has \\1, which is not known", 2),
    ("a\\", "ends with a backslash", 3), ("(?=a)", "has a group of a kind", 2),
    ("a^b", "has a ^ inside", 2), ("a$b", "has a $ inside", 2),
    ("\\x4", "has a number that is no character", 3),
    ("\\u{D800}", "has a number that is no character", 4),
    ("\\u{110000}", "has a number that is no character", 4),
  ])
  func whatIsNoPatternIsNamedWithItsPlace(
    _ pattern: String, _ what: String, _ place: Int
  ) throws {
    let error = #expect(throws: ModelError.self) {
      try TextConstraint(pattern: pattern, for: Tokenizer("ab"))
    }
    #expect(error?.code == .invalidSampling)
    let message = error?.message ?? ""
    #expect(message.hasPrefix("The pattern \(pattern.debugDescription) \(what)"), "\(message)")
    #expect(message.hasSuffix(", at character \(place)"), "\(message)")
  }

  @Test func anyPatternIsReadOrRefused() throws {
    var random = RandomStream(seed: 3, purpose: .shuffling)
    let signs = Array("ab1-()[]{}|*+?.^$\\,dwsxu:€")
    for _ in 0..<3_000 {
      let pattern = String(
        (0..<Int.random(in: 0...9, using: &random)).map { _ in
          signs.randomElement(using: &random) ?? "a"
        })
      do {
        _ = try TextConstraint(pattern: pattern, for: Tokenizer("ab1-"))
      } catch is ModelError {}
    }
    for large in [
      "((a{1000}){1000}){1000}", "(a|b)*a(a|b){30}", String(repeating: "(", count: 9999),
      String(repeating: "a", count: 20_000),
    ] {
      #expect(throws: ModelError.self) { try TextConstraint(pattern: large, for: Tokenizer("ab")) }
    }
  }

  @Test func whatCannotBeWrittenIsRefused() throws {
    let tokenizer = try Tokenizer("ab")
    let model = try LanguageModel(logits: [0, 0], tokenizer: tokenizer)
    func message(_ body: () throws -> Void) -> String {
      let error = #expect(throws: ModelError.self) { try body() }
      return error?.message ?? ""
    }
    #expect(message { _ = try TextConstraint(pattern: "c", for: tokenizer) }.contains("No text of"))
    #expect(
      message { _ = try TextConstraint(required: ["ab"], banned: ["a"], for: tokenizer) }
        .contains("No text of"))
    #expect(
      message { _ = try TextConstraint(pattern: "a+", for: tokenizer, excluding: [0]) }
        .contains("No text of"))
    for empty in [
      { try TextConstraint(required: [""], for: tokenizer) },
      { try TextConstraint(banned: [""], for: tokenizer) },
    ] {
      #expect(message { _ = try empty() }.contains("at least one character"))
    }
    let constraint = try TextConstraint(pattern: "a{5}|b{7}", for: tokenizer)
    #expect(
      message {
        try model.generate(
          GenerationRequest(prompt: "a", length: 4, constraint: constraint)
        ) { _ in }
      } == "What is asked for takes at least 5 tokens, and the length is 4: allow as many")
    #expect(
      message {
        _ = try model.generate(
          GenerationRequest(
            prompt: "a", length: 9, sampling: Sampling(bannedTokens: [0]), constraint: constraint))
      }.contains("without the ban"))
    let other = try LanguageModel(logits: [0, 0], tokenizer: Tokenizer("bc"))
    #expect(
      message {
        _ = try other.generate(
          GenerationRequest(prompt: "b", length: 9, constraint: constraint))
      }.contains("another vocabulary"))
  }
}

extension Sequence<UInt8> {
  /// Whether the bytes of a text occur one after the other.
  fileprivate func contains(_ text: String) -> Bool {
    let (bytes, wanted) = (Array(self), Array(text.utf8))
    return bytes.count >= wanted.count
      && (0...bytes.count - wanted.count).contains { bytes[$0...].starts(with: wanted) }
  }
}
