internal import UnrollNN
internal import UnrollTensor
package import UnrollText

/// How much each piece of a text speaks for a class.
public struct ClassInfluence: Hashable, Sendable {
  /// What the classifier says of the text.
  public let classification: Classification
  /// The number of the class.
  public let classNumber: Int
  /// What the pieces of the text do to the log-probability of the class; the only piece cannot be left out.
  public let influence: Influence
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
      classification: said, classNumber: number,
      influence: Influence(
        pieces: read.map(\.source), gradients: products.map(Double.init),
        omissions: without.map { $0.map { Double(whole - $0.logProbabilities[number]) } ?? .nan }))
  }
}
