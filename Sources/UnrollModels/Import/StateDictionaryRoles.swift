import UnrollFormats
import UnrollNN
import UnrollTensor

/// Which tensors of a `state_dict` are the parts of a language model, and what model that makes.
///
/// The recurrent module is found by the names of its tensors; the linear layer by its H columns and
/// its bias; the embedding by its D columns. Nothing is left out in silence: what has no place in
/// the model is an error.
struct StateDictionaryRoles {
  let configuration: LanguageModel.Configuration
  /// V, the rows of the output.
  let vocabularySize: Int
  /// The names of each recurrent layer's tensors, by the parameter.
  let recurrentLayers: [[String: String]]
  /// The tensors of the other parts; without a name where there is none.
  let embedding: String?
  let outputWeight: String?
  let outputBias: String?
  /// What was assumed, in sentences for a person.
  private(set) var notes: [String] = []

  /// A matrix that may be an embedding or the weight of a linear layer.
  private struct Candidate {
    let module: String
    let tensor: any StoredTensor
    /// Whether it has a bias that fits.
    let hasBias: Bool

    var rowCount: Int { tensor.shape[0] }
    var columnCount: Int { tensor.shape[1] }
  }

  init(
    of weights: StateDictionary, names: ModuleNames, nonlinearity: RNN.Nonlinearity?
  ) throws {
    let layers = try RecurrentRole(of: weights, name: names.recurrent, nonlinearity: nonlinearity)
    let source = weights.source
    notes += layers.notes
    let candidates = Self.candidates(in: weights, beside: layers)
    let matrix = try Self.output(of: candidates, weights, layers, names)
    let linear = matrix.module
    let embedding = try Self.embedding(
      of: candidates.filter { $0.module != linear }, weights, layers, names,
      vocabularySize: matrix.rowCount,
      mayShareOutput: matrix.weight != nil)

    let isTied: Bool
    switch (embedding, matrix.weight) {
    case (.vectors(let vectors), let output?):
      isTied = try vectors.tensor.hasContent(of: output)
      self.embedding = vectors.tensor.name
    case (.vectors(let vectors), nil):
      isTied = true
      self.embedding = vectors.tensor.name
    case (.output, let output):
      isTied = true
      self.embedding = output?.name
    case (.oneHot, _):
      isTied = false
      self.embedding = nil
    }
    if isTied {
      notes.append(
        "the output uses the vectors of the embedding: they are kept once, as tied weights")
    }
    vocabularySize = matrix.rowCount
    recurrentLayers = layers.layers
    outputWeight = isTied ? nil : matrix.weight?.name
    let bias = linear.isEmpty ? "bias" : "\(linear).bias"
    outputBias = weights[bias] == nil ? nil : bias
    if outputBias == nil { notes.append("the linear layer has no bias: zeros take its place") }
    configuration = LanguageModel.Configuration(
      cell: layers.cell, layerCount: layers.layers.count, hiddenSize: layers.hiddenSize,
      embeddingSize: self.embedding == nil ? 0 : layers.inputSize, tiesWeights: isTied)

    let used = layers.names.union(
      [self.embedding, matrix.weight?.name, outputBias].compactMap { $0 })
    let unused = weights.tensors.filter { !used.contains($0.name) }
    if let first = unused.first {
      guard names.recurrent != nil, names.linear != nil else {
        throw ModelError(
          .notImportable,
          "'\(source)' has a tensor \(first.name.quotedForMessage) that has no place between an embedding, recurrent layers and one linear layer; name the parts to take (--rnn, --linear) and the others are left out"
        )
      }
      notes.append(
        "left out, as it was not named: \(unused.prefix(8).map(\.name.quotedForMessage).joined(separator: ", "))"
      )
    }
  }

  private static func candidates(
    in weights: StateDictionary, beside layers: RecurrentRole
  ) -> [Candidate] {
    weights.tensors.compactMap { tensor in
      guard tensor.shape.count == 2, !layers.names.contains(tensor.name),
        let module = tensor.name.module(ofParameter: "weight")
      else { return nil }
      let bias = weights[module.isEmpty ? "bias" : "\(module).bias"]
      return Candidate(module: module, tensor: tensor, hasBias: bias?.shape == [tensor.shape[0]])
    }
  }

  // MARK: The linear layer

  /// The linear layer, whose weight is that of the embedding where the file has none.
  private struct Output {
    let module: String
    let rowCount: Int
    let weight: (any StoredTensor)?
  }

