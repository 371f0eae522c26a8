/// Numbers that tensors share.
struct PyTorchStorage {
  let elementType: ElementType
  let elementCount: Int
  /// Where its bytes are in the file.
  let bytes: Range<Int>
}

/// A tensor as a pickle describes it: elements of a storage at an offset, apart by strides.
struct PyTorchView {
  /// The most dimensions of a tensor; weights have up to five.
  static let maximumRank = 16

  let storage: PyTorchStorage
  /// Of the first element, in elements.
  let offset: Int
  let shape: PickleValue
  let strides: PickleValue
}

extension Unpickler {
  /// What a persistent id stands for: `("storage", class, key, location, element count)`.
  mutating func storage(_ id: PickleValue) throws(PyTorchError) -> PickleValue {
    if let parts = elements(of: id), parts.count == 5,
      case .foreign(let index)? = parts.dropFirst().first
    {
      return foreign(foreignObjects[index].name, holdsNumbers: true)
    }
    guard let parts = elements(of: id).map(Array.init), parts.count == 5,
      string(parts[0]) == "storage",
      case .global(.storage(let elementType)) = parts[1], let key = string(parts[2]),
      string(parts[3]) != nil,
      case .integer(let elementCount) = parts[4], elementCount >= 0
    else { throw reader.damaged("describes no storage where it should") }
    // A long key could otherwise be looked up again and again at the cost of its length.
    guard key.utf8.count <= 64, let bytes = storageBytes[key] else {
      throw reader.error(
        .storageMismatch, "needs the storage \(key.quotedForMessage), which is not in the file",
        remedy: "save the file again")
    }
    let (byteCount, overflow) = elementCount.multipliedReportingOverflow(
      by: elementType.bitCount / 8)
    guard !overflow, byteCount == bytes.count else {
      throw reader.error(
        .storageMismatch,
        "gives the storage \(key.quotedForMessage) \(elementCount) elements of \(elementType.rawValue), and \(bytes.count) bytes are stored",
        remedy: "save the file again")
    }
    storages.append(
      PyTorchStorage(elementType: elementType, elementCount: elementCount, bytes: bytes))
    return .storage(storages.count - 1)
  }

  /// What `_rebuild_tensor_v2` stands for: `(storage, offset, size, stride, requires_grad, hooks[,
  /// metadata])`.
  mutating func tensor(_ arguments: [PickleValue]) throws(PyTorchError) -> PickleValue {
    guard arguments.count == 6 || arguments.count == 7, case .storage(let index) = arguments[0],
      case .integer(let offset) = arguments[1], let shape = integers(arguments[2]),
      let strides = integers(arguments[3]), case .boolean = arguments[4],
      shape.count == strides.count
    else { throw reader.damaged("describes no tensor where it should") }
    if arguments.count == 7, !isEmpty(arguments[6]) {
      throw reader.error(
        .invalidTensor, "has a tensor to be conjugated or negated when it is read",
        remedy: "save it after resolve_conj() and resolve_neg()")
    }
    try checkBounds(offset: offset, shape: shape, strides: strides, of: storages[index])
    tensors.append(
      PyTorchView(
        storage: storages[index], offset: offset, shape: arguments[2], strides: arguments[3]))
    return .tensor(tensors.count - 1)
  }

  /// The sizes of a shape, or `nil` if it is none.
  func integers(_ tuple: PickleValue) -> [Int]? {
    guard let elements = elements(of: tuple), elements.count <= PyTorchView.maximumRank else {
      return nil
    }
    var integers: [Int] = []
    for case .integer(let value) in elements where value >= 0 { integers.append(value) }
    return integers.count == elements.count ? integers : nil
  }

  /// The text of a string, or `nil` if it is none.
  func string(_ value: PickleValue) -> String? {
    guard case .string(let index) = value else { return nil }
    return strings[index]
  }

  private func isEmpty(_ metadata: PickleValue) -> Bool {
    switch metadata {
    case .none: true
    case .dictionary(let index): dictionaries[index].members.isEmpty
    default: false
    }
  }

  /// Every element has to lie in the storage, and there must not be more elements than it has: a
  /// stride of zero could otherwise make any number of them.
  private func checkBounds(
    offset: Int, shape: [Int], strides: [Int], of storage: PyTorchStorage
  ) throws(PyTorchError) {
    var count = 1
    var last = offset
    var overflows = false
    for (size, stride) in zip(shape, strides) {
      let product = count.multipliedReportingOverflow(by: size)
      let way = max(0, size - 1).multipliedReportingOverflow(by: stride)
      let sum = last.addingReportingOverflow(way.partialValue)
      overflows = overflows || product.overflow || way.overflow || sum.overflow
      (count, last) = (product.partialValue, sum.partialValue)
    }
    guard (0...storage.elementCount).contains(offset), !overflows, count <= storage.elementCount,
      count == 0 || last < storage.elementCount
    else {
      throw reader.error(
        .invalidTensor,
        "has a tensor of size \(shape) with strides \(strides) from element \(offset) of a storage of \(storage.elementCount), which do not fit",
        remedy: "save it after contiguous()")
    }
  }
}
