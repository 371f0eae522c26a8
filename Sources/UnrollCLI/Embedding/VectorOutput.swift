import Unroll
import UnrollFormats
import UnrollModels

/// Where vectors go: a matrix in a file, or lines of JSON.
enum VectorOutput {
  case lines
  case numPy(String)
  case safetensors(String)

  /// A file's kind is in its name; without one, lines go to standard output.
  init(_ path: String?) throws {
    guard let path else {
      self = .lines
      return
    }
    if path.hasSuffix(".npy") {
      self = .numPy(path)
    } else if path.hasSuffix(".safetensors") {
      self = .safetensors(path)
    } else {
      throw Failure(
        status: 64,
        description:
          "'\(path)' does not end in .npy or .safetensors: leave --output out to get JSON lines on standard output"
      )
    }
    try DurableFile.checkWritable(path)
  }

  /// Prints the vectors of a text's parts, or adds them to those that are kept.
  func take(_ parts: [EmbeddedPart], of file: String?, keptIn kept: inout [Float]) throws {
    for part in parts {
      guard case .lines = self else {
        kept += part.vector
        continue
      }
      var members: [JSON.Object.Member] =
        file.map { [.init(key: "file", value: .string($0))] } ?? []
      members += [
        .init(key: "text", value: .string(part.text)),
        .init(key: "vector", value: .array(part.vector.map { JSON($0) })),
      ]
      try Console.text(JSON.object(.init(members)).text() + "\n", isJSON: true)
    }
  }

  /// Writes what was kept.
  func end(_ kept: [Float], width: Int) throws {
    let count = kept.count / width
    switch self {
    case .lines: return
    case .numPy(let path): try NumPyArray(kept, rows: count, columns: width).write(to: path)
    case .safetensors(let path):
      var writer = SafeTensorsWriter()
      try writer.add("vectors", shape: [count, width], values: kept)
      try writer.write(to: path)
    }
    Console.message("\(countText(count, "vector")) of \(countText(width, "number"))")
  }
}
