import Testing
import UnrollTestSupport
import UnrollText

struct DocumentBatchesTests {
  /// Documents of given lengths, whose tokens are all different, after one boundary token each.
  private func documents(_ lengths: [Int]) throws -> Documents {
    var next: UInt32 = 0x4E00
    let lines = lengths.map { length in
      defer { next += UInt32(length) }
      return String(
        String.UnicodeScalarView((next..<next + UInt32(length)).compactMap(Unicode.Scalar.init)))
    }
    let text = lines.joined(separator: "\n")
    let settings = TokenizerSettings(reserved: [.end])
    return try Documents(
      Corpus([TextFile(path: "x", text: text)]), by: .lines,
      tokenizer: Tokenizer(learning: settings, from: text))
  }

  /// The number of steps up to the last target of each row.
  private func lengths(in batch: TokenBatch) -> [Int] {
    (0..<batch.batchSize).map { row in
      let targets = stride(from: row, to: batch.targets.count, by: batch.batchSize)
        .map { batch.targets[$0] }
      return targets.lastIndex { $0 != TokenBatch.ignoredTarget }.map { $0 + 1 } ?? 0
    }
  }

  private func lengths(seed: UInt64, count: Int, upTo longest: Int) -> [Int] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Int.random(in: 1...longest, using: &generator) }
  }

  @Test(arguments: [nil, 3] as [UInt64?], [(1, 3), (4, 12), (7, 100), (.max, 3), (.max, .max)])
  func everyTargetOccursOnceInAnEpoch(seed: UInt64?, shape: (batch: Int, length: Int)) throws {
    let documents = try documents(lengths(seed: 1, count: 53, upTo: 40))
    let batches = try DocumentBatches(
      documents, batchSize: shape.batch, sequenceLength: shape.length, seed: seed)
    let expected = try (0..<documents.count).map { try documents[$0].array() }
    for epoch in 0..<2 {
      var finished: [[Token]] = []
      var rows: [[Token]] = []
      for position in 0..<batches.batchesPerEpoch {
        let batch = try batches.batch(at: epoch * batches.batchesPerEpoch + position)
        #expect(batch.batchSize <= shape.batch)
        #expect(batch.sequenceLength <= shape.length)
        let lengths = lengths(in: batch)
        #expect(batch.sequenceLength == lengths.max())
        #expect(batch.countedTargets == lengths.reduce(0, +))
        if batch.isFirst {
          finished += rows
          rows = Array(repeating: [0], count: batch.batchSize)
        }
        try #require(rows.count == batch.batchSize)
        for place in batch.inputs.indices {
          let row = place % batch.batchSize
          guard place / batch.batchSize < lengths[row] else {
            #expect(batch.targets[place] == TokenBatch.ignoredTarget)
            continue
          }
          #expect(batch.inputs[place] == rows[row].last)
          rows[row].append(batch.targets[place])
        }
      }
      finished += rows
      #expect(
        finished.sorted { $0.lexicographicallyPrecedes($1) }
          == expected.sorted { $0.lexicographicallyPrecedes($1) })
    }
  }

  @Test func orderIsAFunctionOfSeedAndStep() throws {
    let documents = try documents(lengths(seed: 2, count: 80, upTo: 20))
    func batches(seed: UInt64?) throws -> DocumentBatches {
      try DocumentBatches(documents, batchSize: 8, sequenceLength: 15, seed: seed)
    }
    let first = try batches(seed: 5)
    let second = try batches(seed: 5)
    let count = first.batchesPerEpoch
    let forward = try (0..<3 * count).map { try first.batch(at: $0) }
    let backward = try (0..<3 * count).reversed().map { try second.batch(at: $0) }
    #expect(forward == backward.reversed())
    #expect(Array(forward[..<count]) != Array(forward[count..<2 * count]))
    let other = try batches(seed: 6)
    #expect(try (0..<count).map { try other.batch(at: $0) } != Array(forward[..<count]))
    let sorted = try batches(seed: nil)
    let again = try (0..<2 * count).map { try sorted.batch(at: $0) }
    #expect(Array(again[..<count]) == Array(again[count...]))
  }

  @Test func rowsOfABatchAreOfLikeLength() throws {
    let documents = try documents(lengths(seed: 3, count: 640, upTo: 16))
    let batches = try DocumentBatches(documents, batchSize: 16, sequenceLength: 50, seed: 1)
    let places = try (0..<batches.batchesPerEpoch).map { try batches.batch(at: $0) }
    let counted = places.reduce(0) { $0 + $1.countedTargets }
    let all = places.reduce(0) { $0 + $1.targets.count }
    #expect(Double(counted) > 0.9 * Double(all))
  }

  @Test func documentsThatPredictNothingAreRefused() throws {
    let tokenizer = try Tokenizer(from: "ab")
    let corpus = Corpus([TextFile(path: "x", text: "a\nb")])
    let settled = try Tokenizer(learning: TokenizerSettings(), from: "ab\n")
    #expect(throws: TextError.self) {
      try DocumentBatches(
        Documents(corpus, by: .lines, tokenizer: tokenizer), batchSize: 1, sequenceLength: 1,
        seed: nil)
    }
    #expect(
      try DocumentBatches(
        Documents(corpus, by: .files, tokenizer: settled), batchSize: 1, sequenceLength: 1,
        seed: nil
      ).batchesPerEpoch == 2)
  }
}
