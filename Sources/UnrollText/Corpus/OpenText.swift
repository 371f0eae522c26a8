internal import UnrollFormats

/// The bytes of a text while it is gone through.
struct OpenText {
  enum Source {
    case memory([UInt8])
    case file(OpenFile, FileStatus)
  }

  let source: Source

  /// Fills `bytes` with what begins at `offset`; throws `FileError`.
  func read(at offset: Int, into bytes: UnsafeMutableRawBufferPointer) throws {
    switch source {
    case .memory(let all):
      all.withUnsafeBytes {
        bytes.copyMemory(from: .init(rebasing: $0[offset..<offset + bytes.count]))
      }
    case .file(let file, _): try file.read(at: offset, into: bytes)
    }
  }

  /// The bytes at a place; throws `FileError`.
  func bytes(in range: Range<Int>) throws -> [UInt8] {
    try Array(unsafeUninitializedCapacity: range.count) { buffer, count in
      try read(
        at: range.lowerBound,
        into: UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: buffer[..<range.count])))
      count = range.count
    }
  }

  /// Throws `FileError` if the file is no longer what it was when its text was first seen.
  func checkUnchanged() throws {
    if case .file(let file, let status) = source { try file.checkUnchanged(since: status) }
  }
}

extension TextFile {
  /// Opens the text; throws `FileError` if it is not the one any more that was first seen.
  func open() throws -> OpenText {
    let opened: OpenText
    switch contents {
    case .memory(let bytes): opened = OpenText(source: .memory(bytes))
    case .spooled(let file): opened = OpenText(source: .file(file, file.status))
    case .file(let status): opened = OpenText(source: .file(try OpenFile(reading: path), status))
    }
    try opened.checkUnchanged()
    return opened
  }
}
