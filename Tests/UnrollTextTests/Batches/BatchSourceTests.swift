import Testing
import UnrollText

/// A source of batches made outside of the library.
struct BatchSourceTests {
  private struct Copying: BatchSource {
    let batchSize = 2
    let sequenceLength = 3
    let batchesPerEpoch = 1

    func load(_ step: Int, into batch: inout TokenBatch) throws {
      batch.clear(batchSize: 2, sequenceLength: 3, isFirst: true)
      for row in 0..<2 {
        try batch.fill(row: row, from: [4, 5, 6, 7], at: 0, count: 3 - row, ignoring: row)
      }
    }
  }

  @Test func anyoneCanMakeBatches() throws {
    let batch = try Copying().batch(at: 0)
    #expect(batch.inputs == [4, 4, 5, 5, 6, 0])
    #expect(batch.targets == [5, -100, 6, 6, 7, -100])
    #expect(batch.countedTargets == 4)
  }
}
