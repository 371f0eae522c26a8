import Foundation
import Testing

import UnrollText

/// Learning and encoding equal to Hugging Face's tokenizers (Golden/make_byte_pairs.py).
struct BytePairGoldenTests {
  struct Case: Decodable, Sendable {
    let name: String
    let text: String
    let vocabularySize: Int
    let minimumCount: Int
    let reserved: [String]
    let entries: [String]
    let merges: [String]
    let encoded: [Encoded]

    struct Encoded: Decodable, Sendable {
      let text: String
      let pieces: [String]
      let tokens: [Token]
    }

    func learn() throws -> Tokenizer {
      let settings = TokenizerSettings(
        kind: .bpe, vocabularySize: vocabularySize, minimumCount: minimumCount,
        reserved: Set(reserved.compactMap(ReservedEntry.init)))
      return try Tokenizer(learning: settings, from: text)
    }
  }

  private func cases() throws -> [Case] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/byte-pairs.json")
    return try JSONDecoder().decode([Case].self, from: Data(contentsOf: file))
  }

  @Test func entriesAndMergesAreTheSame() throws {
    for golden in try cases() {
      let description = try golden.learn().description
      #expect(description.merges == golden.merges, "\(golden.name)")
      #expect(description.entries == golden.entries, "\(golden.name)")
      #expect(
        description.reserved == Set(golden.reserved.compactMap(ReservedEntry.init)),
        "\(golden.name)")
    }
  }

  @Test func encodingIsTheSame() throws {
    for golden in try cases() {
      let tokenizer = try golden.learn()
      for encoded in golden.encoded {
        #expect(try tokenizer.encode(encoded.text) == encoded.tokens, "\(golden.name)")
        #expect(tokenizer.decode(encoded.tokens).isIdentical(to: encoded.text))
      }
    }
  }

  @Test func textIsCutTheSameBeforeTheMerges() throws {
    for encoded in try cases().flatMap(\.encoded) {
      var text = encoded.text
      var pieces: [String] = []
      text.withUTF8 { utf8 in
        BytePairSegmentation.forEachPiece(in: utf8) { piece in
          pieces.append(String(decoding: utf8[piece.range], as: UTF8.self))
        }
      }
      #expect(pieces.map { Array($0.utf8) } == encoded.pieces.map { Array($0.utf8) })
    }
  }
}
