#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// How a corpus is worked through; none of this changes what comes out.
public struct CorpusProcessing: Sendable {
  /// The number of threads.
  public var threadCount: Int

  /// Where the tokens of a large corpus are kept for the next time; without one they are in a
  /// temporary file.
  public var cache: TokenCache?

  /// Is told how far a pass through the texts is, in bytes.
  public var onProgress: (@Sendable (Progress) -> Void)?

  /// The number of bytes that are read at once.
  package var blockSize = ContentHash.blockSize

  /// The number of bytes up to which a corpus and its tokens stay in memory.
  package var inMemoryLimit = Self.inMemoryLimit

  package static let inMemoryLimit = 8 << 20

  /// How far a pass is.
  public struct Progress: Hashable, Sendable {
    /// What is done to the texts.
    public let activity: Activity
    /// The bytes that have been worked on.
    public let bytes: Int
    /// The bytes of all texts.
    public let totalBytes: Int
  }

  /// What a pass through the texts does.
  public enum Activity: Hashable, Sendable {
    /// Finding out whether the texts are known already.
    case identifying
    /// Counting what a tokenizer is learnt from.
    case learning
    /// Making tokens.
    case encoding
  }

  /// Creates a way of processing, by default with all processors of the machine and no cache.
  public init(
    threadCount: Int = Self.processorCount, cache: TokenCache? = nil,
    onProgress: (@Sendable (Progress) -> Void)? = nil
  ) {
    guard threadCount > 0 else {
      fatalError("The number of threads is 1 or more, not \(threadCount).")
    }
    self.threadCount = threadCount
    self.cache = cache
    self.onProgress = onProgress
  }

  /// The number of processors of the machine.
  public static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
