import Unroll
import UnrollTensor
import UnrollText

extension CorpusProcessing {
  /// Processing by the threads that were asked for, with the user's cache.
  init(isQuiet: Bool) {
    let cache = TokenCache.standardDirectory.map { directory in
      TokenCache(directory: directory) { sentence in
        if !isQuiet { Console.message("warning: \(sentence)") }
      }
    }
    self.init(threadCount: Threads.count, cache: cache)
  }
}
