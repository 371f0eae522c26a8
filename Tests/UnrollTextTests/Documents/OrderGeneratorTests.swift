import Testing
import UnrollText

struct OrderGeneratorTests {
  /// The order of the first epoch has nothing to do with which documents were drawn for validation.
  @Test func generatorsOfDifferentPurposesAndNumbersNeverMeet() {
    var seen: Set<UInt64> = []
    var count = 0
    for seed in [0, 1, 7, UInt64.max] {
      for purpose in OrderGenerator.Purpose.allCases {
        for number in 0..<20 {
          var generator = OrderGenerator(seed: seed, purpose: purpose, number: number)
          for _ in 0..<200 {
            seen.insert(generator.next())
            count += 1
          }
        }
      }
    }
    #expect(seen.count == count)
  }

  @Test func drawsAreAFunctionOfNumbersAlone() {
    var generator = OrderGenerator(seed: 5, purpose: .shuffling, number: 3)
    var other = OrderGenerator(seed: 5, purpose: .shuffling, number: 3)
    #expect((0..<100).map { _ in generator.next() } == (0..<100).map { _ in other.next() })
  }
}
