#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The sizes of a model and of its training, and its dropout, all of them known.
public struct RunSizes: Hashable, Sendable {
  /// L, the recurrent layers.
  public var layers: Int
  /// H, the units of each layer.
  public var hiddenSize: Int
  /// N, the rows of a batch.
  public var batchSize: Int
  /// T, the steps of a window.
  public var sequenceLength: Int
  /// How often the data are gone through.
  public var epochs: Int
  /// The dropout probability between the layers and before the output.
  public var dropout: Float
  /// How strongly AdamW pulls weights to zero.
  public var weightDecay: Double

  /// What suits a text.
  ///
  /// It depends on the text alone and not on the machine, so that the same settings give the same model everywhere. One wide layer
  /// learns more in the same time than two narrow ones, and the fewer the tokens for each parameter, the more it is regularised
  /// (`Benchmarks/RESULTS.md` has the runs). A short text is gone through more often, and in batches small enough to take some
  /// steps an epoch.
  public init(adviceFor data: DataSizes) {
    let count = data.tokenCount
    let isLong = count >= 5_000_000
    (hiddenSize, dropout, weightDecay) =
      switch count {
      case ..<3000: (32, 0, 0)
      case ..<30_000: (128, 0.3, 0.1)
      case ..<500_000: (256, 0.3, 0.1)
      case ..<5_000_000: (512, 0.3, 0.05)
      default: (512, 0.1, 0.05)
      }
    layers = isLong ? 2 : 1
    let steps = isLong ? 100 : min(50, max(1, count - 1))
    sequenceLength = steps
    let windowCount = isLong ? 100 : min(50, max(1, count / (20 * steps)))
    // Short documents leave a row before its window ends: more of them make a batch of as many tokens.
    let length = data.documentCount.map { min(steps, max(1, count / max(1, $0))) }
    batchSize = min(windowCount * steps / (length ?? steps), max(windowCount, 512))
    epochs = min(100, max(1, Int((8 * sqrt(1e6 / Double(max(count, 1)))).rounded())))
  }
}

/// How much data a task has.
public struct DataSizes: Hashable, Sendable {
  /// The tokens to learn from.
  public var tokenCount: Int
  /// What a token is, in the plural: `characters`.
  public var tokenName: String
  /// The distinct tokens.
  public var distinctCount: Int
  /// The documents or examples that the tokens make up; `nil` if they are one stream.
  public var documentCount: Int?
  /// What one of these is: `document`.
  public var documentName: String
  /// What is predicted, in the plural: `characters`, `examples`.
  public var targetName: String

  /// The characters of the text that one predicted token stands for, on average; `nil` where nothing of the kind is predicted.
  public var charactersPerTarget: Double?

  /// Creates sizes.
  public init(
    tokenCount: Int, tokenName: String = "tokens", distinctCount: Int, documentCount: Int? = nil,
    documentName: String = "document", targetName: String? = nil
  ) {
    self.tokenCount = tokenCount
    self.tokenName = tokenName
    self.distinctCount = distinctCount
    self.documentCount = documentCount
    self.documentName = documentName
    self.targetName = targetName ?? tokenName
  }
}
