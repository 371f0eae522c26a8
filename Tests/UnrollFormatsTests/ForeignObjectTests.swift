import Testing
import UnrollFormats
import UnrollTestSupport

/// Objects beside the weights that are not understood, and weights that lie deep down.
struct ForeignObjectTests {
  private static let weight = PickleBytes.text("w")

  private static func archive(_ pickle: PickleBytes) throws -> PyTorchArchive {
    try PyTorchArchive(bytes: StoredZip(pickle).bytes, source: "model.pt")
  }

  /// Each is a value that some class or function would make.
  static let objects: [(description: String, bytes: PickleBytes, name: String)] = [
    ("a name alone", .global("posix", "system"), "posix.system"),
    (
      "a call", .global("torch", "device") + .tuple([.text("cpu")]) + "R", "torch.device"
    ),
    ("a new object", .global("a", "B") + ")" + PickleBytes([0x81]), "a.B"),
    (
      "an object with a state",
      .global("argparse", "Namespace") + ")" + PickleBytes([0x81]) + "}" + .text("lr") + "K\u{1}sb",
      "argparse.Namespace"
    ),
    (
      "an object with a tuple as state",
      .global("numpy", "dtype") + .tuple([.text("f8"), .no, .no]) + "R" + .tuple(["K\u{3}"]) + "b",
      "numpy.dtype"
    ),
    (
      "an object with members", .global("a", "Dictionary") + ")R" + .text("k") + "K\u{1}s",
      "a.Dictionary"
    ),
    ("an object with elements", .global("a", "List") + ")R(K\u{1}K\u{2}e", "a.List"),
    (
      "a call by what a call made", .global("a", "f") + ")R" + .tuple(["N"]) + "R", "a.f"
    ),
  ]

  @Test(arguments: objects.indices)
  func objectBesideTheWeightsIsLeftOutAndNamed(_ index: Int) throws {
    let (_, bytes, name) = Self.objects[index]
    let beside = try Self.archive(
      .dictionary([(Self.weight, .tensor()), (.text("other"), bytes)]))
    #expect(beside.tensors.map(\.name) == ["w"])
    #expect(try beside.tensors[0].floats() == [1, 2, 3, 4])
    #expect(beside.otherMembers == ["other"])
    #expect(beside.foreignNames.contains(name))
    #expect(beside.notes.contains { $0.contains("nothing in a file is run here") })
    let around = try Self.archive(
      .dictionary([(.text("x"), bytes), (.text("sd"), .stateDictionary(.tensor()))]))
    #expect(around.key == "sd" && around.foreignNames.contains(name))
  }

  /// Each is a weight that only code could give.
  static let weights: [PickleBytes] = [
    .global("torch._utils", "_rebuild_qtensor") + .tuple([.storage()]) + "R",
    .global("a", "f") + .tuple([.tensor()]) + "R",
    .global("a", "f") + .tuple([.tuple([.tuple([.tensor()])])]) + "R",
    .global("a", "f") + ")R" + .tensor() + "a",
    .global("a", "f") + ")R" + .text("k") + .tensor() + "s",
    .global("a", "f") + ")R" + .tuple([.tensor()]) + "b",
    .global("a", "g") + .tuple([.global("a", "f") + .tuple([.tensor()]) + "R"]) + "R",
    .tuple([
      .text("storage"), .global("torch", "QInt8Storage"), .text("0"), .text("cpu"), .number(4),
    ])
      + "Q",
  ]

  @Test(arguments: weights.indices)
  func weightThatIsNotUnderstoodIsRefused(_ index: Int) throws {
    let error = #expect(throws: PyTorchError.self) {
      try Self.archive(
        .dictionary([(.text("v"), .tensor()), (Self.weight, Self.weights[index])]))
    }
    #expect(error?.code == .forbiddenGlobal)
    #expect(error?.message.contains(#"has a weight "w" that ""#) == true)
  }

  @Test(
    arguments: [
      ("tuple", PickleBytes.tuple([.number(1), .stateDictionary(.tensor())]), "1"),
      ("list", "](" + .stateDictionary(.tensor()) + "e", "0"),
      (
        "members",
        .dictionary([(.text("a"), .dictionary([(.text("b"), .stateDictionary(.tensor()))]))]),
        "a.b"
      ),
      (
        "a loss at the top",
        .dictionary([
          (.text("loss"), .tensor()),
          (.text("sd"), .dictionary([(.text("rnn.weight_hh_l0"), .tensor())])),
        ]), "sd"
      ),
      (
        "a usual name among several",
        .dictionary([
          (.text("ema"), .dictionary([(.text("rnn.weight_hh_l0"), .tensor())])),
          (.text("model"), .dictionary([(.text("rnn.weight_hh_l0"), .tensor())])),
        ]), "model"
      ),
    ] as [(String, PickleBytes, String)])
  func stateDictionaryIsFoundWhereverItLies(_: String, _ bytes: PickleBytes, _ key: String) throws {
    let file = try Self.archive(bytes)
    #expect(file.key == key && file.tensors.count == 1)
  }

  /// Lists and dictionaries in themselves, and tuples of tuples that would be 2³⁰ if each were looked at each time.
  @Test(.timeLimit(.minutes(1)))
  func searchEndsWhateverIsInWhat() throws {
    var bytes: PickleBytes = "}q\u{0}" + PickleBytes.text("self") + "h\u{0}s"
    bytes = bytes + .text("list") + "]q\u{1}h\u{1}as"
    bytes = bytes + .text("tuples") + .tuple([.stateDictionary(.tensor())]) + "q\u{2}"
    for _ in 0..<30 { bytes = bytes + "0h\u{2}h\u{2}" + PickleBytes([0x86]) + "q\u{2}" }
    #expect(try Self.archive(bytes + "s").tensors.map(\.name) == ["w"])
  }
}
