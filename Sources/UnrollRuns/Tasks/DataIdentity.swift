internal import UnrollFormats

/// What a run learns from, by named SHA-256 digests.
public struct DataIdentity: Hashable, Sendable {
  /// A part of the data and its digest in hexadecimal digits; `nil` if the run has no such part.
  public struct Digest: Hashable, Sendable {
    /// What the part is called in messages: `training text`.
    public let name: String
    /// The digest.
    public let value: String?

    /// Creates a digest.
    public init(_ name: String, _ value: String?) {
      self.name = name
      self.value = value
    }
  }

  /// The digests, the most important first.
  public let digests: [Digest]

  /// Creates an identity.
  public init(_ digests: [Digest]) { self.digests = digests }

  /// The digest of texts; others, or the same cut elsewhere, have another one.
  static func digest(of texts: some Sequence<String>) -> String {
    var digest = SHA256()
    for text in texts {
      digest.update("\(text.utf8.count) ")
      digest.update(text)
    }
    return digest.hexadecimal
  }

  init(_ field: JSON.Field) throws {
    digests = try field.object().members.map { member in
      Digest(member.key, try field[member.key].ifPresent?.string())
    }
  }

  var json: JSON {
    .object(
      JSON.Object(
        digests.map { .init(key: $0.name, value: $0.value.map { .string($0) } ?? .null) }))
  }

  /// What differs, with the beginnings of the digests; `nil` if nothing does.
  func difference(from earlier: DataIdentity) -> String? {
    for digest in digests {
      let old = earlier.digests.first { $0.name == digest.name }?.value
      guard old != digest.value else { continue }
      return
        "the \(digest.name) had the SHA-256 \(old?.prefix(12) ?? "of none") and has "
        + "\(digest.value?.prefix(12) ?? "none")"
    }
    return nil
  }
}
