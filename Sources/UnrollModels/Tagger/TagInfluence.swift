internal import UnrollNN
internal import UnrollTensor

/// How much each word of a sentence speaks for the tag of one of them.
public struct TagInfluence: Hashable, Sendable {
  /// The place of the word with the tag, from 0.
  public let place: Int
  /// The number of the tag.
  public let tagNumber: Int
  /// How probable the tag is there.
  public let probability: Float
  /// What the words do to the log-probability of the tag; the word itself cannot be left out.
  public let influence: Influence
}

extension Tagger {
  /// How much each word of a sentence speaks for a tag of one of them, told in two ways.
  ///
  /// - Parameters:
  ///   - place: the place of the word, from 0.
  ///   - words: the sentence.
  ///   - number: the number of the tag; the likeliest when absent.
  /// - Throws: `TextError` if a word is empty; `ModelError` if there is no such place or tag; `CancellationError` if the task that it runs
  ///   in is cancelled.
  public func influence(
    on place: Int, in words: [String], tag number: Int? = nil
  ) throws -> TagInfluence {
    try require(
      words.indices.contains(place),
      "The sentence has \(words.count) words, and \(place) is not the place of one, counted from 0")
    if let number {
      try requireConfiguration(
        tags.indices.contains(number),
        "The tags are 0 to \(tags.count - 1), and \(number) is none of them")
    }
    let read = try self.read(words)
    let all = try said(of: [read])[0]
    let whole = all.logProbabilities[place]
    let number = number ?? all.tags[place]
    var mode = Mode.evaluation
    let inputs = vectors(of: sentences([read]), mode: &mode)
    let slopes = valueAndGradient(at: inputs) { inputs in
      var mode = Mode.evaluation
      let logits = logits(of: inputs, lengths: [Int32(words.count)], mode: &mode)
      return gather(logSoftmax(logits[place]), Indices([Int32(number)])).sum()
    }.gradient
    let others = words.indices.filter { $0 != place }
    let without = try said(
      of: others.map { left in words.indices.filter { $0 != left }.map { read[$0] } })
    var omissions = [Double](repeating: .nan, count: words.count)
    for (left, said) in zip(others, without) {
      let there = said.logProbabilities[left < place ? place - 1 : place]
      omissions[left] = Double(whole[number] - there[number])
    }
    return TagInfluence(
      place: place, tagNumber: number, probability: exp(Tensor([whole[number]])).elements[0],
      influence: Influence(
        pieces: words, gradients: (slopes * inputs).sum(axis: 2).elements.map(Double.init),
        omissions: omissions))
  }
}
