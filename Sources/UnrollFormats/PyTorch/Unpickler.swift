/// Follows the instructions of a `state_dict`'s pickle. Nothing is executed: the few names that are
/// allowed stand for rules written here, and what any other name would make is a foreign object, of
/// which nothing is known.
///
/// Time and memory are in proportion to the bytes. The rules of PyTorch's own safe reader
/// (`torch/_weights_only_unpickler.py`) hold, but for foreign objects, which it refuses, and beyond
/// them: members are set in dictionaries only, and each tensor lies inside its storage, which lies
/// in the file.
struct Unpickler {
  /// The most instructions that are followed; PyTorch writes about forty for a tensor.
  static let maximumInstructionCount = 10_000_000
  /// The most values that may wait on the stack; PyTorch sets members a thousand at a time.
  static let maximumStackCount = 1_000_000
  /// The most marks that may be open.
  static let maximumMarkCount = 1_000

  private(set) var strings: [String] = []
  private(set) var dictionaries: [PickleDictionary] = []
  private(set) var lists: [[PickleValue]] = []
  private(set) var foreignObjects: [ForeignObject] = []
  var storages: [PyTorchStorage] = []
  var tensors: [PyTorchView] = []
  /// The elements of all tuples.
  private var elements: [PickleValue] = []
  /// Where the tuples begin into which numbers of tensors go.
  private var tuplesWithNumbers: Set<Int32> = []
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [PickleValue] = []
  var reader: PickleReader
  /// Where the bytes of each storage are, by its key.
  let storageBytes: [String: Range<Int>]

  /// Prepares to read a pickle.
  init(_ bytes: UnsafeRawBufferPointer, source: String, storageBytes: [String: Range<Int>]) {
    reader = PickleReader(bytes, source: source)
    self.storageBytes = storageBytes
  }

  /// The value that the pickle stands for.
  mutating func load() throws(PyTorchError) -> PickleValue {
    guard try nextInstruction() == .protocolVersion, try reader.number(UInt8.self) == 2 else {
      throw reader.error(
        .unknownInstruction, "is not of protocol 2",
        remedy: "save the file with torch.save and its defaults")
    }
    for _ in 0..<Self.maximumInstructionCount {
      let instruction = try nextInstruction()
      guard instruction != .stop else {
        let result = try pop()
        guard stack.isEmpty, marks.isEmpty, reader.isAtEnd else {
          throw reader.damaged("ends before its end")
        }
        return result
      }
      try follow(instruction)
      guard stack.count <= Self.maximumStackCount, marks.count <= Self.maximumMarkCount else {
        throw reader.error(
          .limitExceeded, "stacks up more values than any state_dict", remedy: Self.saveWeightsAlone
        )
      }
    }
    throw reader.error(
      .limitExceeded, "has more than \(Self.maximumInstructionCount) instructions",
      remedy: Self.saveWeightsAlone)
  }

  private static let saveWeightsAlone =
    "save the weights alone: torch.save(model.state_dict(), PATH)"

  private mutating func nextInstruction() throws(PyTorchError) -> PickleInstruction {
    let code = try reader.number(UInt8.self)
    guard let instruction = PickleInstruction(rawValue: code) else {
      throw reader.error(
        .unknownInstruction, "has the instruction \(code), which no state_dict needs",
        remedy: Self.saveWeightsAlone)
    }
    return instruction
  }

