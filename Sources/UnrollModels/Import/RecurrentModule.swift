import UnrollFormats
import UnrollTensor

/// The tensors of a `state_dict` that are one `nn.RNN`, `nn.LSTM` or `nn.GRU`, or one `nn.RNNCell`,
/// `nn.LSTMCell` or `nn.GRUCell`.
struct RecurrentModule {
  static let parameters = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]

  /// What the names of the tensors begin with: `lstm.`
  let prefix: String
  /// The names of each layer's tensors, by the parameter.
  let layers: [[String: String]]
  /// D.
  let inputSize: Int
  /// The sizes of `weight_hh`: G H and H.
  let recurrentShape: [Int]

  /// The name for messages and options.
  var name: String { String(prefix.dropLast()) }

  /// All modules, in the order of their names, in which numbers count as such.
  static func all(in weights: StateDictionary) throws(ModelError) -> [RecurrentModule] {
    var modules: [RecurrentModule] = []
    for tensor in weights.tensors {
      for (suffix, isCell) in [("weight_ih_l0", false), ("weight_ih", true)]
      where tensor.name == suffix || tensor.name.hasSuffix("." + suffix) {
        modules.append(
          try RecurrentModule(
            weights, prefix: String(tensor.name.dropLast(suffix.count)), isCell: isCell))
      }
    }
    return modules.sorted { $0.prefix.precedesNaturally($1.prefix) }
  }

  private init(_ weights: StateDictionary, prefix: String, isCell: Bool) throws(ModelError) {
    self.prefix = prefix
    var layers: [[String: String]] = []
    while true {
      let suffix = isCell ? "" : "_l\(layers.count)"
      var names: [String: String] = [:]
      for parameter in Self.parameters where weights[prefix + parameter + suffix] != nil {
        names[parameter] = prefix + parameter + suffix
      }
      guard names["weight_ih"] != nil else { break }
      layers.append(names)
      if isCell { break }
    }
    self.layers = layers
    guard let input = layers[0]["weight_ih"].flatMap({ weights[$0] }), input.shape.count == 2,
      let recurrent = layers[0]["weight_hh"].flatMap({ weights[$0] }), recurrent.shape.count == 2
    else {
      throw ModelError(
        .notImportable,
        "'\(weights.source)' lacks one of weight_ih and weight_hh of \(prefix.quotedForMessage) as matrices: weight_ih_l0 and weight_hh_l0, or those of a cell"
      )
    }
    inputSize = input.shape[1]
    recurrentShape = recurrent.shape
  }

  /// Throws for what no language model here has.
  func checkSupported(in weights: StateDictionary) throws(ModelError) {
    func unsupported(_ tensor: String, _ reason: String) -> ModelError {
      ModelError(
        .notImportable, "'\(weights.source)' has \((prefix + tensor).quotedForMessage)\(reason)")
    }
    if weights[prefix + "weight_hr_l0"] != nil {
      throw unsupported(
        "weight_hr_l0",
        ", the projection of an LSTM with proj_size, which language models here do not have")
    }
    if weights[prefix + "weight_ih_l0_reverse"] != nil {
      throw unsupported(
        "weight_ih_l0_reverse",
        ": a bidirectional module sees the tokens it is to predict, so it is no language model")
    }
    let (rows, columns) = (recurrentShape[0], recurrentShape[1])
    guard columns > 0, [1, 3, 4].contains(where: { rows == $0 * columns }) else {
      throw ModelError(
        .notImportable,
        "'\(weights.source)' has \((layers[0]["weight_hh"] ?? "").quotedForMessage) of shape [\(rows), \(columns)], and H, 3 H or 4 H rows are needed for H columns"
      )
    }
  }

  /// Whether modules are layers on top of each other: their names differ in numbers only, and each
  /// takes what the one before gives.
  static func areStacked(_ modules: [RecurrentModule]) -> Bool {
    guard let first = modules.first, modules.count > 1 else { return false }
    let stem = first.prefix.filter { !$0.isNumber }
    return modules.dropFirst().allSatisfy {
      $0.prefix.filter { !$0.isNumber } == stem && $0.recurrentShape == first.recurrentShape
        && $0.inputSize == first.recurrentShape[1]
    }
  }
}

extension String {
  /// Whether it comes before another in an order in which numbers count as such: `rnn2` before
  /// `rnn10`.
  fileprivate func precedesNaturally(_ other: String) -> Bool {
    var (left, right) = (utf8[...], other.utf8[...])
    let isDigit: (UInt8) -> Bool = { 0x30...0x39 ~= $0 }
    while let a = left.first, let b = right.first {
      if isDigit(a), isDigit(b) {
        let (x, y) = (left.prefix(while: isDigit), right.prefix(while: isDigit))
        let (m, n) = (x.drop { $0 == 0x30 }, y.drop { $0 == 0x30 })
        if m.count != n.count { return m.count < n.count }
        if !m.elementsEqual(n) { return m.lexicographicallyPrecedes(n) }
        (left, right) = (left.dropFirst(x.count), right.dropFirst(y.count))
      } else {
        if a != b { return a < b }
        (left, right) = (left.dropFirst(), right.dropFirst())
      }
    }
    return left.isEmpty && !right.isEmpty
  }
}
