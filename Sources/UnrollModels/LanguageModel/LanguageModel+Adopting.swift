internal import UnrollNN
internal import UnrollTensor
internal import UnrollText

extension LanguageModel {
  /// Takes over the weights of another model of the same architecture, whose vocabulary may be
  /// another: what belongs to a token that both know is taken over, and a token that only this one
  /// knows keeps what it has.
  ///
  /// To forget no token of the other model, give this one a tokenizer that
  /// `Tokenizer.extended(by:)` makes of the other's.
  ///
  /// - Returns: what is kept, new and dropped.
  /// - Throws: ``ModelError`` naming the difference if the architectures differ.
  @discardableResult
  public mutating func adopt(_ other: LanguageModel) throws -> Adoption {
    try requireArchitecture(of: other)
    let tokens = tokensKnown(to: other)
    var given = other.parameters.makeIterator()
    let isOneHot = configuration.embeddingSize == 0
    forEachParameter { name, parameter in
      guard let source = given.next()?.value else { return }
      switch name {
      case "embedding.weight", "fc.weight", "fc.bias":
        // [V, …]: a row for each token.
        let width = parameter.shape.dropFirst().reduce(1, *)
        parameter.copyElements(of: source) { copy in
          for (own, theirs) in tokens {
            for column in 0..<width { copy(own * width + column, theirs * width + column) }
          }
        }
      case "rnn.weight_ih_l0" where isOneHot:
        // [G H, V]: a column for each token.
        let (ownWidth, theirWidth) = (parameter.shape[1], source.shape[1])
        let rows = parameter.shape[0]
        parameter.copyElements(of: source) { copy in
          for row in 0..<rows {
            for (own, theirs) in tokens { copy(row * ownWidth + own, row * theirWidth + theirs) }
          }
        }
      default: parameter = source
      }
    }
    return adoption(of: other)
  }

  private func adoption(of other: LanguageModel) -> Adoption {
    let (own, theirs) = (tokenizer.vocabulary, other.tokenizer.vocabulary)
    func only(_ one: Vocabulary, _ another: Vocabulary) -> [Adoption.AdoptedToken] {
      one.reserved.filter { another.token(for: $0) == nil }.map { .reserved($0) }
        + one.entries.filter { another.token(for: $0) == nil }.map { .text($0) }
    }
    var adoption = Adoption()
    adoption.newTokens = only(own, theirs)
    adoption.droppedTokens = only(theirs, own)
    adoption.keptTokenCount = own.count - adoption.newTokens.count
    for ((name, own, usual), (_, theirs, _)) in zip(settings, other.settings) {
      if own != theirs {
        adoption.changedSettings.append("\(name) \(own) for \(theirs)")
      } else if own != usual {
        adoption.keptSettings.append("\(name) \(own)")
      }
    }
    return adoption
  }

  /// What may differ between models of one architecture, and what it is unless asked for.
  private var settings: [(name: String, value: String, usual: String)] {
    [
      ("lower case", tokenizer.lowercase ? "yes" : "no", "no"),
      ("normalization", tokenizer.normalization.rawValue, Normalization.none.rawValue),
      ("unknown text", tokenizer.unknown.rawValue, UnknownPolicy.error.rawValue),
      ("dropout", "\(configuration.dropout)", "0.0"),
    ]
  }

  /// The tokens of both vocabularies that stand for the same.
  private func tokensKnown(to other: LanguageModel) -> [(own: Int, theirs: Int)] {
    let (own, theirs) = (tokenizer.vocabulary, other.tokenizer.vocabulary)
    let reserved = own.reserved.map { (own.token(for: $0), theirs.token(for: $0)) }
    let entries = own.entries.map { (own.token(for: $0), theirs.token(for: $0)) }
    return (reserved + entries).compactMap { own, theirs in
      guard let own, let theirs else { return nil }
      return (Int(own), Int(theirs))
    }
  }

  private func requireArchitecture(of other: LanguageModel) throws {
    let (own, theirs) = (configuration, other.configuration)
    let properties: [(name: String, own: String, theirs: String)] = [
      ("kind of token", "\(tokenizer.kind)", "\(other.tokenizer.kind)"),
      ("cell", "\(own.cell)", "\(theirs.cell)"),
      ("number of layers", "\(own.layerCount)", "\(theirs.layerCount)"),
      ("hidden size", "\(own.hiddenSize)", "\(theirs.hiddenSize)"),
      ("embedding size", "\(own.embeddingSize)", "\(theirs.embeddingSize)"),
      ("tying of weights", "\(own.tiesWeights)", "\(theirs.tiesWeights)"),
    ]
    guard let difference = properties.first(where: { $0.own != $0.theirs }) else { return }
    throw ModelError(
      .invalidConfiguration,
      "the weights are of another architecture: their \(difference.name) is \(difference.theirs), "
        + "and \(difference.own) is asked for")
  }
}

extension Tensor {
  /// Calls `body` with what copies the element of another tensor at the second place to the first
  /// of this.
  fileprivate mutating func copyElements(
    of source: Tensor, _ body: ((_ place: Int, _ sourcePlace: Int) -> Void) -> Void
  ) {
    withUnsafeMutableElements { own in
      source.withUnsafeElements { theirs in body { own[$0] = theirs[$1] } }
    }
  }
}