  private mutating func follow(_ instruction: PickleInstruction) throws(PyTorchError) {
    switch instruction {
    case .protocolVersion, .stop: throw reader.damaged("begins or ends twice")
    case .none: stack.append(.none)
    case .newTrue: stack.append(.boolean(true))
    case .newFalse: stack.append(.boolean(false))
    case .binaryInteger: stack.append(.integer(Int(try reader.number(Int32.self))))
    case .binaryInteger1: stack.append(.integer(Int(try reader.number(UInt8.self))))
    case .binaryInteger2: stack.append(.integer(Int(try reader.number(UInt16.self))))
    case .long1:
      let count = Int(try reader.number(UInt8.self))
      stack.append(try reader.longInteger(byteCount: count).map { .integer($0) } ?? .largeInteger)
    case .long4:
      let count = Int(try reader.number(UInt32.self))
      stack.append(try reader.longInteger(byteCount: count).map { .integer($0) } ?? .largeInteger)
    case .binaryFloat:
      try reader.skip(8)
      stack.append(.float)
    case .binaryUnicode: try pushString(byteCount: Int(reader.number(UInt32.self)))
    case .shortBinaryString: try pushString(byteCount: Int(reader.number(UInt8.self)))
    case .binaryString: try pushString(byteCount: Int(reader.number(UInt32.self)))
    case .pop: _ = try pop()
    case .popMark:
      let mark = try popMark()
      stack.removeSubrange(mark...)
    case .duplicate:
      let value = try pop()
      stack += [value, value]
    case .mark: marks.append(stack.count)
    case .emptyTuple: stack.append(.tuple(start: 0, count: 0))
    case .tuple: try pushTuple(from: popMark())
    case .tuple1: try pushTuple(from: stack.count - 1)
    case .tuple2: try pushTuple(from: stack.count - 2)
    case .tuple3: try pushTuple(from: stack.count - 3)
    case .emptyList:
      lists.append([])
      stack.append(.list(lists.count - 1))
    case .append: try appendToList(from: stack.count - 1)
    case .appends: try appendToList(from: popMark())
    case .emptyDictionary: stack.append(newDictionary())
    case .setItem: try setItems(from: stack.count - 2)
    case .setItems: try setItems(from: popMark())
    case .binaryPut: try memoize(at: Int(reader.number(UInt8.self)))
    case .longBinaryPut: try memoize(at: Int(reader.number(UInt32.self)))
    case .binaryGet: try recall(Int(reader.number(UInt8.self)))
    case .longBinaryGet: try recall(Int(reader.number(UInt32.self)))
    case .global: try pushGlobal()
    case .binaryPersistentID: stack.append(try storage(pop()))
    case .reduce, .newObject:
      let arguments = try pop()
      stack.append(try reduce(pop(), arguments))
    case .build: try build()
    }
  }

  // MARK: The stack

