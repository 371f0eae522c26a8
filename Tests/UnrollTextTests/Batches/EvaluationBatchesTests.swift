import Testing
import UnrollText

struct EvaluationBatchesTests {
  @Test(arguments: [2, 3, 7, 20, 61], [0, 1, 5, 30])
  func everyTokenButTheFirstIsCountedOnce(count: Int, warmUp: Int) throws {
    let tokens = (0..<count).map(Token.init)
    for batchSize in 1...9 {
      for sequenceLength in [1, 4, 100] {
        let batches = try EvaluationBatches(
          tokens: Tokens(tokens), batchSize: batchSize, sequenceLength: sequenceLength,
          warmUp: warmUp)
        #expect(batches.batchSize <= batchSize)
        var counted: [Token] = []
        var rows = Array(repeating: [Token](), count: batches.batchSize)
        for step in 0..<batches.batchesPerEpoch {
          let batch = try batches.batch(at: step)
          #expect(batch.isFirst == (step == 0))
          for (place, target) in batch.targets.enumerated() {
            let row = place % batch.batchSize
            let isWarmUp = row > 0 && rows[row].count < batches.warmUp
            if isWarmUp || target != TokenBatch.ignoredTarget {
              rows[row].append(batch.inputs[place])
            }
            if target != TokenBatch.ignoredTarget {
              #expect(target == batch.inputs[place] + 1)
              #expect(!isWarmUp)
              counted.append(target)
            }
          }
        }
        #expect(counted.sorted() == Array(tokens.dropFirst()))
        for row in rows { #expect(row == Array(row[0]..<row[0] + Token(row.count))) }
      }
    }
  }

  @Test func rowsShareTheWorkAndBeginEarly() throws {
    let batches = try EvaluationBatches(
      tokens: Tokens(0..<10), batchSize: 3, sequenceLength: 10, warmUp: 1)
    let batch = try batches.batch(at: 0)
    #expect(batches.batchesPerEpoch == 1)
    #expect(batch.sequenceLength == 4)
    #expect(batch.inputs == [0, 3, 6, 1, 4, 7, 2, 5, 8, 3, 6, 0])
    #expect(batch.targets == [1, -100, -100, 2, 5, 8, 3, 6, 9, 4, 7, -100])
  }

  @Test func anySizesAreMadeToFit() throws {
    let batches = try EvaluationBatches(
      tokens: [5, 6, 7], batchSize: .max, sequenceLength: .max, warmUp: .max)
    #expect(batches.batchesPerEpoch == 1)
    #expect(try batches.batch(at: 0).targets == [6, 7])
  }

  @Test func oneTokenLeavesNothingToPredict() {
    #expect(throws: TextError.self) {
      try EvaluationBatches(tokens: [0], batchSize: 1, sequenceLength: 1, warmUp: 0)
    }
  }
}
