internal import UnrollNN
internal import UnrollTensor
package import UnrollText

/// How much each piece of a text speaks for a class.
public struct ClassInfluence: Hashable, Sendable {
  /// What the classifier says of the text.
  public let classification: Classification
  /// The number of the class.
  public let classNumber: Int
  /// The pieces of the text, as they are written.
  public let pieces: [String]
  /// Gradient × input: the slope of the class's log-probability along the vector of each piece, in nats (Denil, Demiraj and de Freitas
  /// 2014). Positive where the piece speaks for the class; where something saturates, it says too little.
  public let gradients: [Double]
  /// By how many nats the class's log-probability falls when the piece is left out; NaN of the only piece.
  public let omissions: [Double]

  /// The correlation of both over the pieces (Pearson's); `nil` of fewer than three pieces, or where one of them is the same for all.
  public var agreement: Double? {
    guard gradients.count >= 3 else { return nil }
    func deviations(_ values: [Double]) -> [Double] {
      let mean = values.reduce(0, +) / Double(values.count)
      return values.map { $0 - mean }
    }
    let (left, right) = (deviations(gradients), deviations(omissions))
    let squares = left.reduce(0) { $0 + $1 * $1 } * right.reduce(0) { $0 + $1 * $1 }
    guard squares > 0 else { return nil }
    return zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } / squares.squareRoot()
  }
}

extension Classifier {
  /// How much each piece of a text speaks for a class, told in two ways.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - number: the number of the class; the likeliest when absent.
  /// - Returns: `nil` for a text in which there is nothing that the vocabulary knows.
  /// - Throws: `TextError` if the text has something that the vocabulary lacks, and its policy is `error`; `ModelError` if there is no such
  ///   class.
  public func influence(of text: String, on number: Int? = nil) throws -> ClassInfluence? {
    try influence(of: text, named: "the text", on: number)
  }

  /// The same, with what an error calls the text.
  package func influence(
    of text: String, named name: String, on number: Int? = nil
  ) throws -> ClassInfluence? {
    if let number {
      try requireConfiguration(
        classes.indices.contains(number),
        "The classes are 0 to \(classes.count - 1), and \(number) is none of them")
    }
    let read = try tokenizer.encodeWithSources(text, from: name)
    let tokens = read.map(\.token)
    guard let said = try classify(tokens: [tokens])[0] else { return nil }
    let number = number ?? said.best
    let inputs = reader.input(of: Indices(tokens, shape: [tokens.count, 1]))
      .vectors(of: reader.rnn.configuration.inputSize)
    let slopes = valueAndGradient(at: inputs) { inputs in
      var mode = Mode.evaluation
      let logits = logits(of: .vectors(inputs), lengths: [Int32(tokens.count)], mode: &mode)
      return gather(logSoftmax(logits), Indices([Int32(number)])).sum()
    }.gradient
    let products = (slopes * inputs).sum(axis: 2).elements
    let without = try classify(
      tokens: tokens.indices.map { place in Array(tokens[..<place] + tokens[(place + 1)...]) })
    let whole = said.logProbabilities[number]
    return ClassInfluence(
      classification: said, classNumber: number, pieces: read.map(\.source),
      gradients: products.map(Double.init),
      omissions: without.map { $0.map { Double(whole - $0.logProbabilities[number]) } ?? .nan })
  }
}
