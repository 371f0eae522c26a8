import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollText

/// What there is to know about a safetensors file, and about the model if it is one.
struct FileInformation {
  private let path: String
  private let byteCount: Int
  private let digest: String
  private let tensors: [SafeTensors.Tensor]
  /// The bytes of the model that this was adapted from, which the file keeps.
  private let originalByteCount: Int?
  /// What the file calls its kind of model.
  private let kind: String?
  private let model: (any DescribedModel)?
  private let training: TrainingRecord?

  init(_ contents: FileContents, path: String) throws {
    let file = try SafeTensors(contents, source: path)
    self.path = path
    byteCount = contents.count
    tensors = file.tensors.filter { $0.name != ModelFile.originalName }
    originalByteCount = file.tensors.first { $0.name == ModelFile.originalName }?.elementCount
    let modelFile = ModelFile.isModel(file) ? try ModelFile(file) : nil
    let kind = modelFile?.kind
    self.kind = kind
    model =
      try AnyModel.kinds.contains { $0.kind == kind }
      ? modelFile?.model() as? any DescribedModel : nil
    training = modelFile?.training
    var hash = SHA256()
    contents.withUnsafeBytes { hash.update($0) }
    digest = hash.hexadecimal
  }

  private var isModel: Bool { model != nil }

  /// What else is to be said of a file that is no model of a kind that is known here.
  var note: String? {
    if isModel { return nil }
    if let kind {
      return "its kind of model, \(kind.quotedForMessage), is not known to this version of Unroll"
    }
    return
      "this is no model of Unroll; \(FileKind.safeTensors.remedy(for: .model, path: path))"
  }

  private var parameterCount: Int { tensors.reduce(0) { $0 + $1.elementCount } }

  private var elementTypes: [String] { Set(tensors.map(\.elementType.rawValue)).sorted() }

  // MARK: JSON

  var json: JSON {
    [
      "path": .string(path),
      "format": .string(isModel ? "unroll" : "safetensors"),
      "bytes": JSON(byteCount),
      "sha256": .string(digest),
      "parameters": JSON(parameterCount),
      "originalBytes": originalByteCount.map { JSON($0) } ?? .null,
      "elementTypes": .array(elementTypes.map { .string($0) }),
      "kind": kind.map { .string($0) } ?? .null,
      "configuration": model?.configurationJSON ?? .null,
      "classes": (model as? Classifier).map { .array($0.classes.map { .string($0) }) } ?? .null,
      "vocabulary": model.map { $0.tokenizer.json } ?? .null,
      "training": training.map { .object($0.json) } ?? .null,
      "tensors": .array(
        tensors.map { tensor in
          [
            "name": .string(tensor.name), "shape": .array(tensor.shape.map { JSON($0) }),
            "elementType": .string(tensor.elementType.rawValue),
            "parameters": JSON(tensor.elementCount), "bytes": JSON(tensor.byteCount),
          ]
        }),
    ]
  }

  // MARK: Text

  /// Lines that fit the terminal.
  var table: String {
    var page = LabelledLines(width: Console.outputWidth)
    page.add("file", path)
    page.add(
      "kind",
      model.map { "\(type(of: $0).kind.replacing("-", with: " ")) of Unroll" } ?? "safetensors")
    page.add("size", "\(groupedText(byteCount)) bytes")
    page.add("SHA-256", digest)
    model?.describe(on: &page)
    page.add(
      "parameters", "\(groupedText(parameterCount)) as \(elementTypes.joined(separator: ", "))")
    for tensor in tensors {
      let shape = "[\(tensor.shape.map(String.init).joined(separator: ", "))]"
      page.add("  " + tensor.name, "\(shape) \(groupedText(tensor.elementCount))")
    }
    if let tokenizer = model?.tokenizer { add(tokenizer, to: &page) }
    if let record = training?.json {
      page.add("training", "")
      for member in record.members { page.add(member) }
    }
    return page.text
  }

  private func add(_ tokenizer: Tokenizer, to page: inout LabelledLines) {
    page.add(
      "vocabulary", "\(tokenizer.vocabulary.count) \(tokenizer.kind.rawValue)")
    if !tokenizer.vocabulary.reserved.isEmpty {
      page.add("  reserved", tokenizer.vocabulary.reserved.map(\.rawValue).joined(separator: " "))
    }
    page.add("  unknown text", tokenizer.unknown.rawValue)
    if tokenizer.normalization != .none {
      page.add("  normalization", tokenizer.normalization.rawValue)
    }
    if tokenizer.lowercase { page.add("  lower case", "yes") }
    let sample = tokenizer.sampleEntries
    let more = sample.count < tokenizer.vocabulary.entries.count ? " …" : ""
    page.add("  entries", sample.map(\.debugDescription).joined(separator: " ") + more)
  }
}

extension Tokenizer {
  /// The first entries.
  fileprivate var sampleEntries: ArraySlice<String> { vocabulary.entries.prefix(24) }

  fileprivate var json: JSON {
    [
      "kind": .string(kind.rawValue), "size": JSON(vocabulary.count),
      "reserved": .array(vocabulary.reserved.map { .string($0.rawValue) }),
      "unknown": .string(unknown.rawValue), "normalization": .string(normalization.rawValue),
      "lowercase": .boolean(lowercase),
      "sample": .array(sampleEntries.map { .string($0) }),
    ]
  }
}

extension LabelledLines {
  /// A member of a record: a string as it is, an object with its members below, anything else as in JSON; null is left out.
  fileprivate mutating func add(_ member: JSON.Object.Member, indent: String = "  ") {
    switch member.value {
    case .null: break
    case .string(let text): add(indent + member.key, text)
    case .object(let object):
      add(indent + member.key, "")
      for member in object.members { add(member, indent: indent + "  ") }
    default: add(indent + member.key, member.value.text())
    }
  }
}
