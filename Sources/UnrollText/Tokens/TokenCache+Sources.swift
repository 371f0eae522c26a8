internal import UnrollFormats

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The digests of files are remembered with what tells whether a file has changed: its size, its time
/// and its number on the disk.
extension TokenCache {
  /// Gives the texts of a corpus the digests that are remembered of them.
  ///
  /// Throws `FileError` if a file was touched, so that it has to be read, and cannot be.
  func recallDigests(of corpus: Corpus, _ processing: CorpusProcessing) throws {
    guard !corpus.isIdentified, let key = corpus.sourcesKey,
      let record = record(.sources, key)?.field(named: "sources"),
      let known = try? record.array().map({ try SourceRecord($0) }),
      known.count == corpus.files.count
    else { return }
    let isSizeKnown = zip(corpus.files, known).allSatisfy { $0.byteCount == $1.byteCount }
    for (file, known) in zip(corpus.files, known) {
      if case .file(let status) = file.contents, known.isOf(status) {
        file.digest.value = known.digest
      }
    }
    // Texts of the same sizes may be the same: finding that out is quicker than making tokens.
    if isSizeKnown { _ = try corpus.contentHash(processing) }
  }

  /// Remembers the digests of a corpus of files.
  func rememberDigests(of corpus: Corpus) {
    guard let key = corpus.sourcesKey else { return }
    let now = Int64(time(nil)) * 1_000_000_000
    var records: [JSON] = []
    for file in corpus.files {
      // A file that changes once more within the grain of its time would not show that.
      guard case .file(let status) = file.contents, let digest = file.digest.value,
        now - status.modificationTime > 2_000_000_000
      else { return }
      records.append(SourceRecord(status, digest).json)
    }
    if record(.sources, key) != .array(records) { write(.array(records), as: .sources, key) }
  }
}

/// A file and the digest that it had.
private struct SourceRecord {
  let byteCount: Int
  let modificationTime: Int
  let number: String
  let digest: [UInt8]

  init(_ status: FileStatus, _ digest: [UInt8]) {
    byteCount = status.size
    modificationTime = Int(status.modificationTime)
    number = String(status.number)
    self.digest = digest
  }

  init(_ field: JSON.Field) throws {
    byteCount = try field["bytes"].integer()
    modificationTime = try field["time"].integer()
    number = try field["number"].string()
    digest = try field["digest"].array().map { UInt8(try $0.integer(in: 0...255)) }
  }

  var json: JSON {
    [
      "bytes": JSON(byteCount), "time": JSON(modificationTime), "number": .string(number),
      "digest": .array(digest.map { JSON($0) }),
    ]
  }

  func isOf(_ status: FileStatus) -> Bool {
    byteCount == status.size && modificationTime == Int(status.modificationTime)
      && number == String(status.number) && digest.count == 32
  }
}
