internal import UnrollFormats
internal import UnrollNN
internal import UnrollTensor
internal import UnrollText

/// A state as a safetensors file: `hidden.0` …, `cell.0` …, perhaps `logits`, and the tokens; the rest as texts.
extension TextState {
  private static let kind = "text-state"
  private static let version = "1"

  /// Writes the state, whole or not at all, with the digest of the model that it is of.
  ///
  /// - Throws: `FileError` if the file cannot be written; what was there before is then untouched.
  public func write(to path: String, of model: LanguageModel) throws {
    try writer(of: model).write(to: path)
  }

  /// The bytes of such a file.
  ///
  /// - Throws: `SafeTensorsError` if there are too many tensors for a file.
  public func bytes(of model: LanguageModel) throws -> [UInt8] { try writer(of: model).bytes() }

  /// Reads the state of a text of a model.
  ///
  /// - Throws: `FileError` if the file cannot be read, `SafeTensorsError` if it is damaged or of another format, `ModelError` if
  ///   it is no state, or one of another model.
  public init(contentsOf path: String, of model: LanguageModel) throws {
    try self.init(SafeTensors(contentsOf: path), of: model)
  }

  /// Reads a state that is in memory as the bytes of a file.
  ///
  /// - Throws: as reading a file does.
  public init(bytes: [UInt8], of model: LanguageModel) throws {
    try self.init(SafeTensors(bytes: bytes, source: "the state"), of: model)
  }

  private func writer(of model: LanguageModel) throws -> SafeTensorsWriter {
    var writer = SafeTensorsWriter(metadata: [
      "unroll.kind": Self.kind, "unroll.version": Self.version, "unroll.model": model.digest,
      "unroll.random": "\(random.key) \(random.position)",
    ])
    func add(_ name: String, _ tensor: Tensor) throws {
      try writer.add(name, shape: [tensor.count], values: tensor.elements)
    }
    for (index, tensor) in state.hidden.enumerated() { try add("hidden.\(index)", tensor) }
    for (index, tensor) in state.cell.enumerated() { try add("cell.\(index)", tensor) }
    if let logits { try add("logits", logits) }
    for (name, tokens) in [("pending", pending), ("recent", recent)] {
      try writer.add(
        name, shape: [tokens.count], as: .int32,
        bytes: tokens.flatMap { token in withUnsafeBytes(of: token.littleEndian) { Array($0) } })
    }
    return writer
  }

  private init(_ file: SafeTensors, of model: LanguageModel) throws {
    let path = file.source
    guard file.metadata["unroll.kind"] == Self.kind else {
      throw ModelError(
        .notAModel,
        "'\(path)' is not the state of a text: give a file that `unroll generate --save-state` wrote"
      )
    }
    guard file.metadata["unroll.version"] == Self.version else {
      throw ModelError(
        .notAModel,
        "'\(path)' is the state of a text of another version: this one reads \(Self.version)")
    }
    guard file.metadata["unroll.model"] == model.digest else {
      throw ModelError(
        .notAModel,
        "'\(path)' is the state of a text of another model: give the model that wrote it")
    }
    func damaged(_ what: String) -> ModelError {
      ModelError(.damaged, "'\(path)' has \(what) that cannot be a text's: save the state again")
    }
    let numbers = (file.metadata["unroll.random"] ?? "").split(separator: " ").map { UInt64($0) }
    guard numbers.count == 2, let key = numbers[0], let position = numbers[1] else {
      throw damaged("a place among the random numbers")
    }
    func floats(_ name: String, shape: Shape) throws -> Tensor {
      let tensor = try file.tensor(named: name)
      let values = try tensor.floats()
      guard values.count == shape.elementCount else { throw damaged("a tensor \(name)") }
      return Tensor(values, shape: shape)
    }
    func tokens(_ name: String) throws -> [Token] {
      let tensor = try file.tensor(named: name)
      guard tensor.elementType == .int32 else { throw damaged("tokens \(name)") }
      return tensor.withUnsafeBytes { bytes in
        (0..<tensor.elementCount).map {
          Token(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Token.self))
        }
      }
    }
    let zeros = model.initialState(batchSize: 1)
    let pending = try tokens("pending")
    self.init(
      state: RecurrentState(
        hidden: try zeros.hidden.enumerated().map { try floats("hidden.\($0)", shape: $1.shape) },
        cell: try zeros.cell.enumerated().map { try floats("cell.\($0)", shape: $1.shape) }),
      pending: pending,
      logits: pending.isEmpty
        ? try floats("logits", shape: [model.tokenizer.vocabulary.count]) : nil,
      recent: try tokens("recent"), random: RandomStream(key: key, position: position))
    for (name, tensor) in [
      ("hidden", state.hidden), ("cell", state.cell), ("logits", [logits].compactMap { $0 }),
    ]
    .flatMap({ name, tensors in tensors.map { (name, $0) } })
    where !tensor.elements.allSatisfy(\.isFinite) {
      throw damaged("a number in \(name)")
    }
    do {
      try validate(for: model)
    } catch {
      throw damaged("tokens")
    }
  }
}
