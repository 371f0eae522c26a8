import Testing
import Unroll

/// Examples in batches: every example once in each epoch, in an order that nothing but seed and epoch decides.
struct TrainingDataTests {
  private static func data(_ count: Int, _ batchSize: Int, seed: UInt64) -> TrainingData<[Int]> {
    TrainingData(shuffling: Array(0..<count), batchSize: batchSize, seed: seed) { $0 }
  }

  private func epoch(_ number: Int, of data: TrainingData<[Int]>) throws -> [Int] {
    let first = number * data.stepsPerEpoch
    return try (first..<first + data.stepsPerEpoch).flatMap { try data.batch($0) }
  }

  @Test(arguments: [(1, 1, 1), (1, 5, 1), (10, 5, 2), (11, 5, 3), (12, 1, 12), (100, 64, 2)])
  func everyExampleComesOnceInEachEpoch(_ count: Int, _ batchSize: Int, _ steps: Int) throws {
    let data = Self.data(count, batchSize, seed: 3)
    #expect(data.stepsPerEpoch == steps)
    for number in 0..<4 { #expect(try epoch(number, of: data).sorted() == Array(0..<count)) }
    let sizes = try (0..<steps).map { try data.batch($0).count }
    #expect(sizes.dropLast().allSatisfy { $0 == batchSize })
    #expect(sizes.last == count - batchSize * (steps - 1))
  }

  @Test func anyBatchCanBeAskedForAtAnyTime() throws {
    let data = Self.data(103, 10, seed: 8)
    let inOrder = try (0..<40).map { try data.batch($0) }
    for step in [39, 0, 17, 5, 22, 11, 38, 1] {
      #expect(try data.batch(step) == inOrder[step])
      #expect(try Self.data(103, 10, seed: 8).batch(step) == inOrder[step])
    }
  }

  @Test func orderChangesWithTheEpochAndTheSeed() throws {
    let orders = try (0..<3 as Range<UInt64>).flatMap { seed in
      try (0..<5).map { try epoch($0, of: Self.data(40, 7, seed: seed)) }
    }
    #expect(Set(orders).count == 15)
  }

  /// In all orders of four, about as often.
  @Test func everyOrderIsAboutAsLikely() throws {
    let data = Self.data(4, 4, seed: 1)
    let epochs = 4800
    var counts: [[Int]: Int] = [:]
    for number in 0..<epochs { counts[try epoch(number, of: data), default: 0] += 1 }
    #expect(counts.count == 24)
    // Five standard deviations of a binomial count with the mean 200.
    for (order, count) in counts { #expect(abs(count - 200) < 70, "\(order)") }
  }

  /// The order is part of what a run gives to the bit, so it must not change with a version of this library.
  @Test func orderIsFixedForever() throws {
    #expect(try epoch(0, of: Self.data(10, 10, seed: 0)) == Self.epochZero)
    #expect(try epoch(1, of: Self.data(10, 10, seed: 0)) == Self.epochOne)
  }

  private static let epochZero = [7, 1, 9, 3, 0, 5, 8, 2, 6, 4]
  private static let epochOne = [1, 8, 4, 3, 9, 2, 0, 6, 5, 7]

  @Test func examplesCanComeInTheirOwnOrder() throws {
    let data = TrainingData(inOrder: ["a", "b", "c", "d", "e"], batchSize: 2) { $0 }
    #expect(
      try (0..<4).map { try data.batch($0) } == [["a", "b"], ["c", "d"], ["e"], ["a", "b"]])
  }

  @Test func tasksCanShareTheData() async throws {
    let data = Self.data(500, 9, seed: 4)
    let expected = try (0..<200).map { try data.batch($0) }
    try await withThrowingTaskGroup(of: (Int, [Int]).self) { group in
      for step in (0..<200).reversed() { group.addTask { (step, try data.batch(step)) } }
      for try await (step, batch) in group { #expect(batch == expected[step]) }
    }
  }
}
