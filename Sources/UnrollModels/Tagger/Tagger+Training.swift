public import UnrollNN
public import UnrollTensor
internal import UnrollText

extension Tagger {
  /// Sentences side by side: their distinct words, and which word stands where.
  public struct Sentences: Sendable {
    /// The characters of the D distinct words, `[C, D]`.
    public let characters: Indices
    /// How many characters each of these has.
    public let characterCounts: [Int32]
    /// Their numbers among the words that the tagger knows, `[D]`.
    public let wordNumbers: Indices
    /// Which of the distinct words stands at each place, `[T, N]`.
    public let places: Indices
    /// The words of each of the N sentences.
    public let lengths: [Int32]

    fileprivate init(rows range: Range<Int>, of whole: Sentences) {
      characters = whole.characters
      characterCounts = whole.characterCounts
      wordNumbers = whole.wordNumbers
      lengths = Array(whole.lengths[range])
      places = whole.places.sliced(range, axis: 1).sliced(0..<Int(lengths.max() ?? 0), axis: 0)
    }

    fileprivate init(_ sentences: [[ReadWord]]) {
      var distinct: [ReadWord: Int32] = [:]
      var words: [ReadWord] = []
      let numbered = sentences.map { sentence in
        sentence.map { word -> Int32 in
          if let number = distinct[word] { return number }
          words.append(word)
          distinct[word] = Int32(words.count - 1)
          return Int32(words.count - 1)
        }
      }
      (characters, characterCounts) = Indices.padded(words.map(\.characters))
      wordNumbers = Indices(words.map(\.number))
      (places, lengths) = Indices.padded(numbered)
    }
  }

  /// A word as the tagger reads it: its characters and its number.
  package struct ReadWord: Hashable, Sendable {
    let characters: [Token]
    let number: Int32

    /// The word as one that is read by its characters alone.
    package var asUnknown: ReadWord { ReadWord(characters: characters, number: 0) }
  }

  /// Makes a batch of sentences, none of them empty.
  package func sentences(_ sentences: [[ReadWord]]) -> Sentences { Sentences(sentences) }

  /// Words as the tagger reads them.
  ///
  /// - Throws: `TextError` if the characters have no token for unknown ones and a word has some.
  package func read(_ words: [String]) throws -> [ReadWord] {
    try zip(words, tokenizer.encode(words) { "the word \(words[$0])" }).map {
      ReadWord(characters: $1, number: number(of: $0))
    }
  }
}

extension Tagger: Trainable {
  /// Sentences and the tags of their words.
  public struct Batch: TrainingBatch {
    /// The N sentences.
    public let sentences: Sentences
    /// The tag of each word, `[T, N]`; −100 where a sentence has ended.
    public let tags: Indices
    /// The number of words.
    public let targetCount: Int

    package init(_ sentences: Sentences, tags: [[Int32]]) {
      let steps = sentences.places.shape[0]
      var values = [Int32](repeating: -100, count: steps * tags.count)
      for (row, tags) in tags.enumerated() {
        for (step, tag) in tags.enumerated() { values[step * sentences.lengths.count + row] = tag }
      }
      self.sentences = sentences
      self.tags = Indices(values, shape: [steps, tags.count])
      targetCount = tags.reduce(0) { $0 + $1.count }
    }

    private init(_ sentences: Sentences, _ tags: Indices) {
      self.sentences = sentences
      self.tags = tags
      targetCount = sentences.lengths.reduce(0) { $0 + Int($1) }
    }

    /// N.
    public var rowCount: Int { sentences.lengths.count }

    /// Some of the sentences.
    public func rows(_ range: Range<Int>) -> Batch {
      let part = Sentences(rows: range, of: sentences)
      return Batch(
        part, tags.sliced(range, axis: 1).sliced(0..<part.places.shape[0], axis: 0))
    }
  }

  /// The logarithm of the number of tags.
  public var guessingLoss: Double? { UnrollModels.guessingLoss(ofClasses: tags.count) }

  /// The cross entropy in nats of the tags, all words together.
  public func totalLoss(of batch: Batch, state: inout NoState, mode: inout Mode) -> Tensor {
    crossEntropy(logits(of: batch.sentences, mode: &mode), batch.tags, reduction: .sum)
  }
}
