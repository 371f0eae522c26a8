/// Turns the JSON of a safetensors header into tensors and metadata; how these fit together is
/// checked elsewhere.
struct SafeTensorsHeaderParser {
  /// What names the file in errors.
  let source: String
  private(set) var tensors: [SafeTensorsHeader.Tensor] = []
  private(set) var metadata: [String: String] = [:]

  /// What the parser is inside of, to tell which rule a wrong kind of value breaks.
  private enum Place {
    case header, metadata
    case tensor(String)
  }

  private var place = Place.header

  init(source: String) {
    self.source = source
  }

  mutating func parse(_ bytes: UnsafeRawBufferPointer) throws {
    var reader = JSONReader(bytes)
    do {
      try reader.readObject { reader, key in
        if key == "__metadata__" {
          place = .metadata
          try parseMetadata(&reader)
        } else {
          place = .tensor(key)
          try parseTensor(key, &reader)
        }
        place = .header
      }
      try reader.finish()
    } catch let error as JSONError {
      throw translated(error)
    }
  }

  private mutating func parseMetadata(_ reader: inout JSONReader) throws {
    try reader.readObject { reader, key in
      guard metadata.updateValue(try reader.readString(), forKey: key) == nil else {
        throw SafeTensorsError(
          .duplicateName, in: source,
          "the metadata \(key.quotedForMessage) occurs twice, in two Unicode forms of one name")
      }
    }
  }

  private mutating func parseTensor(_ name: String, _ reader: inout JSONReader) throws {
    guard tensors.count < SafeTensors.maximumTensorCount else {
      throw SafeTensorsError(
        .tooManyTensors, in: source, "it has more than \(SafeTensors.maximumTensorCount) tensors")
    }
    var elementType: ElementType?
    var shape: [Int]?
    var bytes: Range<Int>?
    try reader.readObject { reader, key in
      switch key {
      case "dtype": elementType = try parseElementType(name, &reader)
      case "shape": shape = try parseShape(name, &reader)
      case "data_offsets": bytes = try parseOffsets(name, &reader)
      default:
        throw SafeTensorsError(
          .invalidEntry, in: source, tensor: name,
          "has the member \(key.quotedForMessage), which the format does not know")
      }
    }
    guard let elementType, let shape, let bytes else {
      let missing = elementType == nil ? "dtype" : shape == nil ? "shape" : "data_offsets"
      throw SafeTensorsError(.invalidEntry, in: source, tensor: name, "has no \(missing)")
    }
    tensors.append(.init(name: name, elementType: elementType, shape: shape, bytes: bytes))
  }

  private func parseElementType(_ name: String, _ reader: inout JSONReader) throws -> ElementType {
    let text = try reader.readString()
    guard let type = ElementType(rawValue: text) else {
      throw SafeTensorsError(
        .unknownElementType, in: source, tensor: name,
        "has the unknown dtype \(text.quotedForMessage); save it with another one")
    }
    return type
  }

  private func parseShape(_ name: String, _ reader: inout JSONReader) throws -> [Int] {
    var shape: [Int] = []
    try reader.readArray { reader in
      guard let size = Int(exactly: try reader.readUnsigned()) else {
        throw SafeTensorsError(
          .overflow, in: source, tensor: name, "has a dimension that is too large")
      }
      shape.append(size)
    }
    return shape
  }

  private func parseOffsets(_ name: String, _ reader: inout JSONReader) throws -> Range<Int> {
    var offsets: [UInt64] = []
    try reader.readArray { reader in
      offsets.append(try reader.readUnsigned())
      guard offsets.count <= 2 else {
        throw SafeTensorsError(
          .invalidEntry, in: source, tensor: name, "has more than two data_offsets")
      }
    }
    guard offsets.count == 2 else {
      throw SafeTensorsError(.invalidEntry, in: source, tensor: name, "needs two data_offsets")
    }
    guard let begin = Int(exactly: offsets[0]), let end = Int(exactly: offsets[1]), begin <= end
    else {
      throw SafeTensorsError(
        .invalidOffsets, in: source, tensor: name,
        "has the data_offsets \(offsets), which are not a range of bytes")
    }
    return begin..<end
  }

  private func translated(_ error: JSONError) -> SafeTensorsError {
    let code: SafeTensorsError.Code
    switch (error.code, place) {
    case (.invalidUTF8, _): code = .headerNotUTF8
    case (.duplicateKey, _): code = .duplicateName
    case (.wrongKind, .metadata): code = .invalidMetadata
    case (.wrongKind, .tensor), (.numberOutOfRange, .tensor): code = .invalidEntry
    default: code = .headerNotJSON
    }
    let subject: String
    switch place {
    case .header: subject = "the header"
    case .metadata: subject = "the metadata in the header"
    case .tensor(let name):
      subject = "the entry of the tensor \(name.quotedForMessage) in the header"
    }
    return SafeTensorsError(code, in: source, "\(subject) is wrong at its \(error.message)")
  }
}
