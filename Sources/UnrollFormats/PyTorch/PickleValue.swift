/// What the pickle of a `state_dict` can put on its stack.
///
/// Everything that has parts is a number into flat lists of the ``Unpickler``: nothing is nested in
/// memory, so no file can make a walk over it, or its end, go deep.
enum PickleValue {
  case none
  case boolean(Bool)
  case integer(Int)
  /// A whole number of more than 64 bits.
  case largeInteger
  case float
  /// Which string.
  case string(Int)
  /// Which elements of all tuples.
  case tuple(start: Int32, count: Int32)
  /// Which list.
  case list(Int)
  /// Which dictionary.
  case dictionary(Int)
  case global(PickleGlobal)
  /// Which storage.
  case storage(Int)
  /// Which tensor.
  case tensor(Int)
  /// Which foreign object.
  case foreign(Int)
}

/// What a class or function would make that is not among the allowed ones: it is not run, so
/// nothing is known of it.
struct ForeignObject {
  /// The class or function.
  let name: String
  /// Whether numbers of tensors go into it, so that it may be a weight.
  let holdsNumbers: Bool
}

/// The classes and functions that a `state_dict` names. None is ever called: each stands for a rule
/// of the ``Unpickler``.
enum PickleGlobal: Hashable {
  case dictionary, defaultDictionary, rebuildTensor, rebuildParameter, size
  case storage(ElementType)

  /// The global called `name` in a module, or `nil` if it is not among the allowed ones.
  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .dictionary
    case ("collections", "defaultdict"): self = .defaultDictionary
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("torch", "Size"): self = .size
    case ("torch", "FloatStorage"): self = .storage(.float32)
    case ("torch", "DoubleStorage"): self = .storage(.float64)
    case ("torch", "HalfStorage"): self = .storage(.float16)
    case ("torch", "BFloat16Storage"): self = .storage(.bfloat16)
    case ("torch", "LongStorage"): self = .storage(.int64)
    case ("torch", "IntStorage"): self = .storage(.int32)
    case ("torch", "ShortStorage"): self = .storage(.int16)
    case ("torch", "CharStorage"): self = .storage(.int8)
    case ("torch", "ByteStorage"): self = .storage(.uint8)
    case ("torch", "BoolStorage"): self = .storage(.bool)
    default: return nil
    }
  }
}

/// A dictionary's members in the order in which they were set.
struct PickleDictionary {
  private(set) var members: [(key: PickleValue, value: PickleValue)] = []
  /// Whether any member is a tensor.
  private(set) var hasTensors = false

  mutating func set(_ key: PickleValue, to value: PickleValue) {
    members.append((key, value))
    if case .tensor = value { hasTensors = true }
  }
}
