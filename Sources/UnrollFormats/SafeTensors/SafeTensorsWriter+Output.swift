extension SafeTensorsWriter {
  /// Creates or replaces the file at `path`, whole or not at all.
  ///
  /// - Throws: ``FileError``, ``SafeTensorsError`` if the header would be too large to be read
  ///   again, or what a source of floats throws.
  public func write(to path: String) throws {
    try DurableFile.write(to: path) { try write(to: $0, source: path) }
  }

  /// Appends the file to one that is being written, called `source` in errors.
  package func write(to file: FileSink, source: String) throws {
    try forEachPiece(source: source) { try file.append($0) }
  }

  /// The whole file in memory; throws ``SafeTensorsError`` or what a source of floats throws.
  public func bytes() throws -> [UInt8] {
    var bytes: [UInt8] = []
    try forEachPiece(source: "safetensors") { bytes += $0 }
    return bytes
  }

  private func forEachPiece(
    source: String, _ emit: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let tensors = sortedTensors
    try header(of: tensors, source: source).withUnsafeBytes(emit)
    for tensor in tensors {
      switch tensor.content {
      case .bytes(let bytes): try bytes.withUnsafeBytes(emit)
      case .floats(let source): try Self.emit(source, of: tensor, emit)
      }
    }
  }

  /// Largest alignment first and then by name, so that every tensor is aligned in a file mapped to
  /// memory.
  private var sortedTensors: [Tensor] {
    let ranks = Dictionary(
      uniqueKeysWithValues: ElementType.allCases.enumerated().map { ($1, $0) })
    return tensors.sorted { left, right in
      guard left.elementType == right.elementType else {
        return ranks[left.elementType, default: 0] > ranks[right.elementType, default: 0]
      }
      return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }
  }

  /// The length, the JSON and spaces up to a multiple of eight bytes.
  private func header(of tensors: [Tensor], source: String) throws(SafeTensorsError) -> [UInt8] {
    guard tensors.count <= SafeTensors.maximumTensorCount else {
      throw SafeTensorsError(
        .tooManyTensors, in: source,
        "\(tensors.count) tensors are more than the \(SafeTensors.maximumTensorCount) of one file")
    }
    var members: [JSON.Object.Member] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { JSON.Object.Member(key: $0.key, value: .string($0.value)) }
      members.append(.init(key: "__metadata__", value: .object(.init(unchecked: texts))))
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.byteCount
      let entry: JSON = [
        "dtype": .string(tensor.elementType.rawValue),
        "shape": .array(tensor.shape.map { JSON($0) }),
        "data_offsets": [JSON(offset), JSON(end)],
      ]
      members.append(.init(key: tensor.name, value: entry))
      offset = end
    }
    var json = JSON.object(.init(unchecked: members)).utf8()
    json += repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
    guard json.count <= SafeTensors.maximumHeaderByteCount else {
      throw SafeTensorsError(
        .headerTooLarge, in: source,
        "a header of \(json.count) bytes is more than the \(SafeTensors.maximumHeaderByteCount) "
          + "that readers accept; shorten the metadata or split the file")
    }
    return withUnsafeBytes(of: UInt64(json.count).littleEndian) { [UInt8]($0) } + json
  }

  private static func emit(
    _ source: FloatSource, of tensor: Tensor, _ emit: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var callCount = 0
    try withoutActuallyEscaping(emit) { emit in
      try source { floats in
        callCount += 1
        let expected = tensor.byteCount * 8 / tensor.elementType.bitCount
        guard floats.count == expected else {
          fatalError(
            "the tensor '\(tensor.name)' of shape \(tensor.shape) has \(floats.count) floats")
        }
        switch tensor.elementType {
        case .float16: try emitRounded(floats, \.float16Bits, emit)
        case .bfloat16: try emitRounded(floats, \.bfloat16Bits, emit)
        default: try emit(UnsafeRawBufferPointer(floats))
        }
      }
    }
    guard callCount == 1 else {
      fatalError("the floats of '\(tensor.name)' have to be given exactly once")
    }
  }

  /// Rounds and emits some floats at a time, so that no second copy of the tensor exists.
  private static func emitRounded(
    _ floats: UnsafeBufferPointer<Float>, _ rounded: (Float) -> UInt16,
    _ emit: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let pieceCount = 1 << 15
    for start in stride(from: 0, to: floats.count, by: pieceCount) {
      let piece = floats[start..<min(start + pieceCount, floats.count)].map(rounded)
      try piece.withUnsafeBytes(emit)
    }
  }
}
