internal import Synchronization
import UnrollModels
import UnrollTensor

/// Writes the texts of many requests at once on a thread of its own: a row joins at the next step, whoever else is writing, and leaves
/// at its end.
///
/// A text does not depend on its neighbours, not by a bit: `Generation` promises that. Prompts are read in pieces between steps.
final class WritingEngine: Sendable {
  /// The texts of a request.
  private struct Job {
    let number: Int
    let requests: [GenerationRequest]
    let outbox: Outbox
    let deadline: ContinuousClock.Instant
  }

  private struct Mail {
    var waiting: [Job] = []
    var waitingRows = 0
    var cancelled: Set<Int> = []
    var jobsSoFar = 0
    var isClosing = false
  }

  /// What the engine is doing.
  struct Load: Sendable, Hashable {
    var runningRows = 0
    var waitingRows = 0
    var tokens = 0
    var steps = 0
  }

  /// A request that is under way.
  struct Ticket: Sendable {
    fileprivate let number: Int
    let outbox: Outbox
  }

  let model: LanguageModel
  private let limits: ServingLimits
  private let mail = Mutex(Mail())
  private let bell = Bell()
  private let counted = Mutex(Load())

  /// Starts the thread, which ends after `close()`.
  init(_ model: LanguageModel, _ limits: ServingLimits) {
    self.model = model
    self.limits = limits
    startThread { [self] in Threads.withCount(limits.threads) { run() } }
  }

  /// What the engine is doing now.
  var load: Load {
    var load = counted.withLock { $0 }
    load.waitingRows = mail.withLock { $0.waitingRows }
    return load
  }

  /// Takes a request on.
  ///
  /// - Throws: `ServingError` if too many wait or the engine ends.
  func submit(_ requests: [GenerationRequest]) throws -> Ticket {
    let deadline = ContinuousClock.now + .seconds(limits.seconds)
    let ticket = try mail.withLock { mail in
      guard !mail.isClosing else { throw ServingError.shuttingDown }
      guard mail.waitingRows + requests.count <= limits.queuedRows else {
        throw ServingError.overloaded
      }
      mail.jobsSoFar += 1
      let job = Job(
        number: mail.jobsSoFar, requests: requests, outbox: Outbox(), deadline: deadline)
      mail.waiting.append(job)
      mail.waitingRows += requests.count
      return Ticket(number: job.number, outbox: job.outbox)
    }
    bell.ring()
    return ticket
  }

  /// Gives a request up: its rows are free before the next step.
  func cancel(_ ticket: Ticket) {
    mail.withLock { _ = $0.cancelled.insert(ticket.number) }
    bell.ring()
  }

  /// Takes nothing more on; what was taken on is finished.
  func close() {
    mail.withLock { $0.isClosing = true }
    bell.ring()
  }

  // MARK: The thread

  private struct Row {
    let job: Int
    let text: Int
  }

  private struct Running {
    let job: Job
    var openTexts: Int
  }

  private func run() {
    var generation = Generation(model)
    var rows: [Int: Row] = [:]
    var jobs: [Int: Running] = [:]

    func end(_ number: Int, _ end: Outbox.End) {
      jobs.removeValue(forKey: number)?.job.outbox.put([], end: end)
      for (row, owner) in rows where owner.job == number {
        generation.remove(row)
        rows[row] = nil
      }
    }

    func begin(_ job: Job) {
      jobs[job.number] = Running(job: job, openTexts: job.requests.count)
      for (text, request) in job.requests.enumerated() {
        // What can be thrown was found when the request was read.
        guard let row = try? generation.add(request) else { return end(job.number, .closed) }
        rows[row] = Row(job: job.number, text: text)
      }
    }

    while true {
      let (begun, cancelled, isOver) = takeMail(runningRows: rows.count)
      for number in cancelled { end(number, .closed) }
      for job in begun where !cancelled.contains(job.number) { begin(job) }
      let now = ContinuousClock.now
      for (number, running) in jobs where running.job.deadline < now { end(number, .timedOut) }
      counted.withLock { $0.runningRows = rows.count }
      if rows.isEmpty {
        if isOver { return }
        bell.wait()
        continue
      }
      var items: [Int: [Outbox.Item]] = [:]
      let pieces = generation.advance()
      for piece in pieces {
        guard let row = rows[piece.row] else { continue }
        items[row.job, default: []].append(Outbox.Item(text: row.text, piece: piece))
        guard piece.ending != nil else { continue }
        generation.remove(piece.row)
        rows[piece.row] = nil
        jobs[row.job]?.openTexts -= 1
      }
      counted.withLock {
        $0.tokens += pieces.count
        $0.steps += 1
      }
      for (number, items) in items {
        let isDone = jobs[number]?.openTexts == 0
        jobs[number]?.job.outbox.put(items, end: isDone ? .done : nil)
        if isDone { jobs[number] = nil }
      }
    }
  }

  /// The jobs for which there is room, in the order in which they came, and those that were given up.
  private func takeMail(
    runningRows: Int
  ) -> (begun: [Job], cancelled: Set<Int>, isOver: Bool) {
    mail.withLock { mail in
      var (begun, rows) = ([Job](), runningRows)
      let dropped = mail.waiting.filter { mail.cancelled.contains($0.number) }
      mail.waiting.removeAll { mail.cancelled.contains($0.number) }
      for job in dropped {
        mail.waitingRows -= job.requests.count
        job.outbox.put([], end: .closed)
      }
      // A request with more rows than there may be runs alone.
      while let job = mail.waiting.first, rows == 0 || rows + job.requests.count <= limits.rows {
        begun.append(job)
        rows += job.requests.count
        mail.waitingRows -= job.requests.count
        mail.waiting.removeFirst()
      }
      defer { mail.cancelled = [] }
      return (begun, mail.cancelled, mail.isClosing && mail.waiting.isEmpty && begun.isEmpty)
    }
  }
}
