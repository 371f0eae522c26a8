package import UnrollFormats

extension TokenizerDescription {
  /// Reads a description, and leaves it to `Tokenizer` to find contradictions.
  ///
  /// - Throws: `JSONError` for a value of the wrong type, `TextError` for a name that this version does
  ///   not know.
  package init(_ field: JSON.Field) throws {
    self.init(
      kind: try Self.value(of: field["kind"], "kind of token"),
      entries: try field["entries"].array().map { try $0.string() },
      merges: try field["merges"].array().map { try $0.string() },
      reserved: Set(
        try field["reserved"].array().map { try Self.value(of: $0, "reserved entry") }),
      unknown: try Self.value(of: field["unknown"], "unknown policy"),
      normalization: try Self.value(of: field["normalization"], "normalization"),
      lowercase: try field["lowercase"].boolean(),
      lineEnds: try field["lineEnds"].ifPresent.map { try Self.value(of: $0, "line end") }
        ?? .kept,
      removesByteOrderMark: try field["removesByteOrderMark"].ifPresent?.boolean() ?? false)
  }

  /// The description as JSON, always in the same order.
  package var json: JSON {
    [
      "kind": .string(kind.rawValue),
      "entries": .array(entries.map { .string($0) }),
      "merges": .array(merges.map { .string($0) }),
      "reserved": .array(
        ReservedEntry.allCases.filter(reserved.contains).map { .string($0.rawValue) }),
      "unknown": .string(unknown.rawValue),
      "normalization": .string(normalization.rawValue),
      "lowercase": .boolean(lowercase),
      "lineEnds": .string(lineEnds.rawValue),
      "removesByteOrderMark": .boolean(removesByteOrderMark),
    ]
  }

  private static func value<Value: RawRepresentable<String> & CaseIterable>(
    of field: JSON.Field, _ concept: String
  ) throws -> Value {
    let name = try field.string()
    guard let value = Value(rawValue: name) else {
      let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
      throw TextError(
        .invalidDescription,
        "\(name.debugDescription) is no \(concept) of this version: it knows \(names)")
    }
    return value
  }
}
