import Testing
import UnrollText

/// Which examples are kept apart, and in which order the others come.
struct ExampleOrderTests {
  private static let classes = (0..<200).map { $0 % 10 == 0 ? 1 : $0 == 7 ? 2 : 0 }

  @Test(arguments: [(0.1, 0.2), (0.2, 0), (0, 0.5), (0.05, 0.05)])
  func eachPartHasItsShareOfEachClass(_ validation: Double, _ test: Double) throws {
    let parts = try Split(validationFraction: validation, testFraction: test)
      .parts(ofClasses: Self.classes, seed: 5)
    #expect(
      (parts.training + parts.validation + parts.test).sorted() == Array(Self.classes.indices))
    for (part, fraction) in [(parts.validation, validation), (parts.test, test)] {
      for label in 0...1 {
        let all = Double(Self.classes.count { $0 == label })
        let share = part.count { Self.classes[$0] == label }
        #expect(share == Int((all * fraction).rounded()), "class \(label)")
      }
      #expect(!part.contains(7), "a class of one example stays in training")
    }
  }

  @Test func seedDecidesWhichExamplesAreDrawn() throws {
    let split = try Split(validationFraction: 0.2)
    func drawn(_ seed: UInt64) -> [Int] {
      split.parts(ofClasses: Self.classes, seed: seed).validation
    }
    #expect(drawn(1) == drawn(1))
    #expect(drawn(1) != drawn(2))
  }

  @Test(arguments: [nil, 3] as [UInt64?], [1, 7, 64, 1000])
  func eachEpochHasEachExampleOnce(_ seed: UInt64?, _ batchSize: Int) {
    let lengths = (0..<500).map { $0 * 7919 % 31 + 1 }
    let buckets = LengthBuckets(lengths: lengths, batchSize: batchSize, seed: seed)
    for epoch in [0, 3] {
      let batches = (0..<buckets.batchesPerEpoch).map {
        buckets.examples(of: epoch * buckets.batchesPerEpoch + $0)
      }
      #expect(batches.allSatisfy { $0.count <= batchSize })
      #expect(batches.flatMap { $0 }.sorted() == Array(0..<500))
    }
  }

  @Test func batchesHaveLikeLengthsInEverNewOrder() {
    let lengths = (0..<2000).map { $0 * 7919 % 97 + 1 }
    let buckets = LengthBuckets(lengths: lengths, batchSize: 20, seed: 3)
    let (first, second) = (buckets.examples(of: 0), buckets.examples(of: 100))
    #expect(first != second)
    #expect(buckets.examples(of: 0) == first, "a batch is a function of its number")
    let filled = (0..<100).reduce(0) { sum, step in
      let batch = buckets.examples(of: step).map { lengths[$0] }
      return sum + batch.count * (batch.max() ?? 0)
    }
    #expect(Double(filled) < 1.05 * Double(lengths.reduce(0, +)))
  }

  @Test func withoutASeedExamplesComeByLength() {
    let buckets = LengthBuckets(lengths: [3, 1, 2, 1], batchSize: 3, seed: nil)
    #expect(buckets.examples(of: 0) == [1, 3, 2])
    #expect(buckets.examples(of: 1) == [0])
  }
}
