/// A stretch of words that BIO tags mark as one thing.
public struct TagSpan: Hashable, Sendable {
  /// What it is: `PER` of `B-PER`.
  public let type: String
  /// The words.
  public let words: Range<Int>

  /// The spans that tags mark, as seqeval and conlleval read them: a span begins at B or S, at I or E behind something else than its
  /// own kind, and ends before the next beginning, at O, or at E or S.
  public static func spans(in tags: [String]) -> [TagSpan] {
    var spans: [TagSpan] = []
    var open: (type: Substring, start: Int)?
    var before: (prefix: Substring, type: Substring) = ("O", "")
    for (index, tag) in tags.enumerated() {
      let now = parts(of: tag)
      let isSame = before.type == now.type
      let ends =
        before.prefix == "E" || before.prefix == "S" || "BSO".contains(now.prefix) || !isSame
      if ends, let span = open {
        spans.append(TagSpan(type: String(span.type), words: span.start..<index))
        open = nil
      }
      let begins =
        now.prefix == "B" || now.prefix == "S"
        || (now.prefix != "O" && (["E", "S", "O"].contains(before.prefix) || !isSame))
      if begins { open = (now.type, index) }
      before = now
    }
    if let span = open {
      spans.append(TagSpan(type: String(span.type), words: span.start..<tags.count))
    }
    return spans
  }

  /// Whether tags mark spans: each is O, or one of B, I, E and S, a hyphen and a type; and one is not O.
  static func areMarked(by tags: some Collection<String>) -> Bool {
    tags.contains { $0 != "O" }
      && tags.allSatisfy { tag in
        tag == "O" || ["B-", "I-", "E-", "S-"].contains { tag.hasPrefix($0) }
      }
  }

  private static func parts(of tag: String) -> (prefix: Substring, type: Substring) {
    guard tag != "O" else { return ("O", "") }
    return (tag.prefix(1), tag.dropFirst(2))
  }
}

/// How well words are tagged.
public struct TaggingScore: Hashable, Sendable {
  /// The words of each tag that were given each tag.
  public private(set) var confusion: ConfusionMatrix
  /// −log of the probability of the true tag, all words together, in nats.
  public private(set) var totalNats = 0.0
  /// The spans that there are, were said and were right, if the tags mark spans.
  public private(set) var spans: ConfusionMatrix.ClassScore?
  private let tags: [String]

  /// Counts nothing yet, for the tags of a tagger.
  public init(tags: [String]) {
    self.tags = tags
    confusion = ConfusionMatrix(classCount: tags.count)
    spans =
      TagSpan.areMarked(by: tags)
      ? ConfusionMatrix.ClassScore(trueCount: 0, saidCount: 0, rightCount: 0) : nil
  }

  /// Counts a sentence.
  ///
  /// - Parameters:
  ///   - said: the tags that a tagger gives the words, as numbers.
  ///   - truth: the tags that they have.
  ///   - nats: −log of the probabilities of these, all together.
  package mutating func count(_ said: [Int], truth: [Int], nats: Double) {
    totalNats += nats
    for (said, truth) in zip(said, truth) { confusion.count(said, truth: truth) }
    guard let counted = spans else { return }
    let (found, there) = (
      TagSpan.spans(in: said.map { tags[$0] }), TagSpan.spans(in: truth.map { tags[$0] })
    )
    let right = Set(found).intersection(there).count
    spans = ConfusionMatrix.ClassScore(
      trueCount: counted.trueCount + there.count, saidCount: counted.saidCount + found.count,
      rightCount: counted.rightCount + right)
  }

  /// The words that were counted.
  public var count: Int { confusion.count }
  /// The share of the words that got their tag; NaN of none.
  public var accuracy: Double { confusion.accuracy }
  /// The F1 of whole spans of the right type, all types together, as seqeval's micro average; `nil` if the tags mark none.
  public var spanF1: Double? { spans?.f1 }
  /// −log of the probability of the true tag in nats, the mean over the words; NaN of none.
  public var loss: Double { totalNats / Double(count) }
}
