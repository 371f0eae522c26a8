import Testing
import UnrollModels
import UnrollTensor
import UnrollText

/// What is copied from a known text.
struct CopyIndexTests {
  /// Random, repetitive and degenerate texts.
  private static let texts: [[Token]] = {
    var random = RandomStream(seed: 2, purpose: .shuffling)
    func drawn(_ count: Int, below limit: Token) -> [Token] {
      (0..<count).map { _ in Token.random(in: 0..<limit, using: &random) }
    }
    var texts: [[Token]] = [[], [0], [1, 1], [2, 1], Array(repeating: 0, count: 50)]
    for size in [2, 3, 5, 17, 100, 300] {
      for limit: Token in [1, 2, 3, 30] { texts.append(drawn(size, below: limit)) }
      let part = drawn(size, below: 2)
      texts.append(part + part + part)
    }
    texts.append((0..<200).map { Token($0 % 7) })
    texts.append([3, 1, 3, 3, 1, 3, 3, 1, 3, 3, 1, 3])
    return texts
  }()

  private func contains(_ text: [Token], _ part: ArraySlice<Token>) -> Bool {
    part.count <= text.count
      && (0...text.count - part.count).contains { text[$0...].starts(with: part) }
  }

  @Test(arguments: texts)
  func whatIsFoundIsWhatIsThere(_ text: [Token]) throws {
    let index = try CopyIndex(Tokens(text))
    #expect(index.count == text.count)
    var random = RandomStream(seed: 8, purpose: .shuffling)
    var wrong: [[Token]] = []
    for _ in 0..<100 {
      var wanted: [Token] = []
      if !text.isEmpty, Bool.random(using: &random) {
        let start = Int.random(in: text.indices, using: &random)
        wanted = Array(text[start...].prefix(Int.random(in: 0...12, using: &random)))
      }
      wanted += (0..<Int.random(in: 0...3, using: &random)).map { _ in
        Token.random(in: 0..<4, using: &random)
      }
      let longest = (0...wanted.count).last { contains(text, wanted[..<$0]) } ?? 0
      if index.contains(wanted) != contains(text, wanted[...])
        || index.longestPrefix(of: wanted[...]) != longest
      {
        wrong.append(wanted)
      }
    }
    #expect(wrong == [])
  }

  @Test(arguments: [1, 2, 3, 5])
  func noMoreTokensAreCopiedThanAllowed(_ limit: Int) throws {
    var random = RandomStream(seed: 4, purpose: .shuffling)
    let known = (0..<400).map { _ in Token.random(in: 0..<10, using: &random) }
    let index = try CopyIndex(Tokens(known))
    let model = try Variant.all[1].model()
    for number in 0..<6 as Range<UInt64> {
      var request = GenerationRequest(
        prompt: "ab", length: 100, number: number, copyLimit: CopyLimit(index, tokenCount: limit))
      // With a limit of 1 or 2, everything may be banned, which ends the text with a sentence.
      var tokens = try model.tokenizer.encode("ab")
      for piece in try TextStream(model, request) { tokens += [piece.token].compactMap { $0 } }
      for start in 2..<max(2, tokens.count - limit) {
        #expect(!contains(known, tokens[start - 2..<start - 1 + limit]))
      }
      request.copyLimit = CopyLimit(index, tokenCount: 1000)
      var free = request
      free.copyLimit = nil
      #expect(try model.generate(request) == model.generate(free))
    }
  }

  @Test func aCopyIsGivenUpWhereTheLimitIs() throws {
    let model = try LanguageModel(cyclingThrough: Tokenizer("abcdef"))
    let index = try CopyIndex(Tokens(model.tokenizer.encode("abcdeabcd")))
    func text(_ limit: Int) throws -> String {
      try model.generate(
        GenerationRequest(
          prompt: "a", length: 5, sampling: .greedy,
          copyLimit: CopyLimit(index, tokenCount: limit)))
    }
    #expect(try text(9) == "bcdef")
    // "abc" may be copied, "abcd" may not; the others are all as unlikely.
    #expect(try text(3).hasPrefix("bca"))
    #expect(throws: ModelError.self) { try text(0) }
    #expect(throws: ModelError.self) { try text(-1) }
  }

  @Test func noveltyIsCounted() throws {
    let tokenizer = try Tokenizer("abcdefgh")
    let index = try CopyIndex(Tokens(tokenizer.encode("abcdefgh")))
    func novelty(_ text: String) throws -> Novelty {
      Novelty(of: try tokenizer.encode(text), comparedWith: index, lengths: [1, 2, 3, 9])
    }
    let some = try novelty("hcdefab")
    #expect(some.longestCopy == 4 && some.longestCopyStart == 1)
    #expect(some.newShares.map(\.length) == [1, 2, 3])
    #expect(some.newShares.map(\.share) == [0, 2.0 / 6, 3.0 / 5])
    let all = try novelty("abcdefgh")
    #expect(all.longestCopy == 8 && all.newShares.allSatisfy { $0.share == 0 })
    let nothing = try novelty("")
    #expect(nothing.longestCopy == 0 && nothing.newShares.isEmpty)
  }

  @Test func documentsAreKeptApart() throws {
    let tokenizer = try Tokenizer("abc", reserved: [.end])
    let corpus = Corpus([TextFile(path: "names", text: "abc\nca\n")])
    let index = try CopyIndex(Documents(corpus, by: .lines, tokenizer: tokenizer))
    for (text, isThere) in [("abc", true), ("ca", true), ("bca", false), ("cc", false)] {
      #expect(index.contains(try tokenizer.encode(text)) == isThere)
    }
  }
}
