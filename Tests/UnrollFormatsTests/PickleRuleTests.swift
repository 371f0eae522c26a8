import Testing
import UnrollFormats
import UnrollTestSupport

/// Every rule of the pickle: one way to break it, and what is said.
struct PickleRuleTests {
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let code: PyTorchError.Code
    let words: String
    let pickle: [UInt8]

    init(_ description: String, _ code: PyTorchError.Code, _ words: String, _ bytes: PickleBytes) {
      self.init(description, code, words, pickle: bytes.pickle)
    }

    init(_ description: String, _ code: PyTorchError.Code, _ words: String, pickle: [UInt8]) {
      self.description = description
      self.code = code
      self.words = words
      self.pickle = pickle
    }
  }

  private static let float = PickleBytes.stateDictionary(.tensor())

  static let instructions: [Case] = [
    Case("nothing", .damagedPickle, "cut off", pickle: []),
    Case("protocol 4", .unknownInstruction, "protocol 2", pickle: [0x80, 4, 0x4E, 0x2E]),
    Case("no protocol", .unknownInstruction, "protocol 2", pickle: [0x4E, 0x4E, 0x2E]),
    Case("two beginnings", .damagedPickle, "twice", PickleBytes([0x80, 2]) + float),
    Case("no end", .damagedPickle, "cut off", pickle: float.pickle.dropLast()),
    Case(
      "something behind the end", .damagedPickle, "ends before its end", pickle: float.pickle + [0]),
    Case("two values at the end", .damagedPickle, "ends before its end", "N" + float),
    Case("an open mark at the end", .damagedPickle, "empty stack", float + "("),
    Case("no value at the end", .damagedPickle, "empty stack", ""),
    Case("an unknown instruction", .unknownInstruction, "instruction 73", "I1\n"),
    Case("an inner stop", .damagedPickle, "ends before its end", "N." + float),
    Case("a cut number", .damagedPickle, "cut off", pickle: [0x80, 2, 0x4A, 1]),
    Case("a cut text", .damagedPickle, "cut off", pickle: [0x80, 2, 0x58, 255, 255, 255, 255]),
    Case(
      "text that is not UTF-8", .damagedPickle, "not UTF-8", PickleBytes([0x55, 1, 0xFF]) + "N"),
    Case(
      "a cut name", .damagedPickle, "inside a name", pickle: [0x80, 2] + [UInt8]("ctorch".utf8)),
    Case("a cut float", .damagedPickle, "cut off", pickle: [0x80, 2, 0x47, 0]),
    Case("a cut long number", .damagedPickle, "cut off", pickle: [0x80, 2, 0x8A, 9, 0]),
    Case("a tuple of nothing", .damagedPickle, "tuple of more", "N" + PickleBytes([0x86])),
    Case("a tuple across a mark", .damagedPickle, "tuple of more", "N(" + PickleBytes([0x85])),
    Case("a tuple without a mark", .damagedPickle, "no mark", "Nt"),
    Case("a list without a mark", .damagedPickle, "no mark", "]Ne"),
    Case("appending to nothing", .damagedPickle, "into nothing", "Na"),
    Case("appending to a number", .damagedPickle, "no list", "K\u{1}Na"),
    Case("appending to a dictionary", .damagedPickle, "no list", "}Na"),
    Case("appending across a mark", .damagedPickle, "into nothing", "](Na"),
    Case("setting in nothing", .damagedPickle, "into nothing", "NNs"),
    Case("setting in a list", .damagedPickle, "no dictionary", "]NNs"),
    Case("setting in a tensor", .damagedPickle, "no dictionary", PickleBytes.tensor() + "NNs"),
    Case("setting in a storage", .damagedPickle, "no dictionary", PickleBytes.storage() + "(NNu"),
    Case("setting across a mark", .damagedPickle, "into nothing", "}(NNs"),
    Case("setting a key without a value", .damagedPickle, "without a value", "}(Nu"),
    Case("recalling what is not there", .damagedPickle, "did not memoize", "h\u{0}"),
    Case(
      "recalling far away", .damagedPickle, "did not memoize",
      PickleBytes([0x6A, 255, 255, 255, 255])),
    Case("memoizing nothing", .damagedPickle, "out of turn", "q\u{0}"),
    Case(
      "memoizing far away", .damagedPickle, "out of turn",
      "N" + PickleBytes([0x72, 255, 255, 255, 255])),
    Case("memoizing what lies before a mark", .damagedPickle, "out of turn", "N(q\u{0}"),
    Case(
      "too many marks", .limitExceeded, "stacks up",
      PickleBytes([UInt8](repeating: 0x28, count: 1001))),
    Case(
      "too many values", .limitExceeded, "stacks up",
      PickleBytes([UInt8](repeating: 0x4E, count: 1_000_001))),
  ]

  static let objects: [Case] = [
    Case(
      "a command of the system", .forbiddenGlobal, "posix.system",
      PickleBytes.global("posix", "system")),
    Case(
      "eval", .forbiddenGlobal, "builtins.eval",
      .global("builtins", "eval") + .tuple([.text("1")]) + "R"),
    Case(
      "another storage", .forbiddenGlobal, "torch.QInt8Storage", .global("torch", "QInt8Storage")),
    Case(
      "an allowed name of another module", .forbiddenGlobal, "os.OrderedDict",
      .global("os", "OrderedDict")),
    Case("calling a number", .damagedPickle, "no name", "K\u{1})R"),
    Case("calling a dictionary", .damagedPickle, "no name", "})R"),
    Case(
      "calling with no tuple", .damagedPickle, "no name",
      PickleBytes.global("collections", "OrderedDict") + "]R"),
    Case(
      "calling a storage", .damagedPickle, "class of a storage",
      PickleBytes.global("torch", "FloatStorage") + ")R"),
    Case(
      "OrderedDict of something", .damagedPickle, "OrderedDict of something",
      .global("collections", "OrderedDict") + .tuple(["N"]) + "R"),
    Case(
      "a size of no tuple", .damagedPickle, "torch.Size",
      .global("torch", "Size") + .tuple(["N"]) + "R"),
    Case(
      "a parameter of no tensor", .damagedPickle, "parameter",
      .global("torch._utils", "_rebuild_parameter") + .tuple(["N", .no, .noHooks]) + "R"),
    Case(
      "a parameter of too little", .damagedPickle, "parameter",
      .global("torch._utils", "_rebuild_parameter") + .tuple([.tensor()]) + "R"),
    Case("a state for a list", .damagedPickle, "no OrderedDict", "]}b"),
    Case("a state for a tensor", .damagedPickle, "no OrderedDict", PickleBytes.tensor() + "}b"),
    Case(
      "a state that is no dictionary", .damagedPickle, "no OrderedDict", PickleBytes.noHooks + "Nb"),
    Case("an id that is no tuple", .damagedPickle, "no storage", "NQ"),
    Case(
      "an id of too little", .damagedPickle, "no storage",
      PickleBytes.tuple([.text("storage")]) + "Q"),
    Case(
      "an id of something else", .damagedPickle, "no storage",
      PickleBytes.tuple([
        .text("module"), .global("torch", "FloatStorage"), .text("0"), .text("cpu"), .number(4),
      ]) + "Q"),
    Case("a negative count", .damagedPickle, "no storage", PickleBytes.storage(count: -1)),
    Case(
      "too few elements", .storageMismatch, "16 bytes are stored", PickleBytes.storage(count: 3)),
    Case(
      "another type", .storageMismatch, "16 bytes are stored", PickleBytes.storage("DoubleStorage")),
    Case(
      "a count that overflows", .storageMismatch, "16 bytes are stored",
      PickleBytes.storage(count: .max)),
    Case("a missing storage", .storageMismatch, "not in the file", PickleBytes.storage(key: "1")),
    Case(
      "a storage elsewhere", .storageMismatch, "not in the file",
      PickleBytes.storage(key: "../data.pkl")),
    Case(
      "a long key", .storageMismatch, "not in the file",
      PickleBytes.storage(key: String(repeating: "0", count: 65))),
    Case("a tensor of no storage", .damagedPickle, "no tensor", .tensor("N")),
    Case(
      "sizes without strides", .damagedPickle, "no tensor", .tensor(size: [2, 2], strides: [1])),
    Case("a negative size", .damagedPickle, "no tensor", .tensor(size: [-1])),
    Case("a negative stride", .damagedPickle, "no tensor", .tensor(offset: 3, strides: [-1])),
    Case(
      "too many dimensions", .damagedPickle, "no tensor",
      .tensor(size: .init(repeating: 1, count: 17), strides: .init(repeating: 1, count: 17))),
    Case("a negative offset", .invalidTensor, "from element -1", .tensor(offset: -1)),
    Case("one element too many", .invalidTensor, "size [5]", .tensor(size: [5])),
    Case("an offset too far", .invalidTensor, "from element 1 ", .tensor(offset: 1)),
    Case("a stride too far", .invalidTensor, "strides [2]", .tensor(strides: [2])),
    Case("a stride of zero", .invalidTensor, "strides [0]", .tensor(size: [5], strides: [0])),
    Case(
      "sizes that overflow", .invalidTensor, "do not fit",
      .tensor(size: [1 << 62, 4], strides: [0, 0])),
    Case(
      "sizes that overflow before a zero", .invalidTensor, "do not fit",
      .tensor(size: [1 << 62, 4, 0], strides: [0, 0, 0])),
    Case(
      "strides that overflow", .invalidTensor, "do not fit", .tensor(size: [3], strides: [.max])),
    Case(
      "an offset that overflows", .invalidTensor, "do not fit",
      .tensor(offset: .max, size: [2], strides: [1])),
    Case("an empty tensor outside", .invalidTensor, "do not fit", .tensor(offset: 5, size: [0])),
    Case(
      "a conjugated tensor", .invalidTensor, "resolve_conj()",
      .tensor(metadata: .dictionary([(.text("conj"), PickleBytes([0x88]))]))),
  ]

  static let roots: [Case] = [
    Case("nothing", .noStateDictionary, "no dictionary", "N"),
    Case("a tensor", .noStateDictionary, "no dictionary", PickleBytes.tensor()),
    Case("a list", .noStateDictionary, "no dictionary", "](" + PickleBytes.tensor() + "e"),
    Case("an empty dictionary", .noStateDictionary, "without tensors", "}"),
    Case(
      "tensors in two members deep down", .noStateDictionary, #""a.b", "a.c""#,
      .dictionary([
        (
          .text("a"),
          .dictionary([
            (.text("b"), .stateDictionary(.tensor())), (.text("c"), .stateDictionary(.tensor())),
          ])
        )
      ])),
    Case(
      "a name twice", .duplicateName, #""w" twice"#,
      .dictionary([(.text("w"), .tensor()), (.text("w"), .tensor())])),
    Case(
      "a name in two forms", .duplicateName, "twice",
      .dictionary([(.text("\u{E9}"), .tensor()), (.text("e\u{301}"), .tensor())])),
    Case(
      "two of them", .noStateDictionary, #""x", "y""#,
      .dictionary([
        (.text("x"), .stateDictionary(.tensor())), (.text("y"), .stateDictionary(.tensor())),
      ])),
  ]

  @Test(arguments: instructions + objects + roots)
  func brokenRulesAreNamed(_ broken: Case) {
    let file = StoredZip(pickle: broken.pickle, storages: [("0", fourFloats)])
    let error = #expect(throws: PyTorchError.self) {
      try PyTorchArchive(bytes: file.bytes, source: "model.pt")
    }
    #expect(error?.code == broken.code)
    #expect(error?.message.hasPrefix("'model.pt' ") == true)
    #expect(error?.message.contains(broken.words) == true, "\(error?.message ?? "")")
  }

  /// A small file names one storage so often that its tensors together would be large.
  @Test func numbersSharedOverAndOverAreRefused() throws {
    let numbers = [UInt8](repeating: 0, count: 40_000)
    let tensor = PickleBytes.tensor(.storage(count: 10_000), size: [10_000])
    // The tensor is memoized once and recalled under other names.
    var pickle = "}(" + PickleBytes.text("first") + tensor + "q\u{0}"
    for index in 0..<10 { pickle = pickle + .text("\(index)") + "h\u{0}" }
    let file = StoredZip(pickle: (pickle + "u").pickle, storages: [("0", numbers)])
    let error = #expect(throws: PyTorchError.self) { try PyTorchArchive(bytes: file.bytes) }
    #expect(error?.code == .limitExceeded)
    #expect(error?.message.contains("clone()") == true)
  }

  @Test func theNumberOfInstructionsIsLimited() {
    // Putting nothing into a list takes two instructions and leaves nothing behind.
    let nothing = [UInt8](repeating: UInt8(ascii: "("), count: 10_000_000).enumerated()
      .map { $0.offset % 2 == 0 ? $0.element : UInt8(ascii: "e") }
    let file = StoredZip("]" + PickleBytes(nothing))
    let error = #expect(throws: PyTorchError.self) { try PyTorchArchive(bytes: file.bytes) }
    #expect(error?.code == .limitExceeded)
    #expect(error?.message.contains("10000000 instructions") == true)
  }

  /// A dictionary of many members that is looked at from many places.
  @Test(.timeLimit(.minutes(1))) func recalledValuesAreNotWalkedAgain() {
    var pickle: PickleBytes = "}(" + PickleBytes.text("first") + "}q\u{0}("
    for _ in 0..<100_000 { pickle.bytes += [0x4E, 0x4E] }
    pickle = pickle + "u"
    for _ in 0..<100_000 { pickle.bytes += [0x4E, 0x68, 0] }
    let file = StoredZip(pickle + "u")
    let error = #expect(throws: PyTorchError.self) { try PyTorchArchive(bytes: file.bytes) }
    #expect(error?.code == .noStateDictionary)
  }

  // MARK: What is accepted

  @Test func valuesBesideTensorsAreRead() throws {
    let members: [(PickleBytes, PickleBytes)] = [
      (.text("w"), .tensor()), (.text("none"), "N"), (.text("yes"), PickleBytes([0x88])),
      (.text("small"), "K\u{7F}"), (.text("medium"), PickleBytes([0x4D, 1, 2])),
      (.text("large"), PickleBytes([0x4A, 1, 2, 3, 0xFF])),
      (.text("long"), PickleBytes([0x8A, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9])),
      (.text("zero"), PickleBytes([0x8A, 0])),
      (.text("float"), PickleBytes([0x47, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0])),
      (.text("old"), PickleBytes([0x55, 2]) + "ab"), (.text("list"), "](NNe"),
      (.text("item"), "]Na"),
      (.text("pairs"), PickleBytes("N") + "N" + PickleBytes([0x86])), (.number(3), "N"),
      (.text("size"), .global("torch", "Size") + .tuple([.tuple([.number(2)])]) + "R"),
    ]
    let file = try PyTorchArchive(bytes: StoredZip(.dictionary(members)).bytes)
    #expect(file.tensors.map(\.name) == ["w"])
    #expect(
      file.otherMembers
        == members.dropFirst().filter { $0.0.bytes[0] == 0x58 }.map {
          String(decoding: $0.0.bytes.dropFirst(5), as: UTF8.self)
        })
  }

  @Test func versionsOfModulesAreIgnored() throws {
    let state = PickleBytes.dictionary([(.text("_metadata"), .noHooks)])
    let ordered =
      PickleBytes.global("collections", "OrderedDict") + PickleBytes([0x29, 0x81])
      + .text("w") + .tensor() + "s" + state + "b"
    #expect(try PyTorchArchive(bytes: StoredZip(ordered).bytes).tensors.map(\.name) == ["w"])
  }

  @Test(arguments: ["state_dict", "model_state_dict", "model"])
  func theUsualNameDecides(_ key: String) throws {
    let members: [(PickleBytes, PickleBytes)] = [
      (.text("average"), .stateDictionary(.tensor(size: [1]))),
      (.text(key), .stateDictionary(.tensor())),
      (.text("epoch"), "K\u{3}"),
    ]
    let file = try PyTorchArchive(bytes: StoredZip(.dictionary(members)).bytes)
    #expect(file.key == key)
    #expect(file.tensors.map(\.shape) == [[4]])
  }
}
