import Foundation
import Unroll

/// A folder of its own for the files of a run; removed with everything in it at the end.
final class RunFolder: Sendable {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("unroll-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in it.
  subscript(name: String) -> String { "\(path)/\(name)" }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: self[name], atomically: false, encoding: .utf8)
    return self[name]
  }

  func bytes(of name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: self[name])))
  }

  /// Settings of a small model that learns `fox.txt` in no time.
  func foxSettings(output: String = "fox.safetensors") throws -> RunSettings<LanguageSettings> {
    let text = String(repeating: "the quick brown fox jumps over the lazy dog.\n", count: 30)
    var settings = RunSettings(
      LanguageSettings(texts: [try write(text, to: "fox.txt")]), output: self[output])
    settings.sizes.hiddenSize = 8
    settings.sizes.layers = 1
    settings.sizes.batchSize = 4
    settings.sizes.sequenceLength = 16
    settings.sizes.epochs = 3
    settings.model.embeddingSize = 0
    settings.model.dropout = 0.2
    settings.optimizer.schedule = .plateau
    settings.outputs.metrics = self["metrics.jsonl"]
    settings.outputs.checkpoint = self["run"]
    return settings
  }
}
