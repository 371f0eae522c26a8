import Foundation
import Synchronization
import Testing
import UnrollModels
import UnrollText

/// Texts in asynchronous code.
struct AsyncTextStreamTests {
  // The example of the README.
  private func show(_ model: LanguageModel, _ display: @Sendable (String) async -> Void)
    async throws
  {
    let request = GenerationRequest(
      prompt: "abc", length: 300, sampling: Sampling(temperature: 0.8, topP: 0.95), seed: 1)
    for try await piece in try model.pieces(request) {
      await display(piece.text)
      if piece.text.contains("j") { break }  // Nothing more is computed.
    }
  }

  @Test func theExampleRuns() async throws {
    let shown = Mutex("")
    let model = try Variant.all[0].model()
    try await show(model) { text in shown.withLock { $0 += text } }
    let whole = try model.generate(
      prompt: "abc", length: 300, sampling: Sampling(temperature: 0.8, topP: 0.95), seed: 1)
    let text = shown.withLock { $0 }
    #expect(text.last == "j" && whole.hasPrefix(text))
  }

  @Test(arguments: [1, 5])
  func piecesAreThoseOfAStream(_ count: Int) async throws {
    let model = try Variant.all[1].model()
    let request = GenerationRequest(
      prompt: String(repeating: "abc", count: 200), length: 40, likeliestCount: 2)
    var pieces: [TextPiece] = []
    for try await piece in try model.pieces(request, count: count) { pieces.append(piece) }
    #expect(pieces == Array(try TextStream(model, request, count: count)))
  }

  /// A text without end, on one thread: the consumer gets its pieces, others their turns, and whoever breaks off is free.
  @Test func onOneThreadAllTakeTurns() async throws {
    let thread = OneThread()
    let model = try Variant.all[2].model()
    let endless = GenerationRequest(prompt: "abc", length: .max)
    let shared = Shared()
    let other = Task(executorPreference: thread) {
      while !shared.isOver.load(ordering: .relaxed) {
        shared.count.add(1, ordering: .relaxed)
        await Task.yield()
      }
    }
    let consumer = Task(executorPreference: thread) {
      var count = 0
      for try await _ in try model.pieces(endless) {
        count += 1
        // A turn for the other between two tokens.
        #expect(shared.count.load(ordering: .relaxed) >= count)
        if count == 500 { break }
      }
      shared.isOver.store(true, ordering: .relaxed)
    }
    try await consumer.value
    await other.value
    thread.end()
  }

  @Test func aCancelledTaskEnds() async throws {
    let thread = OneThread()
    let model = try Variant.all[2].model()
    // A prompt that takes a while, and a text without end.
    for prompt in [String(repeating: "abcdefghij", count: 100_000), "abc"] {
      let shared = Shared()
      // Both are made by a task on the one thread, so neither begins before the other is there.
      let (task, canceller) = await Task(executorPreference: thread) {
        let task = Task(executorPreference: thread) {
          for try await _ in try model.pieces(GenerationRequest(prompt: prompt, length: .max)) {
            shared.count.add(1, ordering: .relaxed)
          }
        }
        let canceller = Task(executorPreference: thread) {
          for _ in 0..<20 { await Task.yield() }
          task.cancel()
        }
        return (task, canceller)
      }.value
      await canceller.value
      await #expect(throws: CancellationError.self) { try await task.value }
      // The long prompt has 3,907 pieces, and there were about twenty turns.
      #expect(shared.count.load(ordering: .relaxed) <= 30)
    }
    thread.end()
  }

  @Test func nothingIsComputedAhead() async throws {
    let model = try Variant.all[2].model()
    var iterator = try model.pieces(GenerationRequest(prompt: "abc", length: 50, seed: 6))
      .makeAsyncIterator()
    var text = ""
    for _ in 0..<10 { text += try await iterator.next()?.text ?? "" }
    // A copy of the iterator is a branch: had anything gone on meanwhile, the two would not agree.
    var copy = iterator
    while let piece = try await iterator.next() { text += piece.text }
    #expect(try text == model.generate(prompt: "abc", length: 50, seed: 6))
    var rest = ""
    while let piece = try await copy.next() { rest += piece.text }
    #expect(text.hasSuffix(rest) && rest.count == 40)
  }
}

/// What tasks tell each other.
private final class Shared: Sendable {
  let count = Atomic<Int>(0)
  let isOver = Atomic<Bool>(false)
}

/// Runs tasks one after the other on a thread of its own: a cooperative pool of one.
private final class OneThread: TaskExecutor, @unchecked Sendable {
  private let condition = NSCondition()
  private var jobs: [UnownedJob] = []
  private var hasEnded = false

  init() {
    Thread.detachNewThread { self.run() }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    condition.withLock {
      jobs.append(job)
      condition.signal()
    }
  }

  func end() {
    condition.withLock {
      hasEnded = true
      condition.signal()
    }
  }

  private func run() {
    while let job = next() { job.runSynchronously(on: asUnownedTaskExecutor()) }
  }

  private func next() -> UnownedJob? {
    condition.withLock {
      while jobs.isEmpty, !hasEnded { condition.wait() }
      return jobs.isEmpty ? nil : jobs.removeFirst()
    }
  }
}