  private mutating func pop() throws(PyTorchError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
      throw reader.damaged("takes a value from an empty stack")
    }
    return value
  }

  private mutating func popMark() throws(PyTorchError) -> Int {
    guard let mark = marks.popLast() else { throw reader.damaged("has no mark where it needs one") }
    return mark
  }

  /// The value before those from `start` on, all of them since the last mark.
  private func container(before start: Int) throws(PyTorchError) -> PickleValue {
    guard start > marks.last ?? 0, start <= stack.count else {
      throw reader.damaged("puts values into nothing")
    }
    return stack[start - 1]
  }

  // MARK: Containers

  private mutating func pushString(byteCount: Int) throws(PyTorchError) {
    strings.append(try reader.string(byteCount: byteCount))
    stack.append(.string(strings.count - 1))
  }

  private mutating func pushTuple(from start: Int) throws(PyTorchError) {
    guard start >= marks.last ?? 0, start <= stack.count,
      let first = Int32(exactly: elements.count), let count = Int32(exactly: stack.count - start)
    else { throw reader.damaged("makes a tuple of more values than there are") }
    if stack[start...].contains(where: holdsNumbers) { tuplesWithNumbers.insert(first) }
    elements += stack[start...]
    stack.removeSubrange(start...)
    stack.append(.tuple(start: first, count: count))
  }

  private mutating func newDictionary() -> PickleValue {
    dictionaries.append(PickleDictionary())
    return .dictionary(dictionaries.count - 1)
  }

  private mutating func appendToList(from start: Int) throws(PyTorchError) {
    switch try container(before: start) {
    case .list(let index): lists[index] += stack[start...]
    case .foreign(let index): add(stack[start...], to: index)
    default: throw reader.damaged("appends to something that is no list")
    }
    stack.removeSubrange(start...)
  }

  private mutating func setItems(from start: Int) throws(PyTorchError) {
    let container = try container(before: start)
    guard (stack.count - start) % 2 == 0 else {
      throw reader.damaged("sets a member of a dictionary without a value")
    }
    switch container {
    case .dictionary(let index):
      for position in stride(from: start, to: stack.count, by: 2) {
        dictionaries[index].set(stack[position], to: stack[position + 1])
      }
    case .foreign(let index): add(stack[start...], to: index)
    default: throw reader.damaged("sets members of something that is no dictionary")
    }
    stack.removeSubrange(start...)
  }

  // MARK: Foreign objects

  /// Whether numbers of tensors are in a value, or go into it.
  private func holdsNumbers(_ value: PickleValue) -> Bool {
    switch value {
    case .storage, .tensor: true
    case .tuple(let start, let count): count > 0 && tuplesWithNumbers.contains(start)
    case .foreign(let index): foreignObjects[index].holdsNumbers
    default: false
    }
  }

  /// A value of which nothing is known but what it is made by.
  mutating func foreign(_ name: String, holdsNumbers: Bool) -> PickleValue {
    foreignObjects.append(ForeignObject(name: name, holdsNumbers: holdsNumbers))
    return .foreign(foreignObjects.count - 1)
  }

  /// Notes that values go into a foreign object on the stack.
  private mutating func add(_ values: ArraySlice<PickleValue>, to index: Int) {
    let object = foreignObjects[index]
    guard !object.holdsNumbers, values.contains(where: holdsNumbers) else { return }
    foreignObjects[index] = ForeignObject(name: object.name, holdsNumbers: true)
  }

  /// The elements of a tuple.
  func elements(of tuple: PickleValue) -> ArraySlice<PickleValue>? {
    guard case .tuple(let start, let count) = tuple else { return nil }
    return elements[Int(start)..<Int(start) + Int(count)]
  }

  // MARK: The memo

  /// Picklers number what they memoize from zero on, so a larger number is no reason to reserve
  /// memory.
  private mutating func memoize(at index: Int) throws(PyTorchError) {
    guard index <= memo.count, stack.count > marks.last ?? 0, let value = stack.last else {
      throw reader.damaged("memoizes a value out of turn")
    }
    if index < memo.count { memo[index] = value } else { memo.append(value) }
  }

  private mutating func recall(_ index: Int) throws(PyTorchError) {
    guard index < memo.count else {
      throw reader.damaged("recalls a value that it did not memoize")
    }
    stack.append(memo[index])
  }

  // MARK: Names and what they stand for

  private mutating func pushGlobal() throws(PyTorchError) {
    let module = try reader.line()
    let name = try reader.line()
    if let global = PickleGlobal(module: module, name: name) {
      stack.append(.global(global))
    } else {
      stack.append(foreign("\(module).\(name)", holdsNumbers: false))
    }
  }

  private mutating func reduce(
    _ callee: PickleValue, _ arguments: PickleValue
  ) throws(PyTorchError) -> PickleValue {
    if case .foreign(let index) = callee {
      let object = foreignObjects[index]
      let numbers = object.holdsNumbers || holdsNumbers(arguments)
      return numbers == object.holdsNumbers ? callee : foreign(object.name, holdsNumbers: numbers)
    }
    guard case .global(let global) = callee, let arguments = elements(of: arguments) else {
      throw reader.damaged("calls something that is no name")
    }
    switch global {
    case .dictionary:
      guard arguments.isEmpty else { throw reader.damaged("makes an OrderedDict of something") }
      return newDictionary()
    case .defaultDictionary: return newDictionary()
    case .size:
      guard arguments.count == 1, let size = arguments.first, elements(of: size) != nil else {
        throw reader.damaged("makes a torch.Size of something else than a tuple")
      }
      return size
    case .rebuildTensor: return try tensor(Array(arguments))
    case .rebuildParameter:
      guard arguments.count == 3, case .tensor? = arguments.first, let tensor = arguments.first
      else {
        throw reader.damaged("makes a parameter of something else than a tensor")
      }
      return tensor
    case .storage: throw reader.damaged("calls the class of a storage")
    }
  }

  /// The attributes of an `OrderedDict`, such as the versions of modules, are accepted and ignored.
  private mutating func build() throws(PyTorchError) {
    let state = try pop()
    guard stack.count > marks.last ?? 0 else { throw reader.damaged("sets the state of nothing") }
    switch (stack[stack.count - 1], state) {
    case (.foreign(let index), let state):
      add([state], to: index)
    case (.dictionary, .dictionary): break
    default: throw reader.damaged("sets the state of something that is no OrderedDict")
    }
  }
}
