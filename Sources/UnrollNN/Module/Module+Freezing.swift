package import UnrollTensor

extension Module {
  /// The names of the parameters nearest the input: the vectors of tokens, and those of the first recurrent layers, which are
  /// known by PyTorch's names.
  package func parameterNames(ofFirstLayers count: Int) -> Set<String> {
    Set(
      parameters.map(\.name).filter { name in
        name.split(separator: ".").contains("embedding")
          || recurrentLayer(ofParameter: name).map { $0 < count } ?? false
      })
  }

  /// Replaces parameters by name.
  package mutating func set(_ values: [(name: String, value: Tensor)]) {
    guard !values.isEmpty else { return }
    let values = Dictionary(values.map { ($0.name, $0.value) }) { first, _ in first }
    forEachParameter { name, parameter in values[name].map { parameter = $0 } }
  }

  /// How many recurrent layers are on top of each other.
  package var recurrentLayerCount: Int {
    (parameters.compactMap { recurrentLayer(ofParameter: $0.name) }.max() ?? -1) + 1
  }
}

/// The number in `weight_ih_l0`, `bias_hh_l1_reverse` and their like.
private func recurrentLayer(ofParameter name: String) -> Int? {
  var parts = name.split(separator: "_")
  if parts.last == "reverse" { parts.removeLast() }
  guard parts.count > 1, let last = parts.last, last.first == "l" else { return nil }
  return Int(last.dropFirst())
}
