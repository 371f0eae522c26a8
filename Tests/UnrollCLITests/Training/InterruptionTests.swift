import Foundation
import Testing

@Suite struct InterruptionTests {
  private let workplace: Workplace
  private let endless =
    ["train", "fox.txt", "--output", "out"] + small + ["--epochs", "1000000"]

  init() throws {
    workplace = try Workplace()
    try workplace.write(fox, to: "fox.txt")
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
  func signalEndsTheRunWithTheModelSoFar(signal: Int32, status: Int32) throws {
    let run = try workplace.start(endless)
    #expect(run.waits(for: "epoch 1/"))
    run.send(signal)
    let outcome = try run.outcome()
    #expect(outcome.status == status)
    #expect(outcome.output == "")
    let last = outcome.errors.split(separator: "\n").last ?? ""
    #expect(last.hasPrefix("wrote out") && last.hasSuffix(": interrupted"))
    #expect(try workplace.names == ["fox.txt", "out"])
    #expect(try workplace.unroll("generate", "out", "--prompt", "fox", "--length", "5").status == 0)
  }

  @Test func interruptedRunStillGivesItsSummary() throws {
    let run = try workplace.start(endless + ["--json"])
    #expect(run.waits(for: "epoch 1/"))
    run.send(SIGINT)
    let outcome = try run.outcome()
    #expect(outcome.status == 130)
    #expect(outcome.output.hasPrefix("{\"steps\":") && outcome.output.hasSuffix("}\n"))
  }

  @Test func ignoredHangUpStaysIgnored() throws {
    let words = endless.joined(separator: " ")
    let run = try workplace.start(script: #"trap '' HUP; exec "$unroll" \#(words)"#)
    #expect(run.waits(for: "epoch 1/"))
    run.send(SIGHUP)
    let epoch = run.errors.split(separator: "\n").count
    #expect(run.waits(for: "epoch \(epoch + 3)/"))
    run.send(SIGINT)
    #expect(try run.outcome().status == 130)
  }
}
