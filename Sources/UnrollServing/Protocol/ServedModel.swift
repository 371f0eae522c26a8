internal import UnrollFormats
public import UnrollModels

/// A model that is served.
public struct ServedModel: Sendable {
  /// What clients call it.
  public let name: String
  /// Seconds since 1970 at which the model was made.
  public let created: Int
  let content: Content

  /// What it can do.
  enum Content: Sendable {
    case language(LanguageModel, fingerprint: String)
    case classifier(Classifier)
    case tagger(Tagger)
    case translator(Translator)
  }

  /// Reads a model from a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - name: what clients call it; the file's name without its extension when absent.
  /// - Throws: as `ModelFile.init(contentsOf:)` and `ModelFile.model()`; `ModelError` for a kind that is not served.
  public init(contentsOf path: String, name: String? = nil) throws {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    self.name = name ?? (file.hasSuffix(".safetensors") ? String(file.dropLast(12)) : file)
    created = Int(
      try FileOperations.status(ofFileAt: path, reportedAs: path).modificationTime / 1_000_000_000)
    switch try AnyModel.read(contentsOf: path) {
    case let model as LanguageModel:
      content = .language(model, fingerprint: String(model.digest.prefix(8)))
    case let model as Classifier: content = .classifier(model)
    case let model as Tagger: content = .tagger(model)
    case let model as Translator: content = .translator(model)
    case let model:
      throw ModelError(
        .otherKind(type(of: model).kind), "'\(path)' holds a model that is not served")
    }
  }

  /// Serves a language model that is there already.
  public init(_ model: LanguageModel, name: String, created: Int = 0) {
    self.name = name
    self.created = created
    content = .language(model, fingerprint: String(model.digest.prefix(8)))
  }
}
