/// Texts as they are written, for asynchronous code: a `TextStream` that suspends between tokens and pieces of the prompt.
///
/// It computes a token when it is asked for one, and nothing ahead: a consumer that breaks off costs nothing more, and on a
/// single thread others take their turns between two tokens. A cancelled task gets a `CancellationError`.
public struct AsyncTextStream: AsyncSequence, Sendable {
  /// A token and the text that it completes.
  public typealias Element = TextPiece

  private let stream: TextStream

  /// Creates an asynchronous sequence of what a stream gives.
  public init(_ stream: TextStream) {
    self.stream = stream
  }

  /// A new iterator begins at the beginning.
  public func makeAsyncIterator() -> Iterator { Iterator(stream: stream) }

  /// Gives the pieces, one for each call.
  public struct Iterator: AsyncIteratorProtocol, Sendable {
    fileprivate var stream: TextStream

    /// The next piece; `nil` when all texts have ended.
    ///
    /// - Throws: `CancellationError` if the task is cancelled.
    public mutating func next() async throws -> TextPiece? {
      repeat {
        try Task.checkCancellation()
        if let piece = stream.takeWaiting() { return piece }
        await Task.yield()
      } while stream.work()
      return nil
    }
  }
}
