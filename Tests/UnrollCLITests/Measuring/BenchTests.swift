import Foundation
import Testing

@Suite struct BenchTests {
  private func figures(_ arguments: [String], instructionSet: String = "") throws
    -> [[String: Any]]
  {
    let outcome = try Workplace().unroll(
      ["bench", "--json", "--seconds", "0.001"] + arguments,
      environment: ["UNROLL_ISA": instructionSet])
    #expect(outcome.status == 0)
    return try outcome.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test(arguments: ["", "baseline"])
  func determinismHolds(instructionSet: String) throws {
    let figures = try figures(["--workload", "rnn-1x128"], instructionSet: instructionSet)
    let line = try #require(figures.first { $0["figure"] as? String == "determinism" })
    #expect(line["holds"] as? Bool == true)
    #expect(line["faults"] as? [String] == [])
  }

  @Test func trainingAsksForNoMemoryAfterTheSecondStep() throws {
    let figures = try figures(["--workload", "rnn-1x128"])
    let line = try #require(figures.first { $0["figure"] as? String == "train" })
    #expect(line["work"] as? String == "rnn-1x128")
    #expect(line["lateAllocations"] as? Int == 0)
    #expect(try #require(line["tokensPerSecond"] as? Double) > 0)
  }

  @Test func memoryIsThatOfTheParametersAndOneWindow() throws {
    let rows = try figures(["--workload", "growth"]).filter {
      $0["figure"] as? String == "growth"
    }
    func window(_ size: String) -> [Double] {
      rows.filter { $0["size"] as? String == size }.compactMap {
        $0["windowBytesPerToken"] as? Double
      }
    }
    #expect(Set(window("text")).count == 1)
    for size in ["sequence", "batch"] {
      #expect(window(size).count == 4)
      #expect(window(size).allSatisfy { $0 < 1.5 * window(size)[3] })
    }
  }
}
