internal import UnrollFormats

/// What identifies the contents of texts: of each the SHA-256 digest of the digests of its blocks of
/// 1 MiB, and of these the digest again, so that threads can share the work.
enum ContentHash {
  /// The number of bytes of a block; the last one of a text may have fewer.
  static let blockSize = 1 << 20

  /// The digest of some bytes.
  static func digest(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.digest
  }

  /// The digest of digests, one after the other.
  static func digest(of digests: [[UInt8]]) -> [UInt8] {
    var hash = SHA256()
    for digest in digests { digest.withUnsafeBytes { hash.update($0) } }
    return hash.digest
  }

  /// The digests of the blocks of a text, as they come.
  struct Collector {
    private var digests: [[UInt8]] = []

    /// Takes the digest of the next block of a text; at its end the text knows its own.
    mutating func take(_ digest: [UInt8], of file: TextFile, isLast: Bool) {
      digests.append(digest)
      guard isLast else { return }
      file.digest.value = ContentHash.digest(of: digests)
      digests = []
    }
  }
}
