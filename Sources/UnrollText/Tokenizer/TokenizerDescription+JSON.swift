package import UnrollFormats

extension TokenizerDescription {
  /// Reads a description; throws `JSONError`, and leaves it to `Tokenizer` to check what it says.
  package init(_ field: JSON.Field) throws {
    self.init(
      kind: try field["kind"].string(),
      entries: try field["entries"].array().map { try $0.string() },
      merges: try field["merges"].array().map { try $0.string() },
      reserved: try field["reserved"].array().map { try $0.string() },
      unknown: try field["unknown"].string(),
      normalization: try field["normalization"].string(),
      lowercase: try field["lowercase"].boolean())
  }

  /// The description as JSON, always in the same order.
  package var json: JSON {
    [
      "kind": .string(kind),
      "entries": .array(entries.map { .string($0) }),
      "merges": .array(merges.map { .string($0) }),
      "reserved": .array(reserved.map { .string($0) }),
      "unknown": .string(unknown),
      "normalization": .string(normalization),
      "lowercase": .boolean(lowercase),
    ]
  }
}
