import Testing
import Unroll
import UnrollTestSupport

/// Range tests of the learning rate.
@Suite struct LearningRateTestTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func test(
    _ rates: ClosedRange<Double>, steps: Int = 100
  ) throws -> LearningRateTest {
    try LearningRateTest(folder.foxSettings(), of: LanguageTask.self, rates: rates, steps: steps)
  }

  @Test func ratesGrowByEqualFactors() throws {
    let points = try test(1e-4...1e-2, steps: 21).points
    #expect(points.count == 21)
    for (index, point) in points.enumerated() {
      let expected = 1e-4 * [1, 1.2589254117941673][index % 2 == 0 ? 0 : 1]
      let factor = (0..<index / 2).reduce(1.0) { product, _ in product * 1.5848931924611136 }
      #expect(abs(point.rate / (expected * factor) - 1) < 1e-9)
    }
    // The mean of the first two losses, the second of which weighs 1 / 0.9 times as much.
    let (a, b) = (points[0].loss, points[1].loss)
    #expect(abs(points[1].smoothedLoss - (0.9 * a + b) / 1.9) < 1e-12)
  }

  @Test func suggestionTrains() throws {
    let test = try test(1e-5...1)
    let suggestion = try #require(test.suggestion)
    #expect((1e-4...0.1).contains(suggestion))
    // It ends where the loss has left its lowest place for good.
    let least = try #require(test.points.dropFirst(5).min { $0.smoothedLoss < $1.smoothedLoss })
    #expect(suggestion > 0.05 * least.rate && suggestion < 0.2 * least.rate)
  }

  @Test func nothingIsWritten() throws {
    _ = try test(1e-3...1e-2, steps: 10)
    #expect(try folder.names == ["fox.txt"])
  }

  @Test func impossibleTestsAreRefused() throws {
    #expect(throws: RunError.self) { try test(1e-3...1e-2, steps: 9) }
    #expect(throws: RunError.self) { try test(0...1) }
  }
}
