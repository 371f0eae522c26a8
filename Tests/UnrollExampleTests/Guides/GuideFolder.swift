import Unroll
import UnrollTestSupport

/// A folder with a text, for the code of one guide; removed with everything in it at the end.
struct GuideFolder {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (name, count) in [("book.txt", 60), ("other.txt", 30)] {
      let text = String(
        repeating: "It was the best of times, it was the worst of times.\n", count: count)
      try folder.write(text, to: name)
    }
  }

  /// The path of a file in it.
  subscript(name: String) -> String { folder(name) }

  func bytes(of name: String) throws -> [UInt8] { try folder.bytes(of: name) }

  /// A small model that has learned nothing, of the text's characters.
  func model() throws -> LanguageModel {
    let tokenizer = try Tokenizer(
      learning: TokenizerSettings(), from: [Corpus(reading: [self["book.txt"]])])
    return try LanguageModel(
      LanguageModel.Configuration(cell: .gru, hiddenSize: 8), tokenizer: tokenizer, seed: 0)
  }
}
