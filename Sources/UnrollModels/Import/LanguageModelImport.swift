public import UnrollFormats
public import UnrollNN
import UnrollTensor
import UnrollText

/// A language model made of the `state_dict` of a PyTorch model: an optional `nn.Embedding`, an
/// `nn.RNN`, `nn.LSTM` or `nn.GRU`, or cells or several such modules on top of each other, and an
/// `nn.Linear`, whatever their names.
///
/// ```swift
/// let weights = try StateDictionary(PyTorchArchive(contentsOf: "model.pt"))
/// let model = try LanguageModelImport(of: weights, vocabulary: ImportedVocabulary(contentsOf: "vocabulary.json")).model
/// ```
///
/// Dropout is not part of a `state_dict`, so the model has none. Refused are bidirectional modules,
/// projections, and whatever else has no place in a `LanguageModel`.
public struct LanguageModelImport: Sendable {
  /// The model; its logits are PyTorch's, in the order of its own tokens.
  public private(set) var model: LanguageModel
  /// What was assumed or changed, in sentences for a person.
  public let notes: [String]

  /// Puts the model together.
  ///
  /// - Parameters:
  ///   - weights: the tensors by name.
  ///   - vocabulary: what the positions of the embedding, or of the input, stand for.
  ///   - names: of the parts; those that are missing are found by the shapes.
  ///   - nonlinearity: of an `nn.RNN`, which its tensors do not tell; tanh when absent.
  /// - Throws: `ModelError` if it is another kind of model or the vocabulary has another size, or
  ///   the error of the file if its tensors are no floats.
  public init(
    of weights: StateDictionary, vocabulary: ImportedVocabulary, names: ModuleNames = ModuleNames(),
    nonlinearity: RNN.Nonlinearity? = nil
  ) throws {
    let weights = try PlainWeights(of: weights).weights
    let roles = try StateDictionaryRoles(of: weights, names: names, nonlinearity: nonlinearity)
    guard vocabulary.positions.count == roles.vocabularySize else {
      throw ModelError(
        .notImportable,
        "'\(vocabulary.source)' has \(vocabulary.positions.count) entries and '\(weights.source)' predicts \(roles.vocabularySize) tokens: give the vocabulary that it was trained with"
      )
    }
    var notes = weights.notes + roles.notes
    let isReordered = zip(vocabulary.positions, 0...).contains { $0 != $1 }
    if isReordered {
      let names = vocabulary.tokenizer.vocabulary.reserved.map(\.rawValue).joined(separator: ", ")
      notes.append(
        "reserved entries come first here (\(names)), so the tokens are renumbered and the weights with them"
      )
    }
    if weights.tensors.contains(where: { $0.elementType == .float64 }) {
      notes.append("numbers of double precision are rounded to single precision")
    }
    self.notes = notes

    model = try LanguageModel(roles.configuration, tokenizer: vocabulary.tokenizer) {
      Tensor(unfilled: $0)
    }
    var failure: (any Error)?
    model.forEachParameter { name, parameter in
      guard failure == nil else { return }
      do {
        parameter = try roles.parameter(
          name, parameter.shape, from: weights, positions: isReordered ? vocabulary.positions : nil)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }
}

extension StateDictionaryRoles {
  /// The tensor of a parameter such as `rnn.weight_ih_l0`.
  private func recurrentTensor(_ name: String) -> String? {
    let parts = name.dropFirst("rnn.".count).split(separator: "_")
    guard parts.count == 3, let layer = Int(parts[2].dropFirst()),
      recurrentLayers.indices.contains(layer)
    else { return nil }
    return recurrentLayers[layer]["\(parts[0])_\(parts[1])"]
  }

  /// A parameter of the model by its name there, with the rows or columns of tokens in the order of
  /// `positions`.
  fileprivate func parameter(
    _ name: String, _ shape: Shape, from weights: StateDictionary, positions: [Int]?
  ) throws -> Tensor {
    let source: String?
    let axisOfTokens: Int?
    switch name {
    case "embedding.weight": (source, axisOfTokens) = (embedding, 0)
    case "fc.weight": (source, axisOfTokens) = (outputWeight, 0)
    case "fc.bias": (source, axisOfTokens) = (outputBias, 0)
    default:
      source = recurrentTensor(name)
      axisOfTokens = name == "rnn.weight_ih_l0" && embedding == nil ? 1 : nil
    }
    guard let source, let stored = weights[source] else {
      guard shape.count == 1 else {
        throw ModelError(
          .notImportable, "'\(weights.source)' has no tensor \((source ?? name).quotedForMessage)")
      }
      return Tensor(zeros: shape)
    }
    guard stored.shape == Array(shape) else {
      throw ModelError(
        .notImportable,
        "'\(weights.source)' has a tensor \(source.quotedForMessage) of shape \(stored.shape) where the model needs \(Array(shape))"
      )
    }
    var tensor = Tensor(uninitialized: shape)
    try tensor.withUnsafeMutableElements { try stored.copy(to: $0) }
    guard let positions, let axisOfTokens else { return tensor }
    return tensor.selecting(positions, along: axisOfTokens)
  }
}

extension Tensor {
  /// Puts the slices along an axis of a matrix or vector into another order.
  fileprivate func selecting(_ positions: [Int], along axis: Int) -> Tensor {
    let columnCount = shape.count == 2 ? shape[1] : 1
    var result = Tensor(uninitialized: shape)
    withUnsafeElements { source in
      result.withUnsafeMutableElements { elements in
        for index in elements.indices {
          let (row, column) = index.quotientAndRemainder(dividingBy: columnCount)
          elements[index] =
            axis == 0
            ? source[positions[row] * columnCount + column]
            : source[row * columnCount + positions[column]]
        }
      }
    }
    return result
  }
}
