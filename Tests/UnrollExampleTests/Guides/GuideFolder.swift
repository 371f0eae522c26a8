import Foundation
import Unroll

/// A folder with a text, for the code of one guide; removed with everything in it at the end.
final class GuideFolder: Sendable {
  private let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("unroll-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, count) in [("book.txt", 60), ("other.txt", 30)] {
      let text = String(
        repeating: "It was the best of times, it was the worst of times.\n", count: count)
      try text.write(toFile: self[name], atomically: false, encoding: .utf8)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in it.
  subscript(name: String) -> String { "\(path)/\(name)" }

  func bytes(of name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: self[name]))
  }

  /// A small model that has learned nothing, of the text's characters.
  func model() throws -> LanguageModel {
    let tokenizer = try Tokenizer(
      learning: TokenizerSettings(), from: [Corpus(reading: [self["book.txt"]])])
    return try LanguageModel(
      LanguageModel.Configuration(cell: .gru, hiddenSize: 8), tokenizer: tokenizer, seed: 0)
  }
}
