import Testing
import UnrollText

struct StreamBatchesTests {
  @Test func windowsAreTimeMajorAndTargetsFollowInputs() throws {
    let batches = try StreamBatches(tokens: Tokens(0..<11), batchSize: 2, sequenceLength: 2)
    #expect(batches.batchesPerEpoch == 2)
    let first = try batches.batch(at: 0)
    #expect(first.inputs == [0, 5, 1, 6])
    #expect(first.targets == [1, 6, 2, 7])
    #expect(first.isFirst)
    let second = try batches.batch(at: 1)
    #expect(second.inputs == [2, 7, 3, 8])
    #expect(!second.isFirst)
    #expect(try batches.batch(at: 2) == first)
  }

  @Test(arguments: 2..<60, [(1, 1), (3, 4), (2, 7), (5, 1)])
  func eachStreamContinuesWhereItStopped(count: Int, shape: (batch: Int, length: Int)) throws {
    let tokens = (100..<100 + count).map(Token.init)
    guard count > shape.batch * shape.length else {
      let error = #expect(throws: TextError.self) {
        try StreamBatches(
          tokens: Tokens(tokens), batchSize: shape.batch, sequenceLength: shape.length)
      }
      #expect(error?.code == .tooSmall)
      return
    }
    let batches = try StreamBatches(
      tokens: Tokens(tokens), batchSize: shape.batch, sequenceLength: shape.length)
    var streams = Array(repeating: [Token](), count: shape.batch)
    for step in 0..<batches.batchesPerEpoch {
      let batch = try batches.batch(at: step)
      #expect(batch.isFirst == (step == 0))
      #expect(batch.countedTargets == shape.batch * shape.length)
      for place in batch.inputs.indices {
        streams[place % shape.batch].append(batch.inputs[place])
        #expect(batch.targets[place] == batch.inputs[place] + 1)
      }
    }
    let streamLength = (count - 1) / shape.batch
    for (row, stream) in streams.enumerated() {
      let start = row * streamLength
      #expect(stream == Array(tokens[start..<start + streamLength / shape.length * shape.length]))
    }
  }

  @Test func aSliceIsReadWhereItBegins() throws {
    let batches = try StreamBatches(
      tokens: ([9, 9, 1, 2, 3] as Tokens)[2..<5], batchSize: 1, sequenceLength: 2)
    #expect(try batches.batch(at: 0).inputs == [1, 2])
  }

  @Test func loadingReusesABatchOfAnotherShape() throws {
    let wide = try StreamBatches(tokens: Tokens(0..<50), batchSize: 4, sequenceLength: 6)
    let narrow = try StreamBatches(tokens: Tokens(0..<50), batchSize: 1, sequenceLength: 3)
    var batch = try wide.batch(at: 1)
    try narrow.load(5, into: &batch)
    #expect(try batch == narrow.batch(at: 5))
  }

  @Test func tooFewTokensSayWhatFits() throws {
    let error = #expect(throws: TextError.self) {
      try StreamBatches(tokens: Tokens(0..<101), batchSize: 50, sequenceLength: 50)
    }
    #expect(
      error?.message
        == "101 tokens are too few for a batch of 50 by 50 steps and one more token: give more text, "
        + "or choose at most 2 by 50")
    #expect(throws: TextError.self) {
      try StreamBatches(tokens: Tokens(0..<9), batchSize: .max, sequenceLength: .max)
    }
    #expect(throws: TextError.self) {
      try StreamBatches(fitting: [0], batchSize: 1, sequenceLength: 1)
    }
  }

  @Test(arguments: 2..<80)
  func shapesAreMadeToFit(count: Int) throws {
    let tokens = Tokens(repeatElement(0, count: count))
    let batches = try StreamBatches(fitting: tokens, batchSize: 4, sequenceLength: 9)
    #expect(batches.sequenceLength == min(9, count - 1))
    #expect(batches.batchSize == min(4, (count - 1) / batches.sequenceLength))
    #expect(batches.batchesPerEpoch >= 1)
    let strict = try StreamBatches(
      tokens: tokens, batchSize: batches.batchSize, sequenceLength: batches.sequenceLength)
    #expect(strict.batchesPerEpoch == batches.batchesPerEpoch)
  }
}
