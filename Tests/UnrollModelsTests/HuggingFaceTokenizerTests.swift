import Foundation
import Testing
import UnrollFormats
import UnrollModels
import UnrollText
import UnrollTestSupport

@Suite struct HuggingFaceTokenizerTests {
  /// The tokenizers as they were written, and the tokens that the `tokenizers` library made with them.
  private static let golden: [String: JSON] = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/tokenizers.json").path
    guard let contents = try? FileContents(reading: path),
      case .object(let cases) = try? contents.withUnsafeBytes({ try JSON(parsing: $0) })
    else { return [:] }
    return Dictionary(uniqueKeysWithValues: cases.members.map { ($0.key, $0.value) })
  }()

  @Test(arguments: TokenizerCase.all)
  func tokensAreThoseOfTheLibrary(example: TokenizerCase) throws {
    let golden = try #require(Self.golden[example.name]).field(named: example.name)
    let tokenizer = try example.tokenizer()
    #expect(try HuggingFaceTokenizer(tokenizer).json == golden["tokenizer"].value)
    let results = try golden["texts"].array()
    #expect(results.count == example.texts.count)
    for (text, result) in zip(example.texts, results) {
      #expect(try result["text"].string().unicodeScalars.elementsEqual(text.unicodeScalars))
      let tokens = try result["ids"].array().map { Token(try $0.integer()) }
      #expect(try tokenizer.encode(text) == tokens)
    }
  }

  @Test(arguments: [UnknownPolicy.token, .skip])
  func charactersWithUnknownOnesHaveNoSuchForm(policy: UnknownPolicy) throws {
    let tokenizer = try Tokenizer(
      learning: .init(kind: .characters, unknown: policy), from: "abc")
    let error = #expect(throws: HuggingFaceTokenizer.Inexpressible.self) {
      _ = try HuggingFaceTokenizer(tokenizer)
    }
    #expect(error?.reason.contains("train on scalars instead") == true)
  }

  @Test func wordsLeftOutHaveNoSuchForm() throws {
    let tokenizer = try Tokenizer(learning: .init(kind: .words, unknown: .skip), from: "abc")
    #expect(throws: HuggingFaceTokenizer.Inexpressible.self) {
      _ = try HuggingFaceTokenizer(tokenizer)
    }
  }

  @Test func reservedEntryIsSpelledUnlikeAnyPieceOfText() throws {
    let description = TokenizerDescription(
      kind: .words, entries: ["<unk>", "a"], reserved: [.unknown], unknown: .token)
    let json = try HuggingFaceTokenizer(Tokenizer(description)).json
    let model = try json.field(named: "tokenizer")["model"]
    #expect(try model["unk_token"].string() == "<<unk>>")
    #expect(try model["vocab"]["<<unk>>"].integer() == 0)
    #expect(try model["vocab"]["<unk>"].integer() == 1)
  }

  private static let folder = ProcessInfo.processInfo.environment["UNROLL_EXCHANGE_FOLDER"]

  /// What `Golden/check_tokenizers.py` reads: the cases above, and each kind of token on every `.txt` of the folder.
  @Test(.enabled(if: folder != nil, "UNROLL_EXCHANGE_FOLDER names no folder"))
  func writeTokenizersAndTokens() throws {
    let folder = try #require(Self.folder)
    var cases = try TokenizerCase.all.map { ($0.name, try $0.tokenizer(), $0.texts) }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    for file in files.sorted() where file.hasSuffix(".txt") {
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      for kind in TokenizerKind.allCases {
        let settings = TokenizerSettings(kind: kind, vocabularySize: kind == .bpe ? 1000 : nil)
        cases.append(("\(file)-\(kind)", try Tokenizer(learning: settings, from: text), [text]))
      }
    }
    for (name, tokenizer, texts) in cases {
      let results = try texts.map { text -> JSON in
        ["text": .string(text), "ids": .array(try tokenizer.encode(text).map { JSON(Int($0)) })]
      }
      let json: JSON = [
        "tokenizer": try HuggingFaceTokenizer(tokenizer).json, "texts": .array(results),
      ]
      try DurableFile.write(to: "\(folder)/\(name).case") { try $0.append(json.utf8()) }
    }
  }
}
