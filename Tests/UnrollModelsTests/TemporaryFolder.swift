import Foundation

/// A folder of its own for one test, removed with everything in it at the end.
final class TemporaryFolder: Sendable {
  private let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("unroll-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of a file in the folder.
  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file and gives its path.
  func file(_ bytes: [UInt8], named name: String = "model.safetensors") throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: self(name)))
    return self(name)
  }

  func bytes(of name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: self(name))))
  }
}
