import Foundation
import UnrollFormats

/// The golden files from PyTorch, which stand with the tests of UnrollNN.
enum Golden {
  static func json(_ name: String) throws -> JSON.Field {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../UnrollNNTests/Golden/\(name)").path
    return try FileContents(reading: path).withUnsafeBytes { try JSON(parsing: $0) }
      .field(named: name)
  }
}
