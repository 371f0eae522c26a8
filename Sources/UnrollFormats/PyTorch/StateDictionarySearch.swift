/// Goes through all dictionaries in what a pickle stands for, to find the one that is a
/// `state_dict`.
struct StateDictionarySearch {
  /// A dictionary, list or tuple, and how it is reached.
  private struct Node {
    /// The one that it is in; `nil` at the top.
    let parent: Int?
    /// Its name or number there.
    let step: PickleValue
    let depth: Int
  }

  private let unpickler: Unpickler
  private let root: PickleValue
  private var nodes: [Node] = []
  /// All dictionaries, each once, those at the top first.
  private var places: [(node: Int, dictionary: Int)] = []

  init(in root: PickleValue, of unpickler: Unpickler) {
    self.unpickler = unpickler
    self.root = root
    var waiting = [(value: root, node: Node(parent: nil, step: .none, depth: 0))]
    var seen: Set<Container> = []
    var next = 0
    while next < waiting.count {
      let (value, node) = waiting[next]
      next += 1
      guard let container = Container(value), seen.insert(container).inserted else { continue }
      nodes.append(node)
      let own = nodes.count - 1
      func wait(for value: PickleValue, _ step: PickleValue) {
        guard Container(value) != nil else { return }
        waiting.append((value, Node(parent: own, step: step, depth: node.depth + 1)))
      }
      switch container {
      case .dictionary(let index):
        places.append((own, index))
        for member in unpickler.dictionaries[index].members { wait(for: member.value, member.key) }
      case .list(let index):
        for (position, element) in unpickler.lists[index].enumerated() {
          wait(for: element, .integer(position))
        }
      case .tuple:
        for (position, element) in (unpickler.elements(of: value) ?? []).enumerated() {
          wait(for: element, .integer(position))
        }
      }
    }
  }

  /// A value in which a dictionary may be found.
  private enum Container: Hashable {
    case dictionary(Int), list(Int)
    case tuple(Int32)

    init?(_ value: PickleValue) {
      switch value {
      case .dictionary(let index): self = .dictionary(index)
      case .list(let index): self = .list(index)
      case .tuple(let start, let count) where count > 0: self = .tuple(start)
      default: return nil
      }
    }
  }

  /// The place of the `state_dict`: the dictionary with recurrent layers, or else the one with
  /// tensors.
  ///
  /// Of several the one nearest to the top with a usual name is taken, and it is an error if none
  /// or several have one.
  func chosen(advice: String) throws(PyTorchError) -> (dictionary: Int, path: String?) {
    let source = unpickler.reader.source
    let withTensors = places.indices.filter {
      unpickler.dictionaries[places[$0].dictionary].hasTensors
    }
    let recurrent = withTensors.filter(hasRecurrentLayers)
    let candidates = recurrent.isEmpty ? withTensors : recurrent
    if candidates.count == 1 || recurrent.isEmpty && candidates.first == 0 {
      return (places[candidates[0]].dictionary, path(to: candidates[0]))
    }
    let usual = Self.usualNames.lazy.compactMap { name in
      let named = candidates.filter { unpickler.string(nodes[places[$0].node].step) == name }
      let depth = named.map { nodes[places[$0].node].depth }.min()
      let nearest = named.filter { nodes[places[$0].node].depth == depth }
      return nearest.count == 1 ? nearest[0] : nil
    }.first
    if let usual { return (places[usual].dictionary, path(to: usual)) }
    guard candidates.isEmpty else {
      let names = candidates.prefix(8).map { (path(to: $0) ?? "the top").quotedForMessage }
      throw PyTorchError(
        .noStateDictionary, in: source,
        "holds tensors under several names, \(names.joined(separator: ", ")); save one of them alone with torch.save"
      )
    }
    if case .foreign(let index) = root {
      throw PyTorchError(
        .forbiddenGlobal, in: source,
        "is an object of \(unpickler.foreignObjects[index].name.quotedForMessage), and nothing in a file is run here; \(advice)"
      )
    }
    if !foreignNames.isEmpty {
      let names = foreignNames.prefix(8).map(\.quotedForMessage).joined(separator: ", ")
      throw PyTorchError(
        .forbiddenGlobal, in: source,
        "holds no tensors outside of objects of \(names), and nothing in a file is run here; \(advice)"
      )
    }
    throw PyTorchError(
      .noStateDictionary, in: source,
      places.isEmpty
        ? "holds no dictionary of tensors; \(advice)"
        : "holds a dictionary without tensors; \(advice)")
  }

  /// The names under which training scripts usually keep the `state_dict` beside other things.
  private static let usualNames = [
    "state_dict", "model_state_dict", "model", "net", "module", "weights",
  ]

  /// By the names that PyTorch gives to the weights of recurrent layers and cells.
  private func hasRecurrentLayers(_ place: Int) -> Bool {
    unpickler.dictionaries[places[place].dictionary].members.contains { member in
      guard let name = unpickler.string(member.key) else { return false }
      return name.utf8.contains("weight_hh".utf8)
    }
  }

  /// The names that lead to a place, such as `best.model`; `nil` at the top.
  private func path(to place: Int) -> String? {
    var steps: [String] = []
    var node = nodes[places[place].node]
    while let parent = node.parent, steps.count < 64 {
      switch node.step {
      case .string(let index): steps.append(unpickler.strings[index])
      case .integer(let number): steps.append("\(number)")
      default: steps.append("…")
      }
      node = nodes[parent]
    }
    return steps.isEmpty ? nil : steps.reversed().joined(separator: ".")
  }

  /// What made the objects that are not understood, each once.
  var foreignNames: [String] {
    var seen: Set<String> = []
    return unpickler.foreignObjects.map(\.name).filter { seen.insert($0).inserted }
  }
}
