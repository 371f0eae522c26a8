internal import Synchronization
import UnrollModels

/// What has been written for a request and not been fetched: the engine puts, one task takes.
final class Outbox: Sendable {
  /// A piece of one of the texts of a request.
  struct Item: Sendable {
    /// The number of the text within the request.
    let text: Int
    let piece: TextPiece
  }

  /// Why nothing more will come.
  enum End: Sendable, Hashable {
    /// All texts are at their ends.
    case done
    /// The request took longer than it may.
    case timedOut
    /// The engine ends.
    case closed
  }

  private struct State {
    var items: [Item] = []
    var end: End?
    var waiter: CheckedContinuation<Void, Never>?
    /// Whether the waiter wants nothing before the end.
    var waitsForEnd = false

    func has(_ isWhole: Bool) -> Bool { end != nil || (!isWhole && !items.isEmpty) }
  }

  private let state = Mutex(State())

  /// Adds pieces, and says whether they were the last.
  func put(_ items: [Item], end: End? = nil) {
    let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
      state.items += items
      state.end = state.end ?? end
      guard state.has(state.waitsForEnd) else { return nil }
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// Takes everything that has come; waits until something has.
  ///
  /// - Parameter isWhole: whether to wait for the end.
  /// - Returns: the pieces, none only where the end came alone, and the end if there is one.
  func take(whole isWhole: Bool = false) async -> (items: [Item], end: End?) {
    while true {
      let there: (items: [Item], end: End?)? = state.withLock { state in
        guard state.has(isWhole) else { return nil }
        defer { state.items = [] }
        return (state.items, state.end)
      }
      if let there { return there }
      await withCheckedContinuation { continuation in
        let isThere = state.withLock { state in
          if state.has(isWhole) { return true }
          state.waiter = continuation
          state.waitsForEnd = isWhole
          return false
        }
        if isThere { continuation.resume() }
      }
    }
  }
}
