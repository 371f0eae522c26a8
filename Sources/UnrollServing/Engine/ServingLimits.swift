internal import UnrollTensor

/// What a server takes on at most.
public struct ServingLimits: Sendable, Hashable {
  /// The texts that are written at once; more wait.
  public var rows = 128
  /// The texts that wait at most; more are refused.
  public var queuedRows = 256
  /// The prompts of a request.
  public var prompts = 128
  /// The tokens of a prompt.
  public var promptTokens = 100_000
  /// The bytes of a text that is classified, tagged or translated, all of which is read at once.
  public var textBytes = 1 << 14
  /// The tokens that are written for a text.
  public var tokens = 10_000
  /// The tokens that are written where a request does not say.
  public var usualTokens = 16
  /// The bytes of a request's body.
  public var bodyBytes = 1 << 20
  /// The seconds that a request may take.
  public var seconds = 600.0
  /// The seconds after which a stream on which nothing came says that it is there.
  public var pingSeconds = 15.0
  /// The threads that work on a batch. They change no answer.
  public var threads = Threads.available

  /// Creates the usual limits.
  public init() {}
}
