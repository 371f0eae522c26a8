internal import UnrollFormats
internal import UnrollNN
internal import UnrollTensor
public import UnrollText

extension Tagger {
  /// The tags of the words of a sentence.
  ///
  /// - Throws: `TextError` if a word is empty.
  public func tag(_ words: [String]) throws -> [String] { try tag([words])[0] }

  /// The tags of the words of sentences; each sentence gets those that it gets alone.
  ///
  /// - Throws: `TextError` if a word is empty; `CancellationError` if the task that it runs in is cancelled.
  public func tag(_ sentences: [[String]]) throws -> [[String]] {
    try said(of: sentences.map(read)).map { $0.tags.map { tags[$0] } }
  }

  /// What the tagger says of a sentence.
  package struct Said: Hashable, Sendable {
    /// The number of the likeliest tag of each word.
    package var tags: [Int] = []
    /// For each word, the logarithms of the probabilities of all tags, in nats.
    package var logProbabilities: [[Float]] = []
  }

  /// The sentences that one thread reads.
  private static let pieceSize = 256

  package func said(of sentences: [[ReadWord]]) throws -> [Said] {
    try Task.checkCancellation()
    let pieces = stride(from: 0, to: sentences.count, by: Self.pieceSize).map {
      $0..<min($0 + Self.pieceSize, sentences.count)
    }
    var results = [[Said]](repeating: [], count: pieces.count)
    results.withUnsafeMutableBufferPointer { results in
      // A thread writes to its own places only.
      nonisolated(unsafe) let results = results
      forEachRange(of: pieces.count, grain: 1, perThread: 4) { range in
        for piece in range { results[piece] = saidInGroups(Array(sentences[pieces[piece]])) }
      }
    }
    return results.flatMap { $0 }
  }

  private func saidInGroups(_ sentences: [[ReadWord]]) -> [Said] {
    var result = [Said](repeating: Said(), count: sentences.count)
    for group in LengthGroups(sentences.map(\.count), mostRows: 64) {
      let batch = self.sentences(group.map { sentences[$0] })
      var mode = Mode.evaluation
      let (rows, count) = (group.count, tags.count)
      logSoftmax(logits(of: batch, mode: &mode)).withUnsafeElements { all in
        for (row, sentence) in group.enumerated() {
          for step in sentences[sentence].indices {
            let first = (step * rows + row) * count
            let values = Array(all[first..<first + count])
            let best = values.indices.max { (values[$0], $1) < (values[$1], $0) } ?? 0
            result[sentence].tags.append(best)
            result[sentence].logProbabilities.append(values)
          }
        }
      }
    }
    return result
  }

  /// How well the tagger tags sentences, with tags as numbers; `nil` if `shouldStop` said so.
  package func score(
    on sentences: [(words: [ReadWord], tags: [Int])], onProgress: (_ share: Double) -> Void,
    shouldStop: () -> Bool
  ) throws -> TaggingScore? {
    var score = TaggingScore(tags: tags)
    for start in stride(from: 0, to: sentences.count, by: 1024) {
      if shouldStop() { return nil }
      let part = sentences[start..<min(start + 1024, sentences.count)]
      for (said, sentence) in zip(try said(of: part.map(\.words)), part) {
        let nats = zip(said.logProbabilities, sentence.tags).reduce(0.0) {
          $0 - Double($1.0[$1.1])
        }
        score.count(said.tags, truth: sentence.tags, nats: nats)
      }
      onProgress(Double(start + part.count) / Double(sentences.count))
    }
    return score
  }

  /// How well the tagger tags sentences.
  ///
  /// - Throws: `TextError` naming the sentence with a tag that the tagger does not know.
  public func score(
    on sentences: TaggedSentences, onProgress: (_ share: Double) -> Void = { _ in }
  ) throws -> TaggingScore {
    let read = try sentences.sentences.map { sentence in
      (words: try self.read(sentence.words), tags: try sentence.numbers(ofTagsAmong: tags))
    }
    return try score(on: read, onProgress: onProgress, shouldStop: { false })
      ?? TaggingScore(tags: tags)
  }
}

extension TaggedSentence {
  /// The numbers of the tags.
  ///
  /// - Throws: `TextError` naming the sentence and the tag that is not among those that are known.
  package func numbers(ofTagsAmong known: [String]) throws -> [Int] {
    try zip(words, tags).map { word, tag in
      guard let number = known.firstIndex(of: tag) else {
        throw TextError(
          .malformed,
          "the sentence at \(place) has the tag \(tag.quotedForMessage) at \(word.quotedForMessage), which nothing to learn from has: correct it, or take the sentence out"
        )
      }
      return number
    }
  }
}
