import UnrollFormats

/// A file that is no safetensors file, told by its first bytes.
enum ForeignFile {
  case empty, zipArchive, pickle, onnx, gguf, hierarchicalData, gzip, text

  /// `nil` for what may be a safetensors file, and for what is not known.
  init?(_ contents: FileContents) {
    let start = contents.withUnsafeBytes { Array($0.prefix(4096)) }
    guard !start.isEmpty else {
      self = .empty
      return
    }
    let signatures: [(ForeignFile, [UInt8])] = [
      (.zipArchive, [0x50, 0x4B, 0x03, 0x04]), (.pickle, [0x80, 0x02]),
      (.gguf, Array("GGUF".utf8)), (.hierarchicalData, [0x89, 0x48, 0x44, 0x46]),
      (.gzip, [0x1F, 0x8B]),
    ]
    if let known = signatures.first(where: { start.starts(with: $0.1) }) {
      self = known.0
    } else if Self.isONNX(start) {
      self = .onnx
    } else if Self.isText(start) {
      self = .text
    } else {
      return nil
    }
  }

  /// Field 1 of the message, the version of the format, and then field 2, the name of the program that wrote it.
  private static func isONNX(_ start: [UInt8]) -> Bool {
    start.count > 3 && start[0] == 0x08 && (1..<0x80).contains(start[1]) && start[2] == 0x12
      && start[3] > 0
      && start.dropFirst(4).prefix(Int(start[3])).allSatisfy { 0x20...0x7E ~= $0 }
  }

  /// UTF-8 without control characters; the last character may be cut off.
  private static func isText(_ start: [UInt8]) -> Bool {
    start.allSatisfy { $0 >= 0x20 || 0x09...0x0D ~= $0 }
      && (0...3).contains { String(validating: start.dropLast($0), as: UTF8.self) != nil }
  }

  /// What the file is and what to do with it: the end of a sentence.
  func sentence(path: String) -> String {
    switch self {
    case .empty: "empty: it was not written to its end, or never"
    case .zipArchive:
      "a PyTorch file (torch.save) or another ZIP archive: `unroll convert \(path) model.safetensors --vocabulary FILE` makes a model of a state_dict"
    case .pickle:
      "a pickle of Python, perhaps a PyTorch file from before version 1.6: load it in PyTorch and save its state_dict() with torch.save"
    case .onnx:
      "an ONNX model, which is for other programs: give the .safetensors file that it was made of"
    case .gguf:
      "a GGUF model, a format without recurrent layers: give a file that `unroll train` wrote"
    case .hierarchicalData:
      "an HDF5 file, perhaps of Keras: save the weights as safetensors under PyTorch's names and convert that"
    case .gzip: "compressed by gzip: unpack it first"
    case .text: "text: `unroll train \(path) --output model.safetensors` learns from it"
    }
  }
}
