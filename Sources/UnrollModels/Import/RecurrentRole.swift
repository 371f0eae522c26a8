import UnrollFormats
import UnrollNN
import UnrollTensor

/// The tensors of a `state_dict` that are the recurrent layers, and the layers that they make.
///
/// The kind of cell follows from the rows of `weight_hh`: 4 H for an LSTM, 3 H for a GRU and H for
/// an RNN.
struct RecurrentRole {
  let cell: RecurrentCell
  /// The names of each layer's tensors, by the parameter.
  let layers: [[String: String]]
  /// D.
  let inputSize: Int
  /// H.
  let hiddenSize: Int
  /// What was assumed, in sentences for a person.
  private(set) var notes: [String] = []

  /// The names of all its tensors.
  var names: Set<String> { Set(layers.flatMap(\.values)) }

  /// - Parameters:
  ///   - name: of the module, or of what the modules are in; found by the names of its tensors when
  ///     absent.
  ///   - nonlinearity: of an RNN, which its tensors do not tell.
  init(of weights: StateDictionary, name: String?, nonlinearity: RNN.Nonlinearity?)
    throws(ModelError)
  {
    let source = weights.source
    let modules = try Self.modules(in: weights, name: name)
    for module in modules { try module.checkSupported(in: weights) }
    if modules.count > 1 {
      notes.append(
        "\(Self.list(modules)) are taken as layers on top of each other, the first of them below")
    }
    let shape = modules[0].recurrentShape
    let gateCount = shape[0] / shape[1]
    switch gateCount {
    case 3: cell = .gru
    case 4: cell = .lstm
    default: cell = nonlinearity == .relu ? .rnnReLU : .rnnTanh
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
    layers = modules.flatMap(\.layers)
    inputSize = modules[0].inputSize
    hiddenSize = shape[1]
    try checkBiases(source)
  }

  /// All layers have both biases or none has any.
  private mutating func checkBiases(_ source: String) throws(ModelError) {
    let biases = ["bias_ih", "bias_hh"]
    guard layers.contains(where: { layer in biases.contains { layer[$0] != nil } }) else {
      notes.append("recurrent layers without biases get zeros in their place")
      return
    }
    for layer in layers {
      for bias in biases where layer[bias] == nil {
        let weight = layer[bias == "bias_ih" ? "weight_ih" : "weight_hh"] ?? ""
        let missing = weight.replacingLast("weight", with: "bias")
        throw ModelError(
          .notImportable,
          "'\(source)' has no tensor \(missing.quotedForMessage), while other biases are there: recurrent layers have all of them or none"
        )
      }
    }
  }

  private static func modules(
    in weights: StateDictionary, name: String?
  ) throws(ModelError) -> [RecurrentModule] {
    let source = weights.source
    let all = try RecurrentModule.all(in: weights)
    guard let name else {
      guard !all.isEmpty else {
        throw ModelError(
          .notImportable,
          "'\(source)' has no recurrent layers: no tensor is called weight_ih_l0, or weight_ih as in a cell; give the state_dict of a model with an nn.RNN, nn.LSTM or nn.GRU"
        )
      }
      guard all.count == 1 || RecurrentModule.areStacked(all) else {
        throw ModelError(
          .notImportable,
          "'\(source)' has several recurrent modules, \(list(all)); name one (--rnn) and its linear layer (--linear)"
        )
      }
      return all
    }
    let named = all.filter { $0.name == name || $0.prefix.hasPrefix(name + ".") }
    guard !named.isEmpty else {
      throw ModelError(
        .notImportable,
        "'\(source)' has no tensor '\(name.isEmpty ? "" : name + ".")weight_ih_l0', so '\(name)' is no nn.RNN, nn.LSTM or nn.GRU of it"
      )
    }
    guard named.count == 1 || RecurrentModule.areStacked(named) else {
      throw ModelError(
        .notImportable,
        "'\(source)' has several recurrent modules in '\(name)', \(list(named)); name one of them (--rnn)"
      )
    }
    if named.count < all.count, let stack = stack(around: named[0], in: all) {
      throw ModelError(
        .notImportable,
        "'\(source)' has \(list(stack)), which are layers on top of each other, and one of them alone would be another model: leave out --rnn, or name what they are in"
      )
    }
    return named
  }

  /// The modules that one of them is a layer of, if it is one of several.
  private static func stack(
    around module: RecurrentModule, in all: [RecurrentModule]
  ) -> [RecurrentModule]? {
    let stem = module.prefix.filter { !$0.isNumber }
    let siblings = all.filter { $0.prefix.filter { !$0.isNumber } == stem }
    return RecurrentModule.areStacked(siblings) ? siblings : nil
  }

  private static func list(_ modules: [RecurrentModule]) -> String {
    modules.prefix(8).map(\.name.quotedForMessage).joined(separator: " and ")
  }
}

extension String {
  /// Replaces the last occurrence of a word.
  fileprivate func replacingLast(_ word: String, with other: String) -> String {
    guard let range = ranges(of: word).last else { return self }
    return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}
