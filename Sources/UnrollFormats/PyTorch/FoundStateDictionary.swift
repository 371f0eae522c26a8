/// The named tensors in what a pickle stands for: at the top, or in a member of it at any depth.
struct FoundStateDictionary {
  struct Tensor {
    let name: String
    let storage: PyTorchStorage
    let offset: Int
    let shape: [Int]
    let strides: [Int]
  }

  /// Where the tensors are, unless they are at the top: the names of the members that lead there.
  let key: String?
  let tensors: [Tensor]
  /// The names of members that are no tensors.
  let otherMembers: [String]
  /// What made the objects that are not understood, each once.
  let foreignNames: [String]

  /// How many times the size of the file all tensors together may have; tied weights, the only ones
  /// that are shared in language models, make it two.
  private static let maximumSharing = 8
  private static let advice = "save the weights alone: torch.save(model.state_dict(), PATH)"

  init(in root: PickleValue, of unpickler: Unpickler, fileSize: Int) throws(PyTorchError) {
    let source = unpickler.reader.source
    let search = StateDictionarySearch(in: root, of: unpickler)
    let chosen = try search.chosen(advice: Self.advice)
    key = chosen.path

    var names: Set<String> = []
    var tensors: [Tensor] = []
    var otherMembers: [String] = []
    for member in unpickler.dictionaries[chosen.dictionary].members {
      guard let name = unpickler.string(member.key) else { continue }
      guard names.insert(name).inserted else {
        throw PyTorchError(
          .duplicateName, in: source, "has \(name.quotedForMessage) twice; save it again")
      }
      if case .foreign(let index) = member.value, unpickler.foreignObjects[index].holdsNumbers {
        let maker = unpickler.foreignObjects[index].name
        throw PyTorchError(
          .forbiddenGlobal, in: source,
          "has a weight \(name.quotedForMessage) that \(maker.quotedForMessage) would make, and nothing in a file is run here; save it as a plain tensor"
        )
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
    foreignNames = search.foreignNames
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
