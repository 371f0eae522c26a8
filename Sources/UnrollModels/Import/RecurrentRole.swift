import UnrollFormats
import UnrollNN
import UnrollTensor

/// The tensors of a `state_dict` that are one `nn.RNN`, `nn.LSTM` or `nn.GRU`, and the layers that they make.
///
/// The kind of cell follows from the rows of `weight_hh_l0`: 4 H for an LSTM, 3 H for a GRU and H for an RNN.
struct RecurrentRole {
  /// What the names of the tensors begin with: `lstm.`
  let prefix: String
  let cell: RecurrentCell
  let layerCount: Int
  /// D.
  let inputSize: Int
  /// H.
  let hiddenSize: Int
  /// The names of all its tensors.
  let names: Set<String>
  /// What was assumed, in sentences for a person.
  private(set) var notes: [String] = []

  /// - Parameters:
  ///   - name: of the module; found by the names of its tensors when absent.
  ///   - nonlinearity: of an RNN, which its tensors do not tell.
  init(of weights: StateDictionary, name: String?, nonlinearity: RNN.Nonlinearity?)
    throws(ModelError)
  {
    let source = weights.source
    let prefix = try Self.prefix(in: weights, name: name)
    guard let input = weights[prefix + "weight_ih_l0"], input.shape.count == 2,
      let recurrent = weights[prefix + "weight_hh_l0"], recurrent.shape.count == 2
    else {
      throw ModelError(
        .notImportable,
        "'\(source)' lacks one of weight_ih_l0 and weight_hh_l0 of \(prefix.quotedForMessage) as matrices"
      )
    }
    let (rows, columns) = (recurrent.shape[0], recurrent.shape[1])

    func unsupported(_ tensor: String, _ reason: String) -> ModelError {
      ModelError(.notImportable, "'\(source)' has \((prefix + tensor).quotedForMessage)\(reason)")
    }
    if weights[prefix + "weight_hr_l0"] != nil {
      throw unsupported(
        "weight_hr_l0",
        ", the projection of an LSTM with proj_size, which language models here do not have"
      )
    }
    if weights[prefix + "weight_ih_l0_reverse"] != nil {
      throw unsupported(
        "weight_ih_l0_reverse",
        ": a bidirectional module sees the tokens it is to predict, so it is no language model"
      )
    }
    let gateCount = columns > 0 && rows % columns == 0 ? rows / columns : 0
    switch gateCount {
    case 1: cell = nonlinearity == .relu ? .rnnReLU : .rnnTanh
    case 3: cell = .gru
    case 4: cell = .lstm
    default:
      throw unsupported(
        "weight_hh_l0",
        " of shape [\(rows), \(columns)], and H, 3 H or 4 H rows are needed for H columns"
      )
    }
    if gateCount == 1, nonlinearity == nil {
      notes.append(
        "the file does not say what the RNN applies to its sum: tanh is assumed (--nonlinearity)")
    }
    guard gateCount == 1 || nonlinearity == nil else {
      throw ModelError(
        .invalidConfiguration,
        "A nonlinearity belongs to an nn.RNN, and '\(source)' has \(cell == .lstm ? "an LSTM" : "a GRU"): leave it out"
      )
    }

    var layerCount = 0
    var names: Set<String> = []
    var biasCount = 0
    while weights["\(prefix)weight_ih_l\(layerCount)"] != nil {
      for parameter in Self.parameters {
        let name = "\(prefix)\(parameter)_l\(layerCount)"
        guard weights[name] != nil else { continue }
        names.insert(name)
        biasCount += parameter.hasPrefix("bias") ? 1 : 0
      }
      layerCount += 1
    }
    if biasCount < 2 * layerCount {
      notes.append("recurrent layers without biases get zeros in their place")
    }
    self.prefix = prefix
    inputSize = input.shape[1]
    hiddenSize = columns
    self.layerCount = layerCount
    self.names = names
  }

  private static let parameters = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]

  private static func prefix(in weights: StateDictionary, name: String?) throws(ModelError)
    -> String
  {
    let first = "weight_ih_l0"
    let prefixes = weights.tensors.map(\.name).filter { $0 == first || $0.hasSuffix("." + first) }
      .map { String($0.dropLast(first.count)) }
    if let name {
      let prefix = name.isEmpty ? "" : name + "."
      guard prefixes.contains(prefix) else {
        throw ModelError(
          .notImportable,
          "'\(weights.source)' has no tensor '\(prefix)\(first)', so '\(name)' is no nn.RNN, nn.LSTM or nn.GRU of it"
        )
      }
      return prefix
    }
    guard let prefix = prefixes.first else {
      throw ModelError(
        .notImportable,
        "'\(weights.source)' has no recurrent layers: no tensor is called weight_ih_l0; give the state_dict of a model with an nn.RNN, nn.LSTM or nn.GRU"
      )
    }
    guard prefixes.count == 1 else {
      let list = prefixes.prefix(8).map { String($0.dropLast()).quotedForMessage }.joined(
        separator: " and ")
      throw ModelError(
        .notImportable,
        "'\(weights.source)' has several recurrent modules, \(list); name one (--rnn) and its linear layer (--linear)"
      )
    }
    return prefix
  }
}
