/// Tells how far a pass is.
struct PassProgress {
  private let activity: CorpusProcessing.Activity
  private let totalBytes: Int
  private let tell: (@Sendable (CorpusProcessing.Progress) -> Void)?
  private var bytes = 0

  init(
    _ activity: CorpusProcessing.Activity, of files: [TextFile], _ processing: CorpusProcessing
  ) {
    self.activity = activity
    totalBytes = files.reduce(0) { $0 + $1.byteCount }
    tell = processing.onProgress
  }

  mutating func advance(by count: Int) {
    bytes += count
    tell?(.init(activity: activity, bytes: bytes, totalBytes: totalBytes))
  }
}
