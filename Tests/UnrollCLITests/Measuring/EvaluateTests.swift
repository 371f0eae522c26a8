import Foundation
import Testing

@Suite struct EvaluateTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func train(_ text: String, _ arguments: String...) throws {
    try workplace.write(text, to: "text.txt")
    let outcome = try workplace.unroll(
      ["train", "text.txt", "--output", "model", "--quiet"] + small + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private func evaluation(_ arguments: String...) throws -> [String: Double] {
    let outcome = try workplace.unroll(["evaluate", "model"] + arguments + ["--json"])
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    return try #require(object as? [String: Any]).compactMapValues { $0 as? Double }
  }

  @Test func keysAreStable() throws {
    let workplace = try Workplace.withModel()
    let outcome = try workplace.unroll("evaluate", "fox.safetensors", "fox.txt", "--json")
    #expect(outcome.status == 0 && outcome.errors == "")
    let keys = outcome.output.split(separator: "\"").enumerated().filter { $0.offset % 2 == 1 }
    #expect(
      keys.map { String($0.element) } == [
        "loss", "bitsPerCharacter", "bitsPerByte", "perplexity", "tokens", "characters", "bytes",
        "unpredictedBytes", "skippedBytes", "unpredictedShare",
      ])
    #expect(
      outcome.output.contains(
        "\"tokens\":1349,\"characters\":1349,\"bytes\":1349,\"unpredictedBytes\":1,"))
    let table = try workplace.unroll("evaluate", "fox.safetensors", "fox.txt").output
    #expect(table.split(separator: "\n").count == 6)
    #expect(
      table.hasSuffix("tokens              1,349\nnot predicted       0.1 % of the bytes\n"))
    let help = try workplace.unroll("evaluate", "--help").output
    for key in keys { #expect(help.contains(String(key.element))) }
  }

  @Test func textTooShortIsNamed() throws {
    let workplace = try Workplace.withModel()
    try workplace.write("a", to: "one.txt")
    let outcome = try workplace.unroll("evaluate", "fox.safetensors", "fox.txt", "one.txt")
    #expect(outcome.status == 65)
    #expect(outcome.errors.hasPrefix("error: 'one.txt': "))
    #expect(outcome.output == "")
  }

  // MARK: Numerator and denominator are about the same tokens

  @Test func bytesOfDocumentsAreThoseOfTheirPredictedTokens() throws {
    try train(String(repeating: "ab\n", count: 1000))
    try workplace.write(String(repeating: "a\nb\n", count: 500) + "ab\n", to: "lines.txt")
    let found = try evaluation("lines.txt", "--documents", "lines")
    #expect(found["tokens"] == 1 && found["bytes"] == 1 && found["characters"] == 1)
    #expect(found["unpredictedBytes"] == 2002)
    let (loss, bits) = (try #require(found["loss"]), try #require(found["bitsPerByte"]))
    #expect(abs(bits - loss / log(2)) < 1e-9 && found["bitsPerCharacter"] == bits)
  }

  @Test func bytesOfUnknownTokensAreThoseOfTheFile() throws {
    try train(
      String(repeating: "ab", count: 50) + "c", "--minimum-count", "2", "--unknown", "token")
    try workplace.write("ababababxxxxxxxx", to: "unknown.txt")
    #expect(try evaluation("unknown.txt")["bytes"] == 15)
    try workplace.write("a€€b", to: "wide.txt")
    let wide = try evaluation("wide.txt")
    #expect(wide["bytes"] == 7 && wide["characters"] == 3)
  }

  @Test func skippedTextIsSaid() throws {
    try train(String(repeating: "ab", count: 100))
    try workplace.write(String(repeating: "x", count: 1000) + "abab", to: "other.txt")
    #expect(try workplace.unroll("evaluate", "model", "other.txt").status == 65)
    let skipped = try evaluation("other.txt", "--unknown", "skip")
    #expect(skipped["tokens"] == 3 && skipped["skippedBytes"] == 1000)
    #expect(skipped["unpredictedBytes"] == 1001)
    #expect(abs((skipped["unpredictedShare"] ?? 0) - 1001.0 / 1004) < 1e-12)
    let said = try workplace.unroll("evaluate", "model", "other.txt", "--unknown", "skip")
    #expect(
      said.errors
        == "note: 1,000 of 1,004 bytes (99.6 %) were skipped, as the vocabulary does not have them: the loss is about the others\n"
    )
    let impossible = try workplace.unroll("evaluate", "model", "other.txt", "--unknown", "token")
    #expect(impossible.status == 65 && impossible.errors.contains("no entry for unknown text"))
  }

  /// A model that knows nothing predicts as the counts do, on the same scale.
  @Test(arguments: [
    ("a", ["--documents", "lines"], 2.0), ("a\n", ["--documents", "lines"], 1.0),
    ("abab", [], 1.0), ("a\r\nb\r\na\r\nb\r\n", ["--line-ends", "lf"], 10.0 / 7),
    ("ABab", ["--lowercase"], 1.0), ("\u{FEFF}abab", ["--byte-order-mark", "remove"], 1.0),
    ("a\u{308}o\u{308}a\u{308}o\u{308}", ["--normalize", "nfc"], 1.0),
  ])
  func entropiesAreOnTheScaleOfEvaluations(
    text: String, arguments: [String], bits: Double
  ) throws {
    let outcome = try workplace.unroll(["corpus", "-", "--json"] + arguments, input: text)
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let found = (object as? [String: Any])?["unigramBitsPerCharacter"] as? Double
    #expect(try abs(#require(found) - bits) < 1e-9)
  }

  @Test func corpusAndEvaluationCountTheSame() throws {
    let text = "\u{FEFF}Ab\r\n" + String(repeating: "aB\r\n", count: 60)
    let options = ["--line-ends", "lf", "--byte-order-mark", "remove", "--lowercase"]
    try workplace.write(text, to: "text.txt")
    #expect(
      try workplace.unroll(
        ["train", "text.txt", "--output", "model", "--quiet", "--documents", "lines"] + small
          + options
      ).status == 0)
    let found = try evaluation("text.txt")
    #expect(found["bytes"] == Double(text.utf8.count - 3) && found["unpredictedBytes"] == 3)
    let outcome = try workplace.unroll(
      ["corpus", "text.txt", "--json", "--documents", "lines"] + options)
    #expect(outcome.output.contains("\"unpredictedBytes\":3,"))
  }

  // MARK: What is no text

  @Test(arguments: ["file", "folder", "input", "validation", "evaluate", "prompt"])
  func textThatIsNoneIsRefusedOnAllPaths(path: String) throws {
    try workplace.write(fox, to: "fox.txt")
    #expect(
      try workplace.unroll(["train", "fox.txt", "--output", "model", "--quiet"] + small).status
        == 0)
    let bytes = "hello hello\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    try workplace.makeFolder("folder")
    try workplace.write(bytes, to: "folder/wide.txt")
    let train = "$unroll train --output out --quiet \(small.joined(separator: " "))"
    let script =
      switch path {
      case "file": "\(train) folder/wide.txt"
      case "folder": "\(train) folder --include '*.txt'"
      case "input": "\(train) - < folder/wide.txt"
      case "validation": "\(train) fox.txt --validation folder/wide.txt"
      case "evaluate": "$unroll evaluate model folder/wide.txt"
      default: "$unroll generate model --prompt-file folder/wide.txt"
      }
    let outcome = try workplace.shell(script)
    let name = path == "input" ? "standard input" : "'folder/wide.txt'"
    let file = path == "input" ? "FILE" : "folder/wide.txt"
    #expect(outcome.status == 65)
    #expect(
      outcome.errors
        == "error: \(name) is not UTF-8 text, with the byte 0x00 at offset 1: it looks like text in UTF-16LE; "
        + "`iconv -f UTF-16LE -t UTF-8 \(file) > NEW` makes a text of it that `unroll train` reads\n"
    )
    #expect(try !workplace.names.contains("out"))
  }

  @Test func wordsThatAreNotUTF8AreRefused() throws {
    let workplace = try Workplace.withModel()
    let prompt = try workplace.shell(
      "$unroll generate '\(workplace.path)/fox.safetensors' --prompt \"$(printf 'caf\\351')\"")
    #expect(prompt.status == 64 && prompt.output == "")
    #expect(
      prompt.errors
        == "error: argument 4, 'caf\\xE9', is not UTF-8: rename the file or give it to standard input, or type text in UTF-8\n"
    )
  }

  @Test func oneLongLineIsDescribedWithWhatIsImpossible() throws {
    try workplace.write(String(repeating: "acgt", count: (18 << 20) / 4), to: "dna.txt")
    let outcome = try workplace.unroll("corpus", "dna.txt", "--tokens", "bytes", "--json")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("\"kind\":\"characters\",\"vocabulary\":4,"))
    for kind in ["words", "bpe"] {
      #expect(
        outcome.output.contains(
          "{\"kind\":\"\(kind)\",\"vocabulary\":null,\"tokens\":null,\"impossible\":\"'dna.txt' has more than 16 MiB without a place to cut it"
        ))
    }
  }
}
