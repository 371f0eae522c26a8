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
    /// Which wait it is, counted, and the last one whose time was up.
    var waitsSoFar = 0
    var givenUp = 0

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
  /// - Parameters:
  ///   - isWhole: whether to wait for the end.
  ///   - patience: how long to wait at most.
  /// - Returns: the pieces, none only where the end came alone or the time was up, and the end if there is one.
  func take(
    whole isWhole: Bool = false, within patience: Duration? = nil
  ) async -> (items: [Item], end: End?) {
    while true {
      let there: (items: [Item], end: End?)? = state.withLock { state in
        guard state.has(isWhole) else { return nil }
        defer { state.items = [] }
        return (state.items, state.end)
      }
      if let there { return there }
      let wait = state.withLock { state in
        state.waitsSoFar += 1
        return state.waitsSoFar
      }
      let alarm = patience.map { patience in
        Task {
          try await Task.sleep(for: patience)
          giveUp(wait)
        }
      }
      await withCheckedContinuation { continuation in
        let isThere = state.withLock { state in
          if state.has(isWhole) || state.givenUp == wait { return true }
          state.waiter = continuation
          state.waitsForEnd = isWhole
          return false
        }
        if isThere { continuation.resume() }
      }
      alarm?.cancel()
      if patience != nil, state.withLock({ !$0.has(isWhole) }) { return ([], nil) }
    }
  }

  /// Wakes the waiter of a wait, if it still waits.
  private func giveUp(_ wait: Int) {
    let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
      guard state.waitsSoFar == wait else { return nil }
      state.givenUp = wait
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }
}
