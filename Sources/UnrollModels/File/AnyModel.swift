import UnrollFormats

/// Models of any kind, told apart by what their files say.
public enum AnyModel {
  /// The kinds that Unroll knows.
  public static let kinds: [any StoredModel.Type] = [
    LanguageModel.self, Classifier.self, Tagger.self, Translator.self,
  ]

  /// Reads a model of whatever kind a file or pipe holds.
  ///
  /// - Parameters:
  ///   - path: where it is.
  ///   - kinds: the kinds to choose from; add your own to ``kinds``.
  /// - Throws: ``ModelError`` that names the kind if it is none of these; otherwise as
  ///   `StoredModel.init(contentsOf:)` does.
  public static func read(
    contentsOf path: String, among kinds: [any StoredModel.Type] = kinds
  ) throws -> any StoredModel {
    try ModelFile(contentsOf: path).model(among: kinds)
  }
}

extension ModelFile {
  /// The model, of whatever kind it is.
  ///
  /// - Throws: ``ModelError`` that names the kind if it is none of these; otherwise as `model(as:)`
  ///   does.
  public func model(
    among kinds: [any StoredModel.Type] = AnyModel.kinds
  ) throws -> any StoredModel {
    guard let type = kinds.first(where: { $0.kind == kind }) else {
      let known = kinds.map { $0.kind.quotedForMessage }.joined(separator: ", ")
      throw ModelError(
        .otherKind(kind),
        "'\(source)' holds a model of the kind \(kind.quotedForMessage), which is not among those known here: \(known)"
      )
    }
    return try model(as: type)
  }
}
