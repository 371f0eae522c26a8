import UnrollFormats

/// Weights that PyTorch computes from other tensors each time they are used, replaced by what they
/// come to in evaluation.
///
/// These are `torch.nn.utils.weight_norm` in both of its forms, `torch.nn.utils.prune`, and the
/// weights behind dropout of the AWD-LSTM (`weight_hh_l0_raw`). Spectral norm and parametrizations
/// of one's own are refused.
struct PlainWeights {
  /// The tensors under the names of the weights.
  let weights: StateDictionary

  init(of given: StateDictionary) throws {
    var computed: [String: any StoredTensor] = [:]
    var used: Set<String> = []
    var notes: [String: [String]] = [:]
    for tensor in given.tensors {
      guard let part = WeightPart(tensor.name) else { continue }
      func sibling(_ suffix: WeightPart.Suffix) throws -> any StoredTensor {
        let name = part.sibling(suffix)
        guard let tensor = given[name] else {
          throw ModelError(
            .notImportable,
            "'\(given.source)' has \(tensor.name.quotedForMessage) and no \(name.quotedForMessage), and both make the weight \(part.weight.quotedForMessage)"
          )
        }
        used.insert(name)
        return tensor
      }
      let note: String
      switch part.role {
      case .raw:
        computed[part.weight] = RenamedTensor(name: part.weight, tensor: tensor)
        note = "dropout of weights does nothing in evaluation: taken as they are"
      case .magnitude where given[part.sibling(.spectralVector)] == nil:
        computed[part.weight] = try ComputedTensor.normalized(
          part.weight, tensor, sibling(part.isParametrization ? .directionOriginal : .direction),
          source: given.source)
        note = "weight norm is computed once"
      case .original where given[part.sibling(.mask)] != nil:
        computed[part.weight] = try ComputedTensor.masked(
          part.weight, tensor, sibling(.mask), source: given.source)
        note = "weights that are pruned are zero"
      case .magnitude, .original:
        throw ModelError(
          .notImportable,
          "'\(given.source)' has \(tensor.name.quotedForMessage): the weight \(part.weight.quotedForMessage) is computed from it each time, which is not done here; in PyTorch, remove the parametrization or the norm, and save the state_dict again"
        )
      }
      used.insert(tensor.name)
      notes[note, default: []].append(part.weight)
    }
    guard !computed.isEmpty else {
      weights = given
      return
    }
    // What a module keeps under the weight's own name is the result of its last use.
    let rest = given.tensors.filter { !used.contains($0.name) && computed[$0.name] == nil }
    let told = notes.sorted { $0.key < $1.key }.map { note, weights in
      let names = weights.sorted().prefix(4).map(\.quotedForMessage).joined(separator: ", ")
      return "\(note): \(names)\(weights.count > 4 ? ", …" : "")"
    }
    weights = StateDictionary(
      source: given.source, tensors: rest + computed.sorted { $0.key < $1.key }.map(\.value),
      notes: given.notes + told)
  }
}