  private static func output(
    of candidates: [Candidate], _ weights: StateDictionary, _ layers: RecurrentRole,
    _ names: ModuleNames
  ) throws -> Output {
    let fitting = candidates.filter {
      $0.columnCount == layers.hiddenSize && $0.module != names.embedding
    }
    let withBias = fitting.filter(\.hasBias)
    let choices: [Candidate]
    if let name = names.linear {
      choices = fitting.filter { $0.module == name }
    } else if !withBias.isEmpty {
      choices = withBias
    } else if let output = sharedOutput(fitting, weights, layers) {
      return output
    } else {
      choices = fitting
    }
    if let only = choices.first, choices.count == 1 {
      return Output(module: only.module, rowCount: only.rowCount, weight: only.tensor)
    }
    if let name = names.linear, let output = sharedOutput(fitting, weights, layers),
      output.module == name
    {
      return output
    }
    // Without biases, tied matrices are one.
    if let first = choices.first, names.linear == nil, layers.inputSize == layers.hiddenSize,
      try choices.allSatisfy({ try $0.tensor.hasContent(of: first.tensor) })
    {
      return Output(module: first.module, rowCount: first.rowCount, weight: first.tensor)
    }
    guard !choices.isEmpty else {
      throw ModelError(
        .notImportable,
        names.linear.map {
          "'\(weights.source)' has no tensor '\($0).weight' of \(layers.hiddenSize) columns for the linear layer behind the recurrent ones"
        }
          ?? "'\(weights.source)' has no linear layer of \(layers.hiddenSize) columns behind its recurrent layers; give the state_dict of a language model"
      )
    }
    throw ModelError(
      .notImportable,
      "'\(weights.source)' has several matrices that could be the linear layer, \(list(choices)); name it (--linear) and the embedding (--embedding)"
    )
  }

  /// A linear layer of which only the bias is in the file, since writers of safetensors keep shared
  /// weights once.
  private static func sharedOutput(
    _ fitting: [Candidate], _ weights: StateDictionary, _ layers: RecurrentRole
  ) -> Output? {
    guard layers.inputSize == layers.hiddenSize, fitting.count == 1, let embedding = fitting.first
    else { return nil }
    let biases = weights.tensors.filter {
      $0.shape == [embedding.rowCount] && !layers.names.contains($0.name)
    }
    guard biases.count == 1, let module = biases[0].name.module(ofParameter: "bias") else {
      return nil
    }
    return Output(module: module, rowCount: embedding.rowCount, weight: nil)
  }

  // MARK: The embedding

  private enum Input {
    case oneHot
    case vectors(Candidate)
    /// The weight of the linear layer.
    case output
  }

  private static func embedding(
    of candidates: [Candidate], _ weights: StateDictionary, _ layers: RecurrentRole,
    _ names: ModuleNames,
    vocabularySize: Int, mayShareOutput: Bool
  ) throws(ModelError) -> Input {
    let (source, size) = (weights.source, layers.inputSize)
    let fitting = candidates.filter { $0.columnCount == size && $0.rowCount == vocabularySize }
    if let name = names.embedding {
      guard let named = fitting.first(where: { $0.module == name }) else {
        throw ModelError(
          .notImportable,
          "'\(source)' has no tensor '\(name).weight' of shape [\(vocabularySize), \(size)], which an embedding needs between the \(vocabularySize) outputs and the recurrent layers' input of \(size)"
        )
      }
      return .vectors(named)
    }
    let choices = fitting.filter { !$0.hasBias }
    guard choices.count <= 1 else {
      throw ModelError(
        .notImportable,
        "'\(source)' has several matrices that could be the embedding, \(list(choices)); name it (--embedding)"
      )
    }
    if let embedding = choices.first { return .vectors(embedding) }
    if size == vocabularySize { return .oneHot }
    if size == layers.hiddenSize, mayShareOutput { return .output }
    throw ModelError(
      .notImportable,
      "'\(source)' has \(vocabularySize) outputs and recurrent layers that take vectors of \(size), and neither one-hot tokens nor an embedding of shape [\(vocabularySize), \(size)] gives these; only models that predict the tokens they read can be converted"
    )
  }

  private static func list(_ candidates: [Candidate]) -> String {
    candidates.prefix(8).map(\.module.quotedForMessage).joined(separator: " and ")
  }
}

extension String {
  /// `lstm` of `lstm.weight`; empty for `weight` alone, and `nil` for another parameter.
  fileprivate func module(ofParameter parameter: String) -> String? {
    if self == parameter { return "" }
    return hasSuffix("." + parameter) ? String(dropLast(parameter.count + 1)) : nil
  }
}

extension StoredTensor {
  /// Whether shape and numbers are those of another tensor.
  fileprivate func hasContent(of other: any StoredTensor) throws -> Bool {
    try shape == other.shape && floats() == other.floats()
  }
}
