import Foundation
import Testing

/// A run takes no more memory after a thousand steps more.
@Test func memoryStaysFlatOverAThousandSteps() throws {
  let workplace = try Workplace()
  try workplace.write(fox, to: "fox.txt")
  let run = try workplace.start(
    ["train", "fox.txt", "--output", "out", "--metrics", "metrics"] + small
      + ["--hidden-size", "64", "--epochs", "1000000"])
  func steps() -> Int { ((try? workplace.text(of: "metrics")) ?? "").count { $0 == "\n" } }
  func waitForSteps(_ count: Int) throws {
    let end = Date(timeIntervalSinceNow: 60)
    while steps() < count {
      try #require(Date() < end, "the run takes too long")
      Thread.sleep(forTimeInterval: 0.01)
    }
  }
  try waitForSteps(100)
  // Systems without /proc do not say.
  if let before = run.residentBytes {
    try waitForSteps(steps() + 1000)
    let after = try #require(run.residentBytes)
    #expect(after - before < 1 << 20)
  }
  run.send(SIGINT)
  #expect(try run.outcome().status == 130)
}
