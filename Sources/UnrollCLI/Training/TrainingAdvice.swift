import Unroll

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Sizes of a model and of its training that suit a text of some tokens, for those that the person does not choose.
///
/// They depend on the text alone and not on the machine, so that the same command gives the same model everywhere. A model has
/// about as many parameters as the text has tokens (as the notes of Karpathy's char-rnn, 2015, recommend), within what a
/// processor can train; a short text is gone through more often, and in batches small enough to take some steps an epoch.
struct TrainingAdvice: Hashable {
  let hiddenSize: Int
  let layers: Int
  let batchSize: Int
  let sequenceLength: Int
  let epochs: Int

  /// - Parameter documentCount: the documents that these tokens make up, if they are not one stream.
  init(tokenCount: Int, documentCount: Int? = nil) {
    let isLong = tokenCount >= 5_000_000
    hiddenSize =
      switch tokenCount {
      case ..<3000: 32
      case ..<30_000: 64
      case ..<500_000: 128
      case ..<5_000_000: 256
      default: 512
      }
    layers = tokenCount < 30_000 ? 1 : 2
    let steps = isLong ? 100 : min(50, max(1, tokenCount - 1))
    sequenceLength = steps
    let windowCount = isLong ? 100 : min(50, max(1, tokenCount / (20 * steps)))
    // Short documents leave a row before its window ends: more of them make a batch of as many tokens.
    let length = documentCount.map { min(steps, max(1, tokenCount / max(1, $0))) }
    batchSize = min(windowCount * steps / (length ?? steps), max(windowCount, 512))
    epochs = min(100, max(1, Int((10 * sqrt(1e6 / Double(max(tokenCount, 1)))).rounded())))
  }
}
