import Foundation
import UnrollFormats
import UnrollTensor

/// A golden file from PyTorch: tensors, and cases with their settings (Golden/README.md).
struct GoldenFile: Sendable {
  /// One case: its name and the settings in the manifest.
  struct Case: Sendable, CustomStringConvertible {
    let name: String
    let settings: JSON.Field
    let file: GoldenFile

    var description: String { name }

    /// The tensor `NAME/suffix`.
    func tensor(_ suffix: String) throws -> Tensor { try file.tensor("\(name)/\(suffix)") }
  }

  private let tensors: SafeTensors
  private let manifest: JSON.Field

  init(_ name: String) throws {
    let path = GoldenFile.path("\(name).safetensors")
    tensors = try SafeTensors(contentsOf: path)
    manifest = try JSON(parsing: tensors.metadata["manifest"] ?? "").field(named: path)
  }

  /// A golden file that is JSON alone.
  static func json(_ name: String) throws -> JSON.Field {
    try FileContents(reading: path(name)).withUnsafeBytes { try JSON(parsing: $0) }
      .field(named: name)
  }

  private static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name)").path
  }

  var cases: [Case] {
    get throws {
      try manifest["cases"].array().map {
        Case(name: try $0["name"].string(), settings: $0, file: self)
      }
    }
  }

  /// The cases in which a setting has a value.
  func cases(where key: String, is value: String) throws -> [Case] {
    try cases.filter { try $0.settings[key].string() == value }
  }

  func tensor(_ name: String) throws -> Tensor {
    let stored = try tensors.tensor(named: name)
    return Tensor(try stored.floats(), shape: Shape(stored.shape))
  }
}

extension JSON.Field {
  /// The strings in the array.
  func strings() throws -> [String] { try array().map { try $0.string() } }

  /// The numbers in the array, or in the arrays in it, in order.
  func indices() throws -> [Int32] {
    if case .array = value { return try array().flatMap { try $0.indices() } }
    return [Int32(try integer())]
  }
}
