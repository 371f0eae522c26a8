import Unroll
import UnrollFormats

/// Where a compressed text, or one that was, goes.
struct CompressionTarget {
  let path: String

  /// A path that was given replaces what is there; one that was not given does not.
  init(_ output: String?, default path: String?) throws {
    if let output {
      self.path = output
    } else if let path {
      self.path = path
      guard !Folder.hasEntry(path) else {
        throw Failure(
          status: 73,
          description:
            "'\(path)' is there already: move it, or name an output with --output, which is replaced"
        )
      }
    } else {
      throw Failure(
        status: 64, description: "the name does not tell what to write: give a file with --output")
    }
    try DurableFile.checkWritable(self.path)
  }

  /// Writes what `body` makes, unless it is interrupted; returns the number of bytes.
  func write(
    _ activity: String, _ body: (_ progress: (Double) -> Void) throws -> [UInt8]?
  ) throws -> Int {
    Interruption.watch()
    let progress = ShareProgress(activity)
    defer { progress.clear() }
    guard let bytes = try body(progress.show) else {
      leave(with: 128 + (Interruption.signalNumber ?? 0))
    }
    try DurableFile.write(to: path) { try $0.append(bytes) }
    return bytes.count
  }
}
