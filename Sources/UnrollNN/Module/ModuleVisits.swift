internal import Synchronization
internal import UnrollTensor

/// The types of model whose visits were found to be whole.
private let wholeTypes = Mutex<Set<ObjectIdentifier>>([])

extension Module {
  /// Ends the program if two parameters have one name, or if `forEachParameter` forgets a stored tensor or module.
  ///
  /// Looks at the first model of each type only.
  package func requireWholeVisits() {
    let type = ObjectIdentifier(Self.self)
    guard wholeTypes.withLock({ !$0.contains(type) }) else { return }
    var visited: Set<ObjectIdentifier> = []
    var names: Set<String> = []
    for (name, parameter) in parameters {
      guard names.insert(name).inserted else {
        fatalError(
          "\(Self.self) has two parameters with the name \"\(name)\": visit its parts under different names, as in part.forEachParameter(under: \"part\", visit)"
        )
      }
      visited.insert(ObjectIdentifier(parameter.storage))
    }
    var search = ForgottenParts(visited: visited)
    search.look(at: self, path: [])
    if let forgotten = search.found {
      fatalError(
        "\(Self.self).forEachParameter does not visit \(forgotten), which would never be trained or written: visit it, or mark it @Frozen"
      )
    }
    _ = wholeTypes.withLock { $0.insert(type) }
  }
}

/// A search for tensors that are stored in a value and not among those visited.
private struct ForgottenParts {
  let visited: Set<ObjectIdentifier>
  var found: String?

  /// Returns whether there are tensors in the value.
  @discardableResult
  mutating func look(at value: Any, path: [String]) -> Bool {
    if found != nil || value is any NotTrained { return false }
    if let tensor = value as? Tensor {
      if !visited.contains(ObjectIdentifier(tensor.storage)) {
        found = path.joined(separator: ".")
      }
      return true
    }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .struct, .tuple, .enum, .optional:
      return mirror.children.reduce(false) { hasTensors, child in
        // The value behind an optional has the name of the optional.
        let names = mirror.displayStyle == .optional ? [] : [child.label ?? "?"]
        return look(at: child.value, path: path + names) || hasTensors
      }
    case .collection, .dictionary, .set:
      // A collection without tensors in its first element may be long, and is passed by.
      var hasTensors = false
      for (index, child) in mirror.children.enumerated() {
        guard look(at: child.value, path: path + ["\(index)"]) else { break }
        hasTensors = true
      }
      return hasTensors
    default: return false
    }
  }
}
