/// The `state_dict` in a file that PyTorch's `torch.save` wrote (version 1.6 and later); a value of
/// this type has passed all checks of the format.
///
/// The file is a zip archive of a pickle and the bytes of the tensors. Nothing in it is executed:
/// what a class or function other than the few of a `state_dict` would make is left out, and the
/// file is refused if that is a weight. Whatever a file contains, opening it ends with an error at
/// worst and takes time and memory in proportion to the file.
public struct PyTorchArchive: Sendable {
  /// What the file is called in messages: its path.
  public let source: String
  /// The tensors of the `state_dict` in its order.
  public let tensors: [Tensor]
  /// Where the `state_dict` was found if it is not the whole file, such as `model` or `best.model`.
  public let key: String?
  /// The members of the `state_dict` that are no tensors, which are left out.
  public let otherMembers: [String]
  /// The classes and functions that the file names and that are not run here.
  public let foreignNames: [String]

  /// Opens the file at `path`.
  ///
  /// - Parameters:
  ///   - path: The file to open.
  ///   - mapped: Whether to leave the bytes in the file until they are needed, for files that would
  ///     crowd the memory; then no other program may shorten the file meanwhile.
  /// - Throws: ``FileError`` or ``PyTorchError``.
  public init(contentsOf path: String, mapped: Bool = false) throws {
    try self.init(mapped ? FileContents(opening: path) : FileContents(reading: path), source: path)
  }

  /// Opens a file that is in memory, called `source` in messages.
  ///
  /// - Throws: ``PyTorchError``.
  public init(bytes: [UInt8], source: String = "archive") throws {
    try self.init(FileContents(bytes), source: source)
  }

  /// Opens a file whose bytes are there already; throws ``PyTorchError``.
  package init(_ contents: FileContents, source: String) throws {
    let found = try contents.withUnsafeBytes { bytes in
      try Self.checkForm(FileKind(of: bytes), source: source)
      let archive = try ZipArchive(of: bytes, source: source)
      let prefix = try Self.prefix(of: archive, source: source)
      try archive.checkContents(in: bytes)
      try Self.checkByteOrder(archive[prefix + "byteorder"], in: bytes, source: source)
      guard let pickle = archive[prefix + "data.pkl"] else {
        fatalError("A prefix without a pickle")
      }
      var unpickler = Unpickler(
        UnsafeRawBufferPointer(rebasing: bytes[pickle.data]), source: source,
        storageBytes: archive.ranges(under: prefix + "data/"))
      let root = try unpickler.load()
      return try FoundStateDictionary(in: root, of: unpickler, fileSize: bytes.count)
    }
    self.source = source
    key = found.key
    otherMembers = found.otherMembers
    foreignNames = found.foreignNames
    tensors = found.tensors.map {
      Tensor(
        name: $0.name, elementType: $0.storage.elementType, shape: $0.shape, strides: $0.strides,
        offset: $0.offset, storage: $0.storage.bytes, contents: contents, source: source)
    }
  }

  /// What was chosen and left out, in sentences for a person.
  public var notes: [String] {
    var notes: [String] = []
    if let key { notes.append("the state_dict is taken from \(key.quotedForMessage)") }
    if !otherMembers.isEmpty {
      notes.append("left out, since they are no tensors: \(otherMembers.listForMessage)")
    }
    if !foreignNames.isEmpty {
      notes.append(
        "left out, since nothing in a file is run here: objects of \(foreignNames.listForMessage)")
    }
    return notes
  }

  /// A ZIP archive of something else, or a damaged one, is told by its entries later.
  private static func checkForm(_ kind: FileKind, source: String) throws(PyTorchError) {
    guard ![.pyTorch, .zip, .numPyArchive].contains(kind) else { return }
    throw PyTorchError(
      kind == .pyTorchStream || kind == .pyTorchTar ? .legacyFormat : .notAnArchive, in: source,
      "is \(kind.name); \(kind.remedy(for: .weights, path: source))")
  }

  /// What the names of all entries begin with, by the one that ends in `/data.pkl`.
  private static func prefix(of archive: ZipArchive, source: String) throws(PyTorchError) -> String
  {
    let names = archive.entries.map(\.name)
    if names.contains(where: { $0.contains("/code/") || $0.hasSuffix("/constants.pkl") }) {
      throw PyTorchError(
        .torchScript, in: source,
        "is a TorchScript program, whose code is not run here; in Python, torch.save(torch.jit.load(PATH).state_dict(), …) writes its weights"
      )
    }
    let pickles = names.filter { $0.hasSuffix("/data.pkl") }
    guard let pickle = pickles.first, pickles.count == 1 else {
      throw PyTorchError(
        .notAnArchive, in: source,
        pickles.isEmpty
          ? "is a zip archive without the data.pkl of torch.save; give a file that torch.save wrote"
          : "has several entries data.pkl; give a file that torch.save wrote")
    }
    return String(pickle.dropLast("data.pkl".count))
  }

  private static func checkByteOrder(
    _ entry: ZipArchive.Entry?, in bytes: UnsafeRawBufferPointer, source: String
  ) throws(PyTorchError) {
    // Before 2.1 there was none, and all were little-endian.
    guard let entry else { return }
    guard bytes[entry.data].elementsEqual("little".utf8) else {
      throw PyTorchError(
        .bigEndian, in: source,
        "stores numbers with their highest byte first; save it on a little-endian machine")
    }
  }
}

extension StateDictionary {
  /// Takes the tensors of a file of `torch.save`.
  public init(_ file: PyTorchArchive) {
    self.init(source: file.source, tensors: file.tensors, notes: file.notes)
  }
}

extension [String] {
  /// The first elements in quotes, and whether there are more.
  fileprivate var listForMessage: String {
    (prefix(8).map(\.quotedForMessage) + (count > 8 ? ["…"] : [])).joined(separator: ", ")
  }
}
