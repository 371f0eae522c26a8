import UnrollTestSupport

/// Instructions of a pickle in a row, put together from pieces.
struct PickleBytes: ExpressibleByStringLiteral {
  var bytes: [UInt8]

  init(_ bytes: [UInt8] = []) {
    self.bytes = bytes
  }

  /// Instructions that are visible characters.
  init(stringLiteral value: String) {
    bytes = [UInt8](value.utf8)
  }

  static func + (left: PickleBytes, right: PickleBytes) -> PickleBytes {
    PickleBytes(left.bytes + right.bytes)
  }

  /// The pickle, with its beginning and end.
  var pickle: [UInt8] { [0x80, 2] + bytes + [UInt8(ascii: ".")] }

  // MARK: Values

  static func text(_ text: String) -> PickleBytes {
    PickleBytes([UInt8(ascii: "X")] + StoredZip.field(text.utf8.count, 4) + [UInt8](text.utf8))
  }

  static func number(_ number: Int) -> PickleBytes {
    PickleBytes([0x8A, 8] + StoredZip.field(UInt64(bitPattern: Int64(number)), 8))
  }

  static func global(_ module: String, _ name: String) -> PickleBytes {
    PickleBytes([UInt8(ascii: "c")] + [UInt8]("\(module)\n\(name)\n".utf8))
  }

  static func tuple(_ parts: [PickleBytes]) -> PickleBytes {
    parts.reduce("(", +) + "t"
  }

  static let noHooks = global("collections", "OrderedDict") + ")R"
  static let no = PickleBytes([0x89])

  // MARK: PyTorch

  static func storage(
    _ kind: String = "FloatStorage", key: String = "0", count: Int = 4
  ) -> PickleBytes {
    tuple([text("storage"), global("torch", kind), text(key), text("cpu"), number(count)]) + "Q"
  }

  static func tensor(
    _ storage: PickleBytes = storage(), offset: Int = 0, size: [Int] = [4], strides: [Int] = [1],
    metadata: PickleBytes? = nil
  ) -> PickleBytes {
    let arguments =
      [storage, number(offset), tuple(size.map(number)), tuple(strides.map(number)), no, noHooks]
      + [metadata].compactMap { $0 }
    return global("torch._utils", "_rebuild_tensor_v2") + tuple(arguments) + "R"
  }

  static func dictionary(_ members: [(PickleBytes, PickleBytes)]) -> PickleBytes {
    members.reduce("}(") { $0 + $1.0 + $1.1 } + "u"
  }

  /// A `state_dict` of one tensor, `w`.
  static func stateDictionary(_ tensor: PickleBytes) -> PickleBytes {
    dictionary([(text("w"), tensor)])
  }
}

/// Four floats: 1, 2, 3, 4.
let fourFloats: [UInt8] = [1, 2, 3, 4].flatMap { littleEndian(Float($0).bitPattern) }

extension StoredZip {
  /// The file of a pickle, with ``fourFloats`` in the storage `0`.
  init(_ pickle: PickleBytes) {
    self.init(pickle: pickle.pickle, storages: [("0", fourFloats)])
  }
}
