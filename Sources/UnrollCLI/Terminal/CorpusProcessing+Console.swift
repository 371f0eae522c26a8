import Synchronization
import Unroll
import UnrollTensor
import UnrollRuns
import UnrollText

extension CorpusProcessing {
  /// Processing by the threads that were asked for, with the user's cache; shows how far it is where it takes long.
  init(isQuiet: Bool) {
    let cache = TokenCache.standardDirectory.map { directory in
      TokenCache(directory: directory) { sentence in
        if !isQuiet { Console.message("warning: \(sentence)") }
      }
    }
    self.init(threadCount: Threads.count, cache: cache)
    guard !isQuiet else { return }
    let display = ReadingProgress()
    onProgress = { display.show($0) }
  }
}

/// Shows how far the reading of a large text is: a line that changes on a terminal, otherwise one every ten seconds.
private final class ReadingProgress: Sendable {
  private let watch = Stopwatch()
  private let lastShown = Mutex(0.0)

  func show(_ progress: CorpusProcessing.Progress) {
    let now = watch.seconds
    let isDue = lastShown.withLock { last in
      guard now - last >= (Console.isInteractive ? 0.2 : 10) else { return false }
      last = now
      return true
    }
    let isDone = progress.bytes == progress.totalBytes
    guard isDue || (isDone && Console.isInteractive && now >= 0.2) else { return }
    let activity =
      switch progress.activity {
      case .identifying: "reading"
      case .learning: "learning tokens"
      case .encoding: "making tokens"
      }
    let percent = 100 * progress.bytes / max(progress.totalBytes, 1)
    let line = "\(activity): \(percent) % of \(groupedText(progress.totalBytes)) bytes"
    if Console.isInteractive {
      Console.show("\r" + (isDone ? "" : String(line.prefix(Console.width - 1))) + "\u{1B}[K")
    } else {
      Console.message(line)
    }
  }
}
