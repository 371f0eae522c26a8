/// The named tensors in what a pickle stands for: at the top, or in one member of it.
struct FoundStateDictionary {
  struct Tensor {
    let name: String
    let storage: PyTorchStorage
    let offset: Int
    let shape: [Int]
    let strides: [Int]
  }

  /// The member that holds the tensors, unless they are at the top.
  let key: String?
  let tensors: [Tensor]
  /// The names of members that are no tensors.
  let otherMembers: [String]

  /// How many times the size of the file all tensors together may have; tied weights, the only ones that are shared in
  /// language models, make it two.
  private static let maximumSharing = 8

  init(in root: PickleValue, of unpickler: Unpickler, fileSize: Int) throws(PyTorchError) {
    let source = unpickler.reader.source
    let advice = "save the weights alone: torch.save(model.state_dict(), PATH)"
    guard case .dictionary(let top) = root else {
      throw PyTorchError(
        .noStateDictionary, in: source, "holds no dictionary of tensors; \(advice)")
    }
    var chosen = top
    var key: String?
    if !unpickler.dictionaries[top].hasTensors {
      var candidates: [(key: String, dictionary: Int)] = []
      for member in unpickler.dictionaries[top].members {
        guard case .dictionary(let index) = member.value, let name = unpickler.string(member.key),
          unpickler.dictionaries[index].hasTensors
        else { continue }
        candidates.append((name, index))
      }
      let usual = PyTorchArchive.usualKeys.lazy.compactMap { name in
        candidates.first { $0.key == name }
      }.first
      guard let candidate = candidates.count == 1 ? candidates.first : usual else {
        let names = candidates.prefix(8).map { $0.key.quotedForMessage }.joined(separator: ", ")
        throw PyTorchError(
          .noStateDictionary, in: source,
          candidates.isEmpty
            ? "holds a dictionary without tensors; \(advice)"
            : "holds tensors under several names, \(names); save one of them alone with torch.save")
      }
      (key, chosen) = (candidate.key, candidate.dictionary)
    }
    self.key = key

    var names: Set<String> = []
    var tensors: [Tensor] = []
    var otherMembers: [String] = []
    for member in unpickler.dictionaries[chosen].members {
      guard let name = unpickler.string(member.key) else { continue }
      guard names.insert(name).inserted else {
        throw PyTorchError(
          .duplicateName, in: source, "has \(name.quotedForMessage) twice; save it again")
      }
      guard case .tensor(let index) = member.value else {
        otherMembers.append(name)
        continue
      }
      guard tensors.count < SafeTensors.maximumTensorCount else {
        throw PyTorchError(
          .limitExceeded, in: source,
          "has more than \(SafeTensors.maximumTensorCount) tensors; split its state_dict")
      }
      let view = unpickler.tensors[index]
      guard let shape = unpickler.integers(view.shape),
        let strides = unpickler.integers(view.strides)
      else {
        fatalError("A tensor whose sizes were not checked")
      }
      tensors.append(
        Tensor(
          name: name, storage: view.storage, offset: view.offset, shape: shape, strides: strides))
    }
    try Self.checkSharing(tensors, fileSize: fileSize, source: source)
    self.tensors = tensors
    self.otherMembers = otherMembers
  }

  /// A small file must not become a large model by naming the same numbers over and over.
  private static func checkSharing(
    _ tensors: [Tensor], fileSize: Int, source: String
  ) throws(PyTorchError) {
    let byteCount = tensors.reduce(0.0) {
      $0 + Double($1.shape.reduce(1, *)) * Double($1.storage.elementType.bitCount / 8)
    }
    guard byteCount <= Double(maximumSharing) * Double(fileSize) else {
      throw PyTorchError(
        .limitExceeded, in: source,
        "has tensors that share their numbers more than \(maximumSharing) times over; save each with clone()"
      )
    }
  }
}
